//! Credential of a request: a provider token, its key and the result of the signature check.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::enrolled::keys::{EnrolledKey, Keys};
use super::request::Request;
use crate::apns::provider_token::{TokenError, TokenParts};
use crate::apns::public_key::SignatureForm;
use crate::caller::Caller;

/// Maximum number of keys with the same key ID that are tried for a signature. Each try takes a
/// tenth of a millisecond.
const MOST_TRIED: usize = 16;

/// Credential in the `authorization` header of one request.
#[derive(Default)]
pub(crate) struct Credential {
    /// Parts of the token; absent if it is missing or malformed.
    pub(crate) token: Option<TokenParts>,
    /// Key ID of the token, shared by all decisions on the token.
    pub(crate) key_id: Option<Arc<str>>,
    /// Team ID of the token, shared by all decisions on the token.
    pub(crate) team_id: Option<Arc<str>>,
    /// Error in the token; absent if the token is missing or well formed.
    pub(crate) error: Option<TokenError>,
    /// Enrolled key that made the signature or, if none did, the one that should have made it.
    pub(crate) key: Option<Arc<EnrolledKey>>,
    /// Form of the signature; absent if `key` did not make it.
    pub(crate) signature: Option<SignatureForm>,
    /// `true` if a part of the token is in standard base64 or padded.
    pub(crate) is_standard_base64: bool,
    /// `true` if the signature was not verified, because the key is unknown and any key is
    /// accepted.
    pub(crate) is_unchecked: bool,
    /// Team and keys to which this credential binds a connection.
    pub(crate) owner: Option<Bound>,
    /// Hash that distinguishes the token from others; absent if there is no token.
    pub(crate) hash: Option<u64>,
    /// Hash of the parts by which APNs recognises a new token. The signature is not among them,
    /// because most signers make a new one each time.
    pub(crate) update: Option<u64>,
}

/// Last token on a connection whose signature was valid, kept so that it is not verified twice.
#[derive(Default)]
pub(crate) struct LastGood(Option<(String, Arc<Credential>)>);

impl Credential {
    /// Decodes the token of a request and verifies its signature. If several keys have its key ID,
    /// the one that made the signature counts, whoever enrolled the others. The keys of `friends`
    /// are tried first.
    pub(crate) fn read(
        request: &Request,
        keys: &Keys,
        friends: &Friends<'_>,
        accept_any_key: bool,
        last_good: &mut LastGood,
        hasher: &impl BuildHasher,
    ) -> Arc<Self> {
        let Some(text) = request.provider_token() else {
            return Arc::default();
        };
        let order = |token: &TokenParts| friends.order(keys.named(&token.key_id), &token.team_id);
        if let Some(known) = last_good.find(&text, order) {
            return known;
        }
        let hash = Some(hasher.hash_one(&text));
        let token = match TokenParts::read_as_apns(&text) {
            Ok(token) => token,
            Err(error) => {
                return Arc::new(Self {
                    error: Some(error),
                    hash,
                    ..Self::default()
                });
            }
        };
        let named = order(&token);
        let checked = named
            .iter()
            .take(MOST_TRIED)
            .find_map(|key| Some((key, token.verify(&key.public_key)?)));
        let (key, signature) = match checked {
            Some((key, signature)) => (Some(Arc::clone(key)), Some(signature)),
            None => (friends.suspect(&named), None),
        };
        let is_standard_base64 = TokenParts::read(&text).is_err();
        let is_unchecked = accept_any_key && key.is_none();
        let owner = Some(Bound::to(&token, key.as_deref()));
        let update =
            Some(hasher.hash_one((&token.team_id, &token.key_id, token.issue_time_text())));
        let credential = Arc::new(Self {
            key_id: Some(token.key_id.as_str().into()),
            team_id: Some(token.team_id.as_str().into()),
            token: Some(token),
            error: None,
            key,
            signature,
            is_standard_base64,
            is_unchecked,
            owner,
            hash,
            update,
        });
        if signature.is_some() {
            last_good.0 = Some((text.into_owned(), Arc::clone(&credential)));
        }
        credential
    }

    /// Returns the key that made the signature.
    pub(crate) fn speaker(&self) -> Option<&EnrolledKey> {
        self.key.as_deref().filter(|_| self.signature.is_some())
    }
}

/// Callers whose keys are tried before other keys with the same key ID: if several callers have
/// enrolled the very same key, the request counts as signed by one of these callers.
pub(crate) struct Friends<'a> {
    /// Sender of the push, if known.
    pub(crate) sender: Option<&'a Caller>,
    /// Holder of the phone that the push is for.
    pub(crate) phone: Option<&'a Caller>,
}

impl Friends<'_> {
    /// Returns the keys in the order in which they are tried.
    fn order(&self, mut named: Vec<Arc<EnrolledKey>>, team_id: &str) -> Vec<Arc<EnrolledKey>> {
        if named.len() > 1 {
            named.sort_by_key(|key| {
                let holder = Some(&key.ownership.holder);
                (
                    key.team_id != team_id,
                    holder != self.sender,
                    holder != self.phone,
                )
            });
        }
        named
    }

    /// Returns the key that should have made a signature that no key has made. For a guest, the
    /// keys of others do not exist.
    fn suspect(&self, named: &[Arc<EnrolledKey>]) -> Option<Arc<EnrolledKey>> {
        let concerns = |key: &&Arc<EnrolledKey>| {
            self.sender
                .is_none_or(|sender| sender.may_touch(&key.ownership.holder))
        };
        named.iter().find(concerns).cloned()
    }
}

impl LastGood {
    /// Returns the credential of the same token, if the key that is tried first is still the one
    /// that verified it. `order` returns the keys in the order in which they are tried.
    fn find(
        &self,
        text: &str,
        order: impl FnOnce(&TokenParts) -> Vec<Arc<EnrolledKey>>,
    ) -> Option<Arc<Credential>> {
        let (_, credential) = self.0.as_ref().filter(|(known, _)| known == text)?;
        let named = order(credential.token.as_ref()?);
        let is_same = named
            .first()
            .zip(credential.key.as_ref())
            .is_some_and(|(now, then)| Arc::ptr_eq(now, then));
        is_same.then(|| Arc::clone(credential))
    }
}

/// Team and keys that a connection is bound to, by the first push with a valid credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// Team ID.
    pub(crate) team_id: String,
    /// Keys of that team that may share the connection.
    pub(crate) group: Group,
}

impl Bound {
    fn to(token: &TokenParts, key: Option<&EnrolledKey>) -> Self {
        let group = key.and_then(|key| key.group.clone()).map(Group::Named);
        Self {
            team_id: token.team_id.clone(),
            group: group.unwrap_or_else(|| Group::Key(token.key_id.clone())),
        }
    }
}

/// Keys that may share a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Single key, by its ID.
    Key(String),
    /// All keys that were enrolled with this `group`.
    Named(String),
}
