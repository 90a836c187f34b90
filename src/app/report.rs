//! The report of one send: how it ended, in whose words, and what to do now.

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

/// What the page knows about a send that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status, when anybody answered.
    pub status: Option<u16>,
    /// APNs's reason, or the relay's code.
    pub reason: Option<String>,
    /// What happened; `None` when the reason says it.
    pub cause: Option<String>,
    /// What to do now; `None` where the diagnosis knows better.
    pub remedy: Option<String>,
    /// The name of the push.
    pub apns_id: String,
    /// Its name in Apple's delivery log.
    pub unique_id: Option<String>,
    /// With 410: since when the device token is dead, in milliseconds since 1970.
    pub unregistered_at: Option<u64>,
    /// In how many seconds sending is allowed again.
    pub retry_after: Option<u64>,
    /// When the provider token was issued; `None` when a certificate vouched for the push.
    pub issued_at: Option<u64>,
    /// How many seconds this computer's clock was ahead of the relay's.
    pub clock_difference: Option<i64>,
    /// From the press of the button to the end, in milliseconds.
    pub milliseconds: u64,
    /// Where it went.
    pub environment: Environment,
    /// The device token it went to.
    pub device_token: String,
    /// The payload as it was sent, with the values of this send.
    pub payload: String,
    /// The headers it carried, without the credential.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `trill-outcome`.
    pub outcome: Option<String>,
    /// `apns-unique-id`.
    pub unique_id: Option<String>,
    /// `retry-after`, in seconds.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: String,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The relay could not be reached before the push was handed over.
    NoRelay,
    /// The connection to the relay broke while it had the push.
    Broken,
    /// The relay took longer than the page waits.
    TimedOut,
}

impl Report {
    /// The report of a push that was answered.
    pub fn of_reply(push: &Push, reply: &Reply, milliseconds: u64) -> Self {
        let outcome = reply
            .outcome
            .as_deref()
            .and_then(Outcome::parse)
            .unwrap_or(Outcome::Unknown);
        let answer = Answer::read(reply.status, reply.body.as_bytes());
        let (reason, cause, remedy) = match (problem(&reply.body), answer.reason.clone()) {
            (Some((code, cause, remedy)), _) => (Some(code), Some(cause), Some(remedy)),
            // What it means its reason knows, and what to do is for the diagnosis to say.
            (None, Some(word)) => (Some(word), None, None),
            (None, None) if outcome == Outcome::Accepted => {
                let remedy = if push.environment.is_simulator() {
                    WATCH
                } else {
                    ACCEPTED_ONLY
                };
                let cause = "APNs took the push for delivery.".to_owned();
                (None, Some(cause), Some(remedy.to_owned()))
            }
            (None, None) => {
                let cause = format!("APNs answered {} and gave no reason.", reply.status);
                let is_simulator = push.environment.is_simulator();
                let remedy = (!is_simulator).then(|| LATER.to_owned());
                (None, Some(cause), remedy)
            }
        };
        Self {
            status: Some(reply.status),
            unique_id: reply.unique_id.clone(),
            retry_after: reply.retry_after,
            unregistered_at: answer.timestamp,
            ..Self::new(push, outcome, reason, cause, remedy, milliseconds)
        }
    }

    /// The report of a push nobody answered.
    pub fn of_silence(push: &Push, silence: Silence, milliseconds: u64) -> Self {
        let (outcome, code, cause, remedy) = match silence {
            Silence::NoRelay => (Outcome::NotSent, "relay_unreachable", NO_RELAY, START_AGAIN),
            Silence::Broken => (Outcome::Unknown, "relay_lost", BROKEN, LOOK_FIRST),
            Silence::TimedOut => (Outcome::Unknown, "relay_timeout", TIMED_OUT, LOOK_FIRST),
        };
        Self::new(
            push,
            outcome,
            Some(code.to_owned()),
            Some(cause.to_owned()),
            Some(remedy.to_owned()),
            milliseconds,
        )
    }

    fn new(
        push: &Push,
        outcome: Outcome,
        reason: Option<String>,
        cause: Option<String>,
        remedy: Option<String>,
        milliseconds: u64,
    ) -> Self {
        Self {
            outcome,
            status: None,
            reason,
            cause,
            remedy,
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

    /// The value of a header it carried.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(other, _)| *other == name)
            .map_or("", |(_, value)| value)
    }

    /// The send as history sees it.
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
    /// Whether what was asked for was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Code, cause and remedy of the relay's own refusals (RFC 9457).
pub fn problem(body: &str) -> Option<(String, String, String)> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Some((text("code")?, text("title")?, text("detail")?))
}
