//! Enrolled keys: the public keys whose provider tokens the simulator accepts. Each key belongs to
//! the caller who enrolled it. Two guests may have keys with the same key ID: neither key blocks
//! the other, and a provider token signed with one does not count as the other guest's.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Serialize, Serializer};

use super::ownership::Ownership;
use super::shares::{self, Room};
use crate::apns::PublicKey;
use crate::apns::public_key::PublicKeyError;
use crate::apns::topic::is_bundle_character;
use crate::caller::{Caller, Party};
use crate::simulator::apple_environment::AppleEnvironment;
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body;
use crate::sync::Lock;

/// Apple's limit for one topic-specific key.
const MOST_TOPICS: usize = 400;
const LONGEST_NAME: usize = 64;
const LONGEST_TOPIC: usize = 255;
/// Beginning of the error message about an invalid key ID.
const KEY_ID: &str = "The key ID in the path";

/// Public key, and what its owner may use it for.
#[derive(Debug, Serialize)]
pub(crate) struct EnrolledKey {
    /// Key ID, `kid` in a provider token.
    pub(crate) key_id: String,
    /// Team ID, `iss` in a provider token.
    pub(crate) team_id: String,
    /// Public key that checks signatures.
    #[serde(serialize_with = "pem")]
    pub(crate) public_key: PublicKey,
    /// Environments in which the key may be used; never empty.
    pub(crate) environments: Vec<AppleEnvironment>,
    /// Topics that the key is limited to; absent if it may be used for all topics of its team.
    pub(crate) topics: Option<Vec<String>>,
    /// Group of keys that may share a connection: all keys of the team with the same group name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    /// Ownership of the key.
    #[serde(skip)]
    pub(crate) ownership: Ownership,
}

/// Body of the request that enrols a key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyBody {
    team_id: String,
    public_key: String,
    environments: Option<Vec<String>>,
    topics: Option<Vec<String>>,
    group: Option<String>,
}

/// All enrolled keys, by key ID. Keys with the same key ID are in the order of their enrolment, at
/// most one per holder.
#[derive(Default)]
pub(crate) struct Keys(Lock<Table>);

type Table = BTreeMap<String, Vec<Arc<EnrolledKey>>>;

impl Keys {
    /// Returns the keys of all callers with this key ID.
    pub(crate) fn named(&self, key_id: &str) -> Vec<Arc<EnrolledKey>> {
        self.0.lock().get(key_id).cloned().unwrap_or_default()
    }

    /// Returns the keys of this caller, ordered by key ID.
    pub(crate) fn all(&self, caller: &Caller) -> Vec<Arc<EnrolledKey>> {
        self.0
            .lock()
            .values()
            .flatten()
            .filter(|key| caller.may_touch(&key.ownership.holder))
            .cloned()
            .collect()
    }

    /// Returns this caller's key with this key ID. Fails if there is none: for a guest, the keys of
    /// others do not exist.
    pub(crate) fn show(
        &self,
        caller: &Caller,
        key_id: &str,
    ) -> Result<Arc<EnrolledKey>, ControlError> {
        let keys = self.0.lock();
        let named = keys.get(key_id).ok_or_else(no_key)?;
        place_of(named, caller)
            .map(|place| Arc::clone(&named[place]))
            .ok_or_else(no_key)
    }

    /// Enrols a key, or replaces this caller's key with the same key ID. Also returns `true` if the
    /// key is new.
    pub(crate) fn enrol(
        &self,
        party: &Party,
        mut key: EnrolledKey,
        now_ms: u64,
    ) -> Result<(Arc<EnrolledKey>, bool), ControlError> {
        let mut keys = self.0.lock();
        if let Some(named) = keys.get_mut(&key.key_id)
            && let Some(place) = place_of(named, &party.caller)
        {
            key.ownership = named[place].ownership.renewed(now_ms);
            named[place] = Arc::new(key);
            return Ok((Arc::clone(&named[place]), false));
        }
        make_room(&mut keys, party, now_ms)?;
        let key = Arc::new(key);
        keys.entry(key.key_id.clone())
            .or_default()
            .push(Arc::clone(&key));
        Ok((key, true))
    }

    /// Removes a key of this caller.
    pub(crate) fn remove(&self, caller: &Caller, key_id: &str) -> Result<(), ControlError> {
        let mut keys = self.0.lock();
        let named = keys.get_mut(key_id).ok_or_else(no_key)?;
        named.remove(place_of(named, caller).ok_or_else(no_key)?);
        if named.is_empty() {
            keys.remove(key_id);
        }
        Ok(())
    }

    /// `true` if there is a key of this caller.
    pub(crate) fn has_any(&self, caller: &Caller) -> bool {
        self.0
            .lock()
            .values()
            .flatten()
            .any(|key| caller.may_touch(&key.ownership.holder))
    }

    /// Removes the expired keys of guests.
    pub(crate) fn sweep(&self, now_ms: u64) {
        retain(&mut self.0.lock(), |key| !key.ownership.is_over(now_ms));
    }
}

/// Returns the index of this caller's key among the keys with one key ID. The owner may change
/// every key, so the owner's own key comes first.
fn place_of(named: &[Arc<EnrolledKey>], caller: &Caller) -> Option<usize> {
    let own = named.iter().position(|key| key.ownership.holder == *caller);
    own.or_else(|| {
        named
            .iter()
            .position(|key| caller.may_touch(&key.ownership.holder))
    })
}

