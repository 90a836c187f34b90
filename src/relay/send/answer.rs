//! Answer to a send: the answer of APNs, or a problem in its place.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};
use crate::apns::outcome::TRILL_OUTCOME;
use crate::apns::{Answer, Outcome};
use crate::relay::header_list::HeaderList;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::upstream::Answered;

const OUTCOME: HeaderName = HeaderName::from_static(TRILL_OUTCOME);
pub(super) const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const ANSWER_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static(APNS_ID),
    HeaderName::from_static(APNS_UNIQUE_ID),
    RETRY_AFTER,
];
/// Room for the usual times.
const USUAL_TIMING: usize = 48;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Result of a send: the answer of APNs, or the problem that Trill returns instead.
pub(crate) type SendResult = Result<ApnsAnswer, Problem>;

/// Outcome of a send with this result.
pub(crate) fn outcome(answer: &SendResult) -> Outcome {
    match answer {
        Ok(said) => said.outcome(),
        Err(problem) => problem.outcome(),
    }
}

/// Sets the header with the outcome of a send.
pub(crate) fn state_outcome(reply: &mut Reply, outcome: Outcome) {
    reply
        .headers_mut()
        .insert(OUTCOME, HeaderValue::from_static(outcome.as_str()));
}

/// Answer of APNs to a push, with the headers that are passed on.
#[derive(Clone)]
pub(crate) struct ApnsAnswer {
    status: StatusCode,
    headers: HeaderList,
    body: Bytes,
    answer: Answer,
}

impl ApnsAnswer {
    /// Creates it from the response of APNs, and drops all other headers.
    pub(crate) fn of(answered: Answered) -> Self {
        let (parts, body) = answered.response.into_parts();
        let mut headers = HeaderList::with_capacity(ANSWER_HEADERS.len() + 2);
        for name in ANSWER_HEADERS {
            if let Some(value) = parts.headers.get(&name) {
                headers.push(name, value.clone());
            }
        }
        if !body.is_empty() {
            headers.push(CONTENT_TYPE, JSON);
        }
        if let Some(value) = timing(answered.connecting, answered.answering) {
            headers.push(SERVER_TIMING, value);
        }
        Self {
            status: parts.status,
            headers,
            body,
            answer: answered.answer,
        }
    }

    /// HTTP status from APNs.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Header `apns-id` from APNs.
    pub(crate) fn apns_id(&self) -> Option<&HeaderValue> {
        self.headers.get(APNS_ID)
    }

    /// Status, reason and timestamp of the answer.
    pub(crate) fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Outcome that the status stands for.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::of_status(self.status.as_u16())
    }

    /// Header `apns-unique-id` from APNs.
    pub(crate) fn apns_unique_id(&self) -> Option<&HeaderValue> {
        self.headers.get(APNS_UNIQUE_ID)
    }

    /// Returns status, headers and body.
    pub(crate) fn parts(&self) -> (StatusCode, &HeaderList, &Bytes) {
        (self.status, &self.headers, &self.body)
    }

    /// Creates an answer from these parts.
    pub(crate) fn from_parts(status: StatusCode, headers: HeaderList, body: Bytes) -> Self {
        Self {
            answer: Answer::read(status.as_u16(), &body),
            status,
            headers,
            body,
        }
    }

    /// JSON for the API's description of a stored send.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "status": self.status.as_u16(), "body": String::from_utf8_lossy(&self.body) })
    }

    /// Returns the reply for the client.
    pub(crate) fn reply(&self) -> Reply {
        let mut reply = reply::api(self.status, self.body.clone());
        self.headers.copy_to(reply.headers_mut());
        state_outcome(&mut reply, self.outcome());
        reply
    }
}

fn timing(connecting: Duration, answering: Duration) -> Option<HeaderValue> {
    // Integer arithmetic, because this runs for every push.
    let tenths =
        |time: Duration| time.as_secs() * 10_000 + u64::from(time.subsec_micros() + 50) / 100;
    let mut text = Vec::with_capacity(USUAL_TIMING);
    for (name, time) in [("connect;dur=", connecting), (", apns;dur=", answering)] {
        text.extend_from_slice(name.as_bytes());
        push_decimal(&mut text, tenths(time));
    }
    HeaderValue::from_maybe_shared(Bytes::from(text)).ok()
}

/// Writes a number of tenths with one decimal place, without the detour through [`std::fmt`].
fn push_decimal(text: &mut Vec<u8>, tenths: u64) {
    let start = text.len();
    text.extend([digit(tenths), b'.']);
    let mut rest = tenths / 10;
    loop {
        text.push(digit(rest));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text[start..].reverse();
}

/// Last digit of a number.
fn digit(number: u64) -> u8 {
    b"0123456789"[(number % 10) as usize]
}
