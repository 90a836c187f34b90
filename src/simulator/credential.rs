//! Credential of a request: a provider token with everything that can be found out about it.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::enrolled::keys::{EnrolledKey, Keys};
use super::request::Request;
use crate::apns::provider_token::{TokenError, TokenParts};
use crate::apns::public_key::SignatureForm;
use crate::caller::Caller;

/// Keys with one key ID whose signature is looked for; each try takes a tenth of a millisecond.
const MOST_TRIED: usize = 16;

/// Credential in the `authorization` header of one request.
#[derive(Default)]
pub(crate) struct Credential {
    /// Parts of the token; absent when it is missing or malformed.
    pub(crate) token: Option<TokenParts>,
    /// Its key ID, which all decisions on it share.
    pub(crate) key_id: Option<Arc<str>>,
    /// Its team, which all decisions on it share.
    pub(crate) team_id: Option<Arc<str>>,
    /// Error in the token; absent when it is missing or well formed.
    pub(crate) error: Option<TokenError>,
    /// The enrolled key that speaks, or the one that should have made the signature.
    pub(crate) key: Option<Arc<EnrolledKey>>,
    /// Form of the signature; absent when that key did not make it.
    pub(crate) signature: Option<SignatureForm>,
    /// True if a part of it is in standard base64, or padded.
    pub(crate) is_standard_base64: bool,
    /// True if nobody could check it, because its key is unknown and any key is accepted.
    pub(crate) is_unchecked: bool,
    /// Team and keys a connection would belong to with it.
    pub(crate) owner: Option<Bound>,
    /// Hash that tells the token from others; absent when there is none.
    pub(crate) hash: Option<u64>,
    /// Hash of what makes it another one to APNs: not the signature, which most signers make anew
    /// each time.
    pub(crate) update: Option<u64>,
}

/// The last token on a connection whose signature was right: it need not be checked twice.
#[derive(Default)]
pub(crate) struct LastGood(Option<(String, Arc<Credential>)>);

impl Credential {
    /// Takes the token of a request apart and checks its signature. Of several keys with its key ID
    /// the one speaks that made the signature, whoever enrolled the others; `friends` are those
    /// whose keys are asked first.
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

    /// The key that made the signature.
    pub(crate) fn speaker(&self) -> Option<&EnrolledKey> {
        self.key.as_deref().filter(|_| self.signature.is_some())
    }
}

/// Callers whose keys are asked before others' with the same key ID: where several hold the very
/// same key, each speaks for themselves.
pub(crate) struct Friends<'a> {
    /// The sender, as far as that is known.
    pub(crate) sender: Option<&'a Caller>,
    /// The holder of the phone it is for.
    pub(crate) phone: Option<&'a Caller>,
}

impl Friends<'_> {
    /// The keys in the order in which they are asked.
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

    /// The key that a signature no key has made is held against. To a guest the keys of others do
    /// not exist.
    fn suspect(&self, named: &[Arc<EnrolledKey>]) -> Option<Arc<EnrolledKey>> {
        let concerns = |key: &&Arc<EnrolledKey>| {
            self.sender
                .is_none_or(|sender| sender.may_touch(&key.ownership.holder))
        };
        named.iter().find(concerns).cloned()
    }
}

impl LastGood {
    /// The credential of the same token, as long as the key that is asked first is still the one it
    /// was checked with; `order` returns the keys in the order in which they are asked.
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

/// Team and keys a connection belongs to: the first push whose credential holds decides.
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
        Self {
            team_id: token.team_id.clone(),
            group: group.unwrap_or_else(|| Group::Key(token.key_id.clone())),
        }
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
