//! Record of a push in flight. It makes sure that the end is counted, logged and written to the
//! audit file, even if the task is dropped.

use tokio::time::Instant;

use super::answer::{ApnsAnswer, SendResult, outcome};
use crate::apns::{Environment, Outcome};
use crate::relay::Shared;
use crate::relay::client::Client;
use crate::relay::observe::audit::{AuditedSend, SendEnd};
use crate::relay::observe::metrics::InFlight;
use crate::relay::problem::Problem;
use crate::relay::upstream::Outgoing;

/// Replaces a reason that Apple does not document.
const UNDOCUMENTED: &str = "undocumented";

/// Record of one push in flight.
pub(crate) struct SendRecord<'a> {
    shared: &'a Shared,
    started: Instant,
    environment: Environment,
    noted: Option<Box<AuditedSend>>,
    is_settled: bool,
    _in_flight: InFlight<'a>,
}

impl<'a> SendRecord<'a> {
    /// Writes the first audit line of a push. Fails if sends stop without the audit file and it
    /// cannot be written.
    pub(crate) async fn begin(
        shared: &'a Shared,
        client: &Client,
        push: &Outgoing,
    ) -> Result<Self, Problem> {
        let noted = shared.audit.begin(client, push, shared.now()).await?;
        let environment = push.environment;
        Ok(Self {
            shared,
            started: Instant::now(),
            environment,
            noted,
            is_settled: false,
            _in_flight: shared.metrics.depart(),
        })
    }

    /// Records the result of the send.
    pub(crate) fn settle(mut self, answer: &SendResult) {
        self.end(answer);
    }

    fn end(&mut self, answer: &SendResult) {
        self.is_settled = true;
        let (environment, outcome, took) =
            (self.environment, outcome(answer), self.started.elapsed());
        self.shared.metrics.sent(environment, outcome, took);
        let (status, reason, apns_id) = match answer {
            Ok(said) => (said.status().as_u16(), self.reason(said), said.apns_id()),
            Err(problem) => (problem.status().as_u16(), Some(problem.code()), None),
        };
        let (environment, outcome) = (environment.as_str(), outcome.as_str());
        match answer {
            Ok(_) => tracing::debug!(
                environment,
                outcome,
                status,
                reason,
                ms = took.as_millis() as u64,
                "a push was answered"
            ),
            Err(problem) => tracing::warn!(
                environment,
                outcome,
                code = problem.code(),
                "{}",
                problem.cause()
            ),
        }
        if let Some(noted) = self.noted.take() {
            self.shared.audit.end(
                *noted,
                &SendEnd {
                    outcome,
                    status,
                    reason,
                    apns_id,
                    took,
                },
                self.shared.now(),
            );
        }
    }

    /// Returns APNs's reason for a rejection. An undocumented one may be any text, so it is
    /// replaced by a fixed word.
    fn reason(&self, said: &ApnsAnswer) -> Option<&'static str> {
        if said.outcome() != Outcome::Rejected {
            return None;
        }
        let answer = said.answer();
        let word = match (answer.known_reason(), &answer.reason) {
            (Some(reason), _) => Some(reason.as_str()),
            (None, Some(_)) => Some(UNDOCUMENTED),
            (None, None) => None,
        };
        self.shared.metrics.rejected(word.unwrap_or("none"));
        word
    }
}

impl Drop for SendRecord<'_> {
    fn drop(&mut self) {
        if !self.is_settled {
            let is_stopping = *self.shared.closing.borrow();
            self.end(&Err(if is_stopping {
                Problem::stopping()
            } else {
                Problem::internal()
            }));
        }
    }
}
