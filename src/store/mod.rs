//! Store: data that outlives the process, in one folder that belongs to one relay at a time.
//!
//! The store contains no secrets. Accounts and pushes are identified by keyed hashes, whose key is
//! in the same folder, readable by its owner only. Of a push, the `apns-id` and the result are
//! stored; of a provider token, its issue time. With a listener for phones, the phone store has
//! apps, devices, sends and receipts too.

mod error;
mod file_store;
mod folder;
mod hash_key;
mod issue_times;
mod phone_store;
mod push_file;
mod push_line;
mod sqlite;

use std::fs;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apns::Environment;

pub use error::StoreError;
pub(crate) use hash_key::{HashKey, KeyedHash};
pub(crate) use phone_store::*;

/// Time for which a push is remembered after its answer, in milliseconds: as long as a client may
/// retry it.
pub(crate) const REMEMBERED_MS: u64 = 10 * 60 * 1_000;

/// An open store, with the data that earlier processes have left in it.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    /// Store of devices, if it is asked for.
    pub(crate) phones: Option<Arc<dyn PhoneStore>>,
    /// Key of all hashes; the same at every start.
    pub(crate) hash_key: HashKey,
    /// Pushes of the last ten minutes.
    pub(crate) pushes: Vec<EarlierPush>,
    /// Issue times of the last hour.
    pub(crate) issue_times: Vec<IssueTime>,
    /// Notices for the operator, one sentence each.
    pub(crate) notices: Vec<String>,
}

/// Opens the store in a folder, and creates the folder if it does not exist. `now` is in
/// milliseconds since 1970.
pub(crate) fn open(path: &Path, now: u64, with_phones: bool) -> Result<Opened, StoreError> {
    file_store::open(path, now, with_phones)
}

/// Copies the phone store of a folder, also while a relay uses it, into a new file.
pub(crate) fn back_up(folder: &Path, copy: &Path) -> Result<(), StoreError> {
    let key = fs::read_to_string(folder.join(folder::HASH_KEY));
    let file = folder.join(sqlite::NAME);
    let (Ok(key), true) = (key, file.is_file()) else {
        return Err(StoreError::Nothing(folder.to_owned()));
    };
    sqlite::write_copy(&file, copy, &key)
        .map_err(|error| StoreError::Copy(copy.to_owned(), error.to_string()))
}

/// Storage for data that outlives the process. All times are in milliseconds since 1970.
pub(crate) trait Store: Send + Sync {
    /// Saves a push before it is sent. If that fails, it must not be sent.
    fn begin<'a>(&'a self, push: &'a KeptPush, now: u64) -> Pending<'a, io::Result<Row>>;

    /// Saves the result of a push. If that fails, the push has an unknown result after a restart.
    fn end(&self, row: Row, push: &KeptPush, ending: Ending, now: u64);

    /// Saves the newest issue time that APNs has accepted for a key, in place of the previous one.
    fn keep_issue_time(&self, issue_time: &IssueTime);
}

/// Future of a store operation.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Position of a push in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) u32);

/// A push in stored form. Only its `apns-id` can be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptPush {
    /// Hash of the sender's account.
    pub(crate) account: KeyedHash,
    /// Share of the idempotency cache that it counts in.
    pub(crate) share: KeyedHash,
    /// APNs environment of the push.
    pub(crate) environment: Environment,
    /// The `apns-id` as a number.
    pub(crate) apns_id: u128,
    /// Hash of device token, topic, push type and payload.
    pub(crate) fingerprint: KeyedHash,
}

/// Result of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// APNs has accepted the push; its status and, if given, `apns-unique-id`.
    Answered {
        status: u16,
        apns_unique_id: Option<u128>,
    },
    /// The push may have been processed.
    Unknown,
    /// The push was certainly not delivered and is forgotten.
    Nothing,
}

/// A push of an earlier process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EarlierPush {
    pub(crate) push: KeptPush,
    /// Result of the push; unknown if that process ended before the answer.
    pub(crate) ending: Ending,
    /// Time of the entry.
    pub(crate) at: u64,
}

/// A signing key at one server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct IssueTimeKey {
    #[serde(with = "environment")]
    pub(crate) environment: Environment,
    /// Host of APNs, or of its override.
    pub(crate) host: String,
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// Newest issue time of a key that APNs has accepted, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IssueTime {
    #[serde(flatten)]
    pub(crate) key: IssueTimeKey,
    pub(crate) issued_at: u64,
    /// Time at which APNs accepted it first.
    pub(crate) first_accepted: u64,
}

/// Serialization of an environment as its word in paths.
mod environment {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::apns::Environment;

    pub(super) fn serialize<S: Serializer>(
        environment: &Environment,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(environment.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Environment, D::Error> {
        let word = String::deserialize(deserializer)?;
        Environment::parse(&word).ok_or_else(|| D::Error::custom("unknown environment"))
    }
}
