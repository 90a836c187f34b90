//! The report of a finished send: its outcome, the cause, and the fix.

use serde_json::Value;

use crate::apns::headers::APNS_TOPIC;
use crate::apns::{Answer, Environment, Outcome, Push};
use crate::diagnosis::Past;

const WATCH: &str = "Watch the phone: what it does now is decided by the payload.";
const ACCEPTED_ONLY: &str = "\
    Accepted is not yet rung: if the phone stays silent, check that the \
    app reports the call to CallKit.";
const LATER: &str = "Send again later; if it stays so, look at Apple’s system status page.";
const NO_RELAY: &str = "\
    The relay does not answer: the program trill is not running any more, \
    or the network is down.";
const START_AGAIN: &str = "Start trill again, then press Send. Everything you typed is still here.";
const BROKEN: &str = "The connection to the relay broke while it had the push: it may have rung.";
const TIMED_OUT: &str = "The relay did not answer within 20 seconds: the push may have rung.";
const LOOK_FIRST: &str = "\
    Look at the phone before you send again: a second push may ring it \
    twice.";

/// The facts about a finished send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Outcome of the send.
    pub outcome: Outcome,
    /// HTTP status; `None` without a response.
    pub status: Option<u16>,
    /// Reason given by APNs, or error code of the relay.
    pub reason: Option<String>,
    /// Cause in one sentence; `None` if the reason explains it.
    pub cause: Option<String>,
    /// Fix in one sentence; `None` if the diagnosis gives a better one.
    pub fix: Option<String>,
    /// `apns-id` of the push.
    pub apns_id: String,
    /// `apns-unique-id`: ID of the push in Apple's delivery log.
    pub unique_id: Option<String>,
    /// Time since which the device token is invalid, in milliseconds since 1970; only with status
    /// 410.
    pub unregistered_at: Option<u64>,
    /// Seconds until sending is allowed again.
    pub retry_after: Option<u64>,
    /// Issue time of the provider token, in seconds since 1970; `None` if the push was sent with a
    /// certificate.
    pub issued_at: Option<u64>,
    /// Seconds by which this computer's clock was ahead of the relay's.
    pub clock_difference: Option<i64>,
    /// Duration of the send in milliseconds.
    pub milliseconds: u64,
    /// Environment the push was sent to.
    pub environment: Environment,
    /// Device token the push was sent to.
    pub device_token: String,
    /// Payload as sent, with its placeholders replaced.
    pub payload: String,
    /// Headers of the push, without the credential.
    pub headers: Vec<(&'static str, String)>,
}

/// An HTTP response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header `trill-outcome`.
    pub outcome: Option<String>,
    /// Header `apns-unique-id`.
    pub unique_id: Option<String>,
    /// Header `retry-after`, in seconds.
    pub retry_after: Option<u64>,
    /// Body.
    pub body: String,
}

/// Reason why there was no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The relay could not be reached before the push was sent to it.
    NoRelay,
    /// The connection to the relay broke after the push was sent to it.
    Broken,
    /// The relay did not answer before the page's deadline.
    TimedOut,
}

impl Report {
    /// Makes the report of a push that was answered.
    pub fn of_reply(push: &Push, reply: &Reply, milliseconds: u64) -> Self {
        let outcome = reply
            .outcome
            .as_deref()
            .and_then(Outcome::parse)
            .unwrap_or(Outcome::Unknown);
        let answer = Answer::read(reply.status, reply.body.as_bytes());
        let (reason, cause, fix) = match (problem(&reply.body), answer.reason.clone()) {
            (Some((code, cause, fix)), _) => (Some(code), Some(cause), Some(fix)),
            // The meaning is looked up by the reason, and the fix comes from the diagnosis.
            (None, Some(word)) => (Some(word), None, None),
            (None, None) if outcome == Outcome::Accepted => {
                let fix = if push.environment.is_simulator() {
                    WATCH
                } else {
                    ACCEPTED_ONLY
                };
                let cause = "APNs took the push for delivery.".to_owned();
                (None, Some(cause), Some(fix.to_owned()))
            }
            (None, None) => {
                let cause = format!("APNs answered {} and gave no reason.", reply.status);
                let is_simulator = push.environment.is_simulator();
                let fix = (!is_simulator).then(|| LATER.to_owned());
                (None, Some(cause), fix)
            }
        };
        Self {
            status: Some(reply.status),
            unique_id: reply.unique_id.clone(),
            retry_after: reply.retry_after,
            unregistered_at: answer.timestamp,
            ..Self::new(push, outcome, reason, cause, fix, milliseconds)
        }
    }

    /// Makes the report of a push that was not answered.
    pub fn of_silence(push: &Push, silence: Silence, milliseconds: u64) -> Self {
        let (outcome, code, cause, fix) = match silence {
            Silence::NoRelay => (Outcome::NotSent, "relay_unreachable", NO_RELAY, START_AGAIN),
            Silence::Broken => (Outcome::Unknown, "relay_lost", BROKEN, LOOK_FIRST),
            Silence::TimedOut => (Outcome::Unknown, "relay_timeout", TIMED_OUT, LOOK_FIRST),
        };
        Self::new(
            push,
            outcome,
            Some(code.to_owned()),
            Some(cause.to_owned()),
            Some(fix.to_owned()),
            milliseconds,
        )
    }

    fn new(
        push: &Push,
        outcome: Outcome,
        reason: Option<String>,
        cause: Option<String>,
        fix: Option<String>,
        milliseconds: u64,
    ) -> Self {
        Self {
            outcome,
            status: None,
            reason,
            cause,
            fix,
            apns_id: push.headers.apns_id.to_string(),
            unique_id: None,
            unregistered_at: None,
            retry_after: None,
            issued_at: None,
            clock_difference: None,
            milliseconds,
            environment: push.environment,
            device_token: push.device_token.to_string(),
            payload: push.payload.text().to_owned(),
            headers: push.headers.pairs(),
        }
    }

    /// Returns the value of a header of the push, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(other, _)| *other == name)
            .map_or("", |(_, value)| value)
    }

    /// Returns the send as an entry of the device token's history.
    pub fn past(&self) -> Past<'_> {
        Past {
            environment: self.environment,
            topic: self.header(APNS_TOPIC),
            outcome: self.outcome,
            reason: self.reason.as_deref(),
        }
    }
}

impl Reply {
    /// Returns `true` for a status from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Parses code, cause and fix of an error of the relay (RFC 9457).
pub fn problem(body: &str) -> Option<(String, String, String)> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Some((text("code")?, text("title")?, text("detail")?))
}
