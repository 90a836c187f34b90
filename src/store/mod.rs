//! The store: what outlives the process, in one folder that belongs to one relay at a time.
//!
//! Nothing secret is in it. Accounts and pushes are known by keyed hashes, whose key is in the same folder for its
//! owner alone; of a push there is its `apns-id` and what came of it, of a provider token its issue time.

mod error;
mod file_store;
mod folder;
mod hash_key;
mod issue_times;
mod push_file;
mod push_line;

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apns::Environment;

pub use error::StoreError;
pub(crate) use hash_key::{HashKey, KeyedHash};

/// How long a push is remembered after its answer, in milliseconds: as long as somebody may still wonder.
pub(crate) const REMEMBERED_MS: u64 = 10 * 60 * 1_000;

/// A store with what earlier processes have left in it.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    /// The same at every start.
    pub(crate) hash_key: HashKey,
    /// Those of the last ten minutes.
    pub(crate) pushes: Vec<EarlierPush>,
    /// Those of the last hour.
    pub(crate) issue_times: Vec<IssueTime>,
    /// What the operator has to be told, a sentence each.
    pub(crate) notices: Vec<String>,
}

/// Opens the store in a folder, and makes the folder if it is not there. `now` is in milliseconds since 1970.
pub(crate) fn open(path: &Path, now: u64) -> Result<Opened, StoreError> {
    file_store::open(path, now)
}

/// Keeps what must outlive the process. All times are in milliseconds since 1970.
pub(crate) trait Store: Send + Sync {
    /// Keeps a push that is about to leave; only when this is done may it.
    fn begin<'a>(&'a self, push: &'a KeptPush, now: u64) -> Pending<'a, io::Result<Row>>;

    /// Keeps what came of a push. If that fails, the push counts as one without an answer after a restart.
    fn end(&self, row: Row, push: &KeptPush, ending: Ending, now: u64);

    /// Keeps the newest issue time that APNs has accepted of a key, in the place of the one before.
    fn keep_issue_time(&self, issue_time: &IssueTime);
}

/// What a store will have done.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The place of a push in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) u32);

/// A push as it is kept: nothing of it can be read back but its `apns-id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptPush {
    /// Whose it is.
    pub(crate) account: KeyedHash,
    /// In whose share it counts.
    pub(crate) share: KeyedHash,
    /// Which APNs.
    pub(crate) environment: Environment,
    /// Its `apns-id`, as a number.
    pub(crate) apns_id: u128,
    /// Device token, topic, push type and payload, hashed together.
    pub(crate) fingerprint: KeyedHash,
}

/// What came of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// APNs has answered with a status of success, and perhaps with a name of its own for the push.
    Answered {
        status: u16,
        apns_unique_id: Option<u128>,
    },
    /// Nobody knows.
    Unknown,
    /// It reached nobody; the push is forgotten.
    Nothing,
}

/// A push that an earlier process has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EarlierPush {
    pub(crate) push: KeptPush,
    /// What came of it; also unknown if that process did not live to learn it.
    pub(crate) ending: Ending,
    /// When that was written down.
    pub(crate) at: u64,
}

/// A key that signs, for one APNs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct IssueTimeKey {
    #[serde(with = "environment")]
    pub(crate) environment: Environment,
    /// Of APNs, or of what stands in for it.
    pub(crate) host: String,
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// The newest issue time of a key that APNs has accepted, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IssueTime {
    #[serde(flatten)]
    pub(crate) key: IssueTimeKey,
    pub(crate) issued_at: u64,
    /// When APNs accepted it for the first time.
    pub(crate) first_accepted: u64,
}

/// An environment by its word in paths.
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