/// Makes room for one more key. Fails if that is impossible.
fn make_room(keys: &mut Table, party: &Party, now_ms: u64) -> Result<(), ControlError> {
    if keys.values().map(Vec::len).sum::<usize>() >= shares::MOST {
        retain(keys, |key| !key.ownership.is_idle(now_ms));
    }
    let held = keys
        .values()
        .flatten()
        .map(|key| (Arc::clone(key), &key.ownership));
    match shares::room(held, party) {
        Room::Free => Ok(()),
        Room::Instead(other) => {
            retain(keys, |key| !std::ptr::eq(key, &*other));
            Ok(())
        }
        room => Err(shares::full(&room, "too_many_keys", "keys")),
    }
}

fn retain(keys: &mut Table, is_kept: impl Fn(&EnrolledKey) -> bool) {
    keys.retain(|_, named| {
        named.retain(|key| is_kept(key));
        !named.is_empty()
    });
}

impl EnrolledKey {
    /// Reads a key: the key ID from the path, everything else from the body.
    pub(crate) fn read(
        key_id: &str,
        body: &[u8],
        ownership: Ownership,
    ) -> Result<Self, ControlError> {
        refuse_private_keys(body)?;
        if !is_name(key_id) {
            return Err(bad_name("bad_key_id", KEY_ID));
        }
        let body: KeyBody = json_body::read_object(body)?;
        if !is_name(&body.team_id) {
            return Err(bad_name("bad_team_id", "The field “team_id”"));
        }
        Ok(Self {
            key_id: key_id.to_owned(),
            public_key: PublicKey::from_pem(&body.public_key).map_err(bad_public_key)?,
            environments: environments(body.environments)?,
            topics: topics(body.topics)?,
            group: group(body.group)?,
            team_id: body.team_id,
            ownership,
        })
    }
}

fn no_key() -> ControlError {
    let cause = "No key with this key ID is enrolled with the simulator.";
    ControlError::new(
        StatusCode::NOT_FOUND,
        "key_not_found",
        cause,
        "Enrol it with PUT, or look at the list of keys.",
    )
}

/// Fails if the body holds a private key. Searches the raw bytes, so that a private key is found in
/// any field and in damaged JSON.
fn refuse_private_keys(body: &[u8]) -> Result<(), ControlError> {
    const WORDS: &[u8] = b"PRIVATE KEY";
    match body.windows(WORDS.len()).any(|window| window == WORDS) {
        true => Err(bad_public_key(PublicKeyError::IsPrivate)),
        false => Ok(()),
    }
}

/// `true` if the text may be a key ID, a team ID or a group. Apple's IDs have ten capital letters
/// and digits; test keys may have other names.
fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'/')
}

fn environments(words: Option<Vec<String>>) -> Result<Vec<AppleEnvironment>, ControlError> {
    let Some(words) = words else {
        return Ok(AppleEnvironment::ALL.to_vec());
    };
    let named: Option<Vec<_>> = words
        .iter()
        .map(|word| AppleEnvironment::parse(word))
        .collect();
    match named {
        Some(named) if !named.is_empty() => Ok(distinct(named)),
        _ => Err(ControlError::unprocessable(
            "bad_environments",
            "The field “environments” is empty or names something else than an environment.",
            "Send “sandbox”, “production” or both, or leave the field out for both.",
        )),
    }
}

fn distinct(environments: Vec<AppleEnvironment>) -> Vec<AppleEnvironment> {
    AppleEnvironment::ALL
        .into_iter()
        .filter(|environment| environments.contains(environment))
        .collect()
}

fn topics(topics: Option<Vec<String>>) -> Result<Option<Vec<String>>, ControlError> {
    let is_topic = |topic: &String| {
        (1..=LONGEST_TOPIC).contains(&topic.len()) && topic.chars().all(is_bundle_character)
    };
    match topics {
        Some(topics) if topics.len() > MOST_TOPICS || !topics.iter().all(is_topic) => {
            Err(ControlError::unprocessable(
                "bad_topics",
                format!(
                    "The field “topics” has more than {MOST_TOPICS} entries, or one that cannot be a topic."
                ),
                "List topics as they stand in apns-topic, such as com.example.calls.voip; null allows all.",
            ))
        }
        topics => Ok(topics),
    }
}

fn group(group: Option<String>) -> Result<Option<String>, ControlError> {
    match group {
        Some(group) if !is_name(&group) => Err(bad_name("bad_group", "The field “group”")),
        group => Ok(group),
    }
}

fn bad_public_key(error: PublicKeyError) -> ControlError {
    match error {
        PublicKeyError::IsPrivate => ControlError::unprocessable(
            "key_is_private",
            "The body holds a private key, which must stay with its owner; nothing was stored.",
            "Send the public half: openssl pkey -in KEY.p8 -pubout",
        ),
        PublicKeyError::NotPem => ControlError::unprocessable(
            "key_not_pem",
            "The field “public_key” is not a PEM public key.",
            "Send the whole BEGIN PUBLIC KEY block: openssl pkey -in KEY.p8 -pubout",
        ),
        PublicKeyError::NotP256 => ControlError::unprocessable(
            "key_not_p256",
            "The field “public_key” holds no key on P-256, the only curve APNs takes.",
            "Use the key from your Apple developer account, or make one on P-256.",
        ),
    }
}

fn bad_name(code: &'static str, place: &str) -> ControlError {
    ControlError::unprocessable(
        code,
        format!(
            "{place} is not 1 to {LONGEST_NAME} printable ASCII characters without spaces and slashes."
        ),
        "Use the 10 characters Apple shows, or any such name for a test key.",
    )
}

fn pem<S: Serializer>(key: &PublicKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&key.to_pem())
}
