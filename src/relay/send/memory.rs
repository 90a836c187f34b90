//! Memory of sends: pushes by their idempotency key, in flight or answered, as many as their shares
//! allow.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::SendResult;
use super::kept_push::earlier_answer;
use super::packed_answer::PackedAnswer;
use super::shares::{Bounds, Full, Shares};
use crate::apns::Environment;
use crate::relay::problem::Problem;
use crate::store::{EarlierPush, KeptPush, KeyedHash, REMEMBERED_MS, Store};

/// Time for which an answer is remembered.
pub(crate) const REMEMBERED: Duration = Duration::from_millis(REMEMBERED_MS);

/// Idempotency key of a send. Thousands are kept, so it consists of bytes, without gaps between
/// its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Hash of the sender's account, so that no client sees the sends of others.
    pub(super) account: KeyedHash,
    /// APNs environment of the push.
    pub(super) environment: Environment,
    /// The `apns-id` as a number, highest byte first.
    pub(super) apns_id: [u8; 16],
}

/// All known sends.
pub(super) struct Memory {
    pub(super) entries: HashMap<Key, Entry>,
    apple: Shares,
    simulator: Shares,
    /// Store for pushes to Apple.
    pub(super) store: Option<Arc<dyn Store>>,
}

/// A send that is known.
pub(super) struct Entry {
    /// Hash of what was sent.
    pub(super) fingerprint: KeyedHash,
    pub(super) stage: Stage,
}

/// Stage of a send.
pub(super) enum Stage {
    /// The send is in flight; `None` until its ticket is settled.
    Underway(watch::Receiver<Option<Arc<SendResult>>>),
    /// The send was answered, which is remembered until then.
    Answered {
        packed: PackedAnswer,
        until: Instant,
    },
}

impl Memory {
    /// Creates an empty memory with the bounds of Apple's environments and of the simulator.
    pub(super) fn new((apple, simulator): (Bounds, Bounds), now: Instant) -> Self {
        Self {
            entries: HashMap::new(),
            apple: Shares::new(apple, now),
            simulator: Shares::new(simulator, now),
            store: None,
        }
    }

    /// Returns the shares that count the sends to an environment.
    pub(super) fn shares(&mut self, environment: Environment) -> &mut Shares {
        if environment.is_simulator() {
            &mut self.simulator
        } else {
            &mut self.apple
        }
    }

    /// Removes expired entries about once a second, and always if this entry has expired.
    pub(super) fn forget_old(&mut self, key: Key, now: Instant) {
        let is_old =
            |entry: &Entry| matches!(entry.stage, Stage::Answered { until, .. } if until <= now);
        let must = self.entries.get(&key).is_some_and(is_old);
        for old in [self.apple.sweep(now, must), self.simulator.sweep(now, must)]
            .into_iter()
            .flatten()
        {
            self.entries.remove(&old);
        }
    }

    /// Makes room for one more entry. For Apple's environments, fails if a bound is reached.
    pub(super) fn make_room(
        &mut self,
        key: Key,
        share: &KeyedHash,
        now: Instant,
    ) -> Result<(), Problem> {
        if key.environment.is_simulator() {
            for oldest in self.simulator.make_room(share) {
                self.entries.remove(&oldest);
            }
            return Ok(());
        }
        self.apple.check(share, now).map_err(full)
    }

    /// Sets the answer of a send in flight, which counts in this share.
    pub(super) fn answered(
        &mut self,
        key: Key,
        share: KeyedHash,
        packed: PackedAnswer,
        until: Instant,
    ) {
        let Some(entry) = self.entries.get_mut(&key) else {
            return;
        };
        entry.stage = Stage::Answered { packed, until };
        self.shares(key.environment).answered(share, key, until);
    }

    /// Restores a push of an earlier process.
    pub(super) fn recall(&mut self, earlier: &EarlierPush, now: u64) {
        let KeptPush {
            account,
            share,
            environment,
            apns_id,
            fingerprint,
        } = earlier.push;
        let key = Key {
            account,
            environment,
            apns_id: apns_id.to_be_bytes(),
        };
        let left = REMEMBERED.saturating_sub(Duration::from_millis(now.saturating_sub(earlier.at)));
        let Some(answer) = earlier_answer(earlier) else {
            return;
        };
        let until = Instant::now() + left;
        let stage = Stage::Answered {
            packed: PackedAnswer::of(&answer, key.apns_id),
            until,
        };
        if self
            .entries
            .insert(key, Entry { fingerprint, stage })
            .is_none()
        {
            self.apple.enter(share);
            self.apple.answered(share, key, until);
        }
    }
}

fn full(full: Full) -> Problem {
    let fix = "Send again after retry-after; the push was not sent.";
    let (code, cause, wait) = match full {
        Full::One(most, wait) => (
            "sends_remembered",
            format!(
                "Trill remembers {most} named pushes of yours of the last ten minutes, and has no room for more."
            ),
            wait,
        ),
        Full::All(wait) => (
            "memory_full",
            "Trill remembers as many named pushes of the last ten minutes as it can hold."
                .to_owned(),
            wait,
        ),
    };
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, cause, fix).with_retry_after(wait)
}
