//! Body of a receipt.

use http::StatusCode;
use serde::Deserialize;

use super::app_body::{is_text, unprocessable};
use super::device_token;
use crate::apns::DeviceToken;
use crate::apns::uuid::Uuid;
use crate::call::app::LONGEST_CALL_NAME;
use crate::call::{CallError, ReceiptEvent};
use crate::relay::problem::Problem;

const LONGEST_DOMAIN: usize = 100;

/// Body of a receipt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiptBody {
    call: String,
    event: String,
    device_token: Option<String>,
    at_ms: Option<i64>,
    error: Option<ErrorBody>,
}

/// Error in a receipt, as `NSError` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorBody {
    domain: String,
    code: i64,
}

/// A receipt with checked values.
pub(super) struct Report {
    pub(super) call: String,
    pub(super) event: ReceiptEvent,
    pub(super) device_token: Option<DeviceToken>,
    pub(super) device_ms: Option<i64>,
    pub(super) error: Option<CallError>,
}

impl ReceiptBody {
    /// Checks all values.
    pub(super) fn check(self) -> Result<Report, Problem> {
        let Some(call) = call_name(&self.call) else {
            return Err(bad_call(
                "The field “call” is blank, too long, not printable, or holds a secret.",
                "call",
            ));
        };
        let Some(event) = ReceiptEvent::parse(&self.event) else {
            let cause = "The field “event” names no event of a call.";
            let known = ReceiptEvent::ALL.map(ReceiptEvent::as_str).join(", ");
            return Err(unprocessable(
                "unknown_event",
                cause,
                format!("Send one of {known}."),
                "event",
            ));
        };
        let error = match self.error {
            Some(_) if event != ReceiptEvent::Failed => {
                let cause = "The field “error” stands beside an event other than failed.";
                return Err(unprocessable(
                    "bad_error",
                    cause,
                    "Leave it out, or send failed.",
                    "error",
                ));
            }
            Some(error) if !is_text(&error.domain, LONGEST_DOMAIN) => {
                let cause = "The field “error.domain” is blank, too long, has control characters, or holds a secret.";
                let fix = "Send the domain and code of the error that CallKit gave.";
                return Err(unprocessable("bad_error", cause, fix, "error.domain"));
            }
            Some(ErrorBody { domain, code }) => Some(CallError { domain, code }),
            None => None,
        };
        Ok(Report {
            call,
            event,
            device_token: self.device_token.as_deref().map(device_token).transpose()?,
            device_ms: self.at_ms,
            error,
        })
    }
}

/// Reads the name of a call; `None` if it is not valid. UUIDs are compared without case, because
/// CallKit gives them back in capitals.
pub(super) fn call_name(text: &str) -> Option<String> {
    if let Some(uuid) = Uuid::parse(text) {
        return Some(uuid.as_str().to_owned());
    }
    is_text(text, LONGEST_CALL_NAME).then(|| text.to_owned())
}

/// Refusal of the name of a call.
pub(super) fn bad_call(cause: &str, field: &str) -> Problem {
    let fix =
        format!("Send the UUID of the call, or an ID of at most {LONGEST_CALL_NAME} characters.");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "call_name", cause, fix).with_field(field)
}
