//! Ticket: the obligation to report the answer of a send that is in flight.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::{SendResult, outcome};
use super::kept_push::ending;
use super::memory::{Key, Memory, REMEMBERED};
use super::packed_answer::PackedAnswer;
use crate::apns::Outcome;
use crate::relay::millis;
use crate::relay::problem::Problem;
use crate::store::{KeptPush, KeyedHash, Row, Store};
use crate::sync::Lock;

/// Wait time after a failed write; a full disk seldom has room sooner.
const RETRY_WRITING: Duration = Duration::from_secs(10);

/// Obligation to report the answer of a send. If it is dropped instead, the outcome counts as
/// unknown.
pub(crate) struct Ticket {
    pub(super) memory: Arc<Lock<Memory>>,
    pub(super) key: Key,
    pub(super) share: KeyedHash,
    pub(super) answer: watch::Sender<Option<Arc<SendResult>>>,
    pub(super) kept: Option<Kept>,
    pub(super) clock: fn() -> SystemTime,
}

/// A push that has to be saved in the store, and its row there once it is.
pub(super) struct Kept {
    pub(super) store: Arc<dyn Store>,
    pub(super) push: KeptPush,
    pub(super) row: Option<Row>,
}

impl Ticket {
    /// Saves the push in the store, if one is in use. Fails if that is not possible, and then the
    /// push must not be sent.
    pub(crate) async fn keep(&mut self) -> Result<(), Problem> {
        let Some(kept) = &mut self.kept else {
            return Ok(());
        };
        match kept.store.begin(&kept.push, now(self.clock)).await {
            Ok(row) => {
                kept.row = Some(row);
                Ok(())
            }
            Err(error) => Err(store_unwritable(&error)),
        }
    }

    /// Reports the answer of the send.
    pub(crate) fn settle(self, answer: SendResult) -> Arc<SendResult> {
        let answer = Arc::new(answer);
        self.record(&answer);
        answer
    }

    fn record(&self, answer: &Arc<SendResult>) {
        if let Some(Kept {
            store,
            push,
            row: Some(row),
        }) = &self.kept
        {
            store.end(*row, push, ending(answer), now(self.clock));
        }
        let mut memory = self.memory.lock();
        match outcome(answer) {
            Outcome::Accepted | Outcome::Unknown => memory.answered(
                self.key,
                self.share,
                PackedAnswer::of(answer, self.key.apns_id),
                Instant::now() + REMEMBERED,
            ),
            Outcome::Rejected | Outcome::NotSent => {
                memory.entries.remove(&self.key);
                memory.shares(self.key.environment).leave(self.share);
            }
        }
        // Sent while the lock is held, so that no lookup finds the entry without its answer.
        self.answer.send_replace(Some(Arc::clone(answer)));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.answer.borrow().is_none() {
            self.record(&Arc::new(Err(Problem::internal())));
        }
    }
}

fn store_unwritable(error: &io::Error) -> Problem {
    tracing::debug!(%error, "a push was not sent, because it could not be kept");
    let cause = "The data folder of this relay cannot be written, so no push with an apns-id leaves for Apple.";
    let fix = "Its operator makes room on the disk; then sends go on by themselves. The push was not sent.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "data_unwritable",
        cause,
        fix,
    )
    .with_retry_after(RETRY_WRITING)
}

fn now(clock: fn() -> SystemTime) -> u64 {
    millis(clock().duration_since(UNIX_EPOCH).unwrap_or_default())
}
