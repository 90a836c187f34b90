//! Fields of the fault `goaway`.

use serde::Deserialize;
use serde_json::json;

use super::answer_fields::refuse_several;
use super::bounded::Whole;
use super::fault::{AnswerTime, Goaway, LastStream};
use super::seeded_random;
use crate::apns::Reason;
use crate::simulator::control_error::ControlError;

/// Maximum length of the debug data in bytes. A GOAWAY with more is longer than any client has to
/// accept.
const LONGEST_DEBUG: u64 = 64 * 1024;

/// Error code of HTTP/2 (RFC 9113 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ErrorCode {
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    FlowControlError = 3,
    SettingsTimeout = 4,
    StreamClosed = 5,
    FrameSizeError = 6,
    RefusedStream = 7,
    Cancel = 8,
    CompressionError = 9,
    ConnectError = 10,
    EnhanceYourCalm = 11,
    InadequateSecurity = 12,
    #[serde(rename = "HTTP_1_1_REQUIRED")]
    Http11Required = 13,
}

impl ErrorCode {
    /// Returns the number of the error code in frames.
    pub(super) fn number(self) -> u32 {
        self as u32
    }
}

/// Fields of the fault `goaway`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoawayFields {
    last: LastStream,
    answer: Option<AnswerTime>,
    times: Option<Whole<1, 100>>,
    code: Option<ErrorCode>,
    reason: Option<String>,
    debug: Option<String>,
    junk_bytes: Option<Whole<1, LONGEST_DEBUG>>,
    closes: Option<bool>,
}

impl GoawayFields {
    /// Returns the GOAWAY that the fields describe. `seed` determines its junk bytes.
    pub(super) fn goaway(self, place: &str, seed: u64) -> Result<Goaway, ControlError> {
        refuse_several(
            place,
            &[
                ("reason", self.reason.is_some()),
                ("debug", self.debug.is_some()),
                ("junk_bytes", self.junk_bytes.is_some()),
            ],
        )?;
        Ok(Goaway {
            last: self.last,
            answer: self.answer_time(place)?,
            times: self.times.map_or(1, Whole::size),
            code: self.code.map_or(0, ErrorCode::number),
            debug: match (self.reason, self.debug) {
                (Some(reason), _) => json!({ "reason": reason }).to_string().into_bytes(),
                (None, Some(text)) => text.into_bytes(),
                (None, None) => seeded_random::bytes(seed, self.junk_bytes.map_or(0, Whole::size)),
            },
            refuse: None,
            closes: self.closes.unwrap_or(true),
        })
    }

    fn answer_time(&self, place: &str) -> Result<AnswerTime, ControlError> {
        match (self.last, self.answer) {
            (LastStream::Below, None | Some(AnswerTime::Never)) => Ok(AnswerTime::Never),
            (LastStream::Below, Some(_)) => Err(ControlError::unprocessable(
                "contradiction",
                format!("The field “{place}.answer” contradicts “last”."),
                "Use never, or leave it out: a stream above the last one is not processed.",
            )),
            (_, answer) => Ok(answer.unwrap_or(AnswerTime::After)),
        }
    }
}

/// Returns the GOAWAY that APNs sends before a server is taken down.
pub(super) fn shutdown() -> Goaway {
    let reason = json!({ "reason": Reason::Shutdown.as_str() });
    Goaway {
        last: LastStream::At,
        answer: AnswerTime::Before,
        times: 1,
        code: ErrorCode::NoError.number(),
        debug: reason.to_string().into_bytes(),
        refuse: Some(Reason::Shutdown),
        closes: true,
    }
}
