//! Fields of the fault `answer`, which answers in a way APNs would not.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use super::bounded::{MOST_BYTES, Status, Whole};
use super::fault::{AnsweredId, FalseAnswer, FalseBody, Judged, RequestEffect};
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body::bad_value;

const DEEPEST_NESTING: u64 = 100_000;

/// Headers that HTTP/2 forbids (RFC 9113 §8.2.2).
const HOP_BY_HOP: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// Fields of the fault `answer`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFields {
    status: Option<Status>,
    informational: Option<Whole<100, 199>>,
    apns_id: Option<AnsweredId>,
    headers: Option<BTreeMap<String, String>>,
    reason: Option<String>,
    body: Option<String>,
    body_bytes: Option<Whole<0, MOST_BYTES>>,
    body_nesting: Option<Whole<1, DEEPEST_NESTING>>,
    judged: Option<bool>,
}

impl AnswerFields {
    /// Returns the effect that the fields describe.
    pub(super) fn effect(self, place: &str) -> Result<RequestEffect, ControlError> {
        refuse_several(
            place,
            &[
                ("reason", self.reason.is_some()),
                ("body", self.body.is_some()),
                ("body_bytes", self.body_bytes.is_some()),
                ("body_nesting", self.body_nesting.is_some()),
            ],
        )?;
        let status = self.status.map_or(200, Whole::status);
        let judged = Judged::or(self.judged, (200..300).contains(&status));
        let headers: Vec<_> = self.headers.unwrap_or_default().into_iter().collect();
        if !headers.iter().all(is_legal) {
            return Err(bad_value(
                &format!("{place}.headers"),
                "has a header that HTTP/2 cannot carry",
                "Correct or remove it.",
            ));
        }
        let body = match (self.reason, self.body, self.body_bytes, self.body_nesting) {
            (Some(reason), ..) => Some(FalseBody::Text(json!({ "reason": reason }).to_string())),
            (_, Some(text), ..) => Some(FalseBody::Text(text)),
            (_, _, Some(bytes), _) => Some(FalseBody::Filler(bytes.size())),
            (.., Some(depth)) => Some(FalseBody::Nested(depth.size())),
            _ => None,
        };
        let answer = FalseAnswer {
            status,
            informational: self.informational.map(Whole::status),
            apns_id: self.apns_id.unwrap_or(AnsweredId::Same),
            headers,
            body,
        };
        Ok(RequestEffect::Answer(Box::new(answer), judged))
    }
}

fn is_legal((name, value): &(String, String)) -> bool {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return false;
    };
    !HOP_BY_HOP.contains(&name.as_str()) && HeaderValue::from_str(value).is_ok()
}

/// Fails if more than one of these fields is given, because they exclude one another. Each field
/// has its name and `true` if it is given.
pub(super) fn refuse_several(place: &str, fields: &[(&str, bool)]) -> Result<(), ControlError> {
    let mut there = fields.iter().filter(|(_, is_there)| *is_there);
    let (Some((first, _)), Some((second, _))) = (there.next(), there.next()) else {
        return Ok(());
    };
    Err(ControlError::unprocessable(
        "contradiction",
        format!("The fields “{place}.{first}” and “{place}.{second}” exclude one another."),
        "Keep one of the two.",
    ))
}
