//! The credential: a provider token with everything that can be found out about it.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::keys::{EnrolledKey, Keys};
use super::request::Request;
use crate::apns::provider_token::{TokenError, TokenParts};
use crate::apns::public_key::SignatureForm;

/// What the `authorization` header of one request is worth.
#[derive(Default)]
pub(crate) struct Credential {
    /// What the token says; absent when it is missing or malformed.
    pub(crate) token: Option<TokenParts>,
    /// Why the token is malformed; absent when it is missing or well formed.
    pub(crate) error: Option<TokenError>,
    /// The enrolled key the token names.
    pub(crate) key: Option<Arc<EnrolledKey>>,
    /// How the signature was written; absent when that key did not make it.
    pub(crate) signature: Option<SignatureForm>,
    /// Whether a part of it is in standard base64, or padded.
    pub(crate) is_standard_base64: bool,
    /// Whether nobody could check it, because its key is unknown and any key is accepted.
    pub(crate) is_unchecked: bool,
    /// Whom a connection would belong to with it.
    pub(crate) owner: Option<Bound>,
    /// What tells the token from others; absent when there is none.
    pub(crate) hash: Option<u64>,
    /// What makes it another one to APNs: not the signature, which most signers make anew each time.
    pub(crate) update: Option<u64>,
}

/// The last token on a connection whose signature was right: it need not be checked twice.
#[derive(Default)]
pub(crate) struct LastGood(Option<(String, Arc<Credential>)>);

impl Credential {
    /// Takes the token of a request apart and checks its signature.
    pub(crate) fn read(
        request: &Request,
        keys: &Keys,
        accept_any_key: bool,
        last_good: &mut LastGood,
        hasher: &impl BuildHasher,
    ) -> Arc<Self> {
        let Some(text) = request.provider_token() else { return Arc::default() };
        if let Some(known) = last_good.find(&text, keys) {
            return known;
        }
        let (token, error) = match TokenParts::read_as_apns(&text) {
            Ok(token) => (Some(token), None),
            Err(error) => (None, Some(error)),
        };
        let key = token.as_ref().and_then(|token| keys.find(&token.key_id));
        let signature = token.as_ref().zip(key.as_ref()).and_then(|(token, key)| token.verify(&key.public_key));
        let is_standard_base64 = token.is_some() && TokenParts::read(&text).is_err();
        let is_unchecked = accept_any_key && token.is_some() && key.is_none();
        let owner = token.as_ref().map(|token| Bound::to(token, key.as_deref()));
        let hash = Some(hasher.hash_one(&text));
        let update = token.as_ref().map(|token| hasher.hash_one((&token.team_id, &token.key_id, token.issue_time_text())));
        let credential = Arc::new(Self { token, error, key, signature, is_standard_base64, is_unchecked, owner, hash, update });
        if signature.is_some() {
            last_good.0 = Some((text.into_owned(), Arc::clone(&credential)));
        }
        credential
    }
}

impl LastGood {
    /// The same token, as long as its key is still the one it was checked with.
    fn find(&self, text: &str, keys: &Keys) -> Option<Arc<Credential>> {
        let (_, credential) = self.0.as_ref().filter(|(known, _)| known == text)?;
        let key = credential.token.as_ref().and_then(|token| keys.find(&token.key_id));
        let is_same = key.as_ref().zip(credential.key.as_ref()).is_some_and(|(now, then)| Arc::ptr_eq(now, then));
        is_same.then(|| Arc::clone(credential))
    }
}

/// Whom a connection belongs to: the first push whose credential holds decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The team.
    pub(crate) team_id: String,
    /// The keys of that team that may share it.
    pub(crate) group: Group,
}

impl Bound {
    fn to(token: &TokenParts, key: Option<&EnrolledKey>) -> Self {
        let group = key.and_then(|key| key.group.clone()).map(Group::Named);
        Self { team_id: token.team_id.clone(), group: group.unwrap_or_else(|| Group::Key(token.key_id.clone())) }
    }
}

/// Keys that may share a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// One key, by its ID.
    Key(String),
    /// All that were enrolled with this name.
    Named(String),
}
