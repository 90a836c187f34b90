//! The credential: a provider token with everything that can be found out about it.

use std::sync::Arc;

use super::keys::{EnrolledKey, Keys};
use super::request::Request;
use crate::apns::provider_token::TokenParts;
use crate::apns::public_key::SignatureForm;

/// What the `authorization` header of one request is worth.
#[derive(Default)]
pub(crate) struct Credential {
    /// What the token says; absent when it is missing or malformed.
    pub(crate) token: Option<TokenParts>,
    /// The enrolled key the token names.
    pub(crate) key: Option<Arc<EnrolledKey>>,
    /// How the signature was written; absent when that key did not make it.
    pub(crate) signature: Option<SignatureForm>,
}

impl Credential {
    /// Takes the token of a request apart and checks its signature.
    pub(crate) fn read(request: &Request, keys: &Keys) -> Self {
        let token = request.provider_token().and_then(|text| TokenParts::read(&text).ok());
        let key = token.as_ref().and_then(|token| keys.find(&token.key_id));
        let signature = token.as_ref().zip(key.as_ref()).and_then(|(token, key)| token.verify(&key.public_key));
        Self { token, key, signature }
    }
}

/// Whom a connection belongs to: the first push whose credential holds decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The team.
    pub(crate) team_id: String,
    /// The key.
    pub(crate) key_id: String,
}

impl Bound {
    /// To the signer of this token.
    pub(crate) fn to(token: &TokenParts) -> Self {
        Self { team_id: token.team_id.clone(), key_id: token.key_id.clone() }
    }
}
