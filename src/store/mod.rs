//! The store: what outlives the process, in one folder that belongs to one relay at a time.
//!
//! Nothing secret is in it. Accounts and pushes are known by keyed hashes, whose key is in the same folder for its
//! owner alone; of a push there is its `apns-id` and what came of it, of a provider token its issue time.

#![allow(dead_code)] // the relay does not keep anything yet

mod hash_key;

use std::future::Future;
use std::io;
use std::pin::Pin;

use crate::apns::Environment;

pub(crate) use hash_key::{HashKey, KeyedHash};

/// How long a push is remembered after its answer, in milliseconds.
pub(crate) const REMEMBERED_MS: u64 = 10 * 60 * 1_000;

/// Keeps what must outlive the process. All times are in milliseconds since 1970.
pub(crate) trait Store: Send + Sync {
    /// Keeps a push that is about to leave; only when this is done may it.
    fn begin<'a>(&'a self, push: &'a KeptPush, now: u64) -> Pending<'a, io::Result<Row>>;

    /// Keeps what came of a push. If that fails, the push counts as one without an answer after a restart.
    fn end(&self, row: Row, push: &KeptPush, ending: Ending, now: u64);

    /// Keeps the newest issue time that APNs has accepted of a key, in the place of the one before.
    fn keep_issue_time(&self, issue_time: &IssueTime);

    /// Forgets the issue time of a key.
    fn forget_issue_time(&self, key: &IssueTimeKey);
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
    Answered { status: u16, apns_unique_id: Option<u128> },
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IssueTimeKey {
    pub(crate) environment: Environment,
    /// Of APNs, or of what stands in for it.
    pub(crate) host: String,
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// The newest issue time of a key that APNs has accepted, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IssueTime {
    pub(crate) key: IssueTimeKey,
    pub(crate) issued_at: u64,
    /// When APNs accepted it for the first time.
    pub(crate) first_accepted: u64,
}
