//! Problem: an error answer by Trill itself, in the format of RFC 9457.

use std::num::NonZeroU32;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use serde_json::Value;

use super::reply::{self, Reply};
use crate::apns::Outcome;

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
/// RFC 9110 §15.5.2 requires a challenge. Browsers do not know this scheme, so they show no dialog.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Trill-Access");
/// Number of characters of foreign text that a message repeats.
const LONGEST_QUOTE: usize = 40;

/// Error answer: its cause and the next step for the user.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    cause: String,
    fix: String,
    field: Option<String>,
    allow: Option<&'static str>,
    retry_after: Option<NonZeroU32>,
    outcome: Outcome,
}

#[derive(Serialize)]
struct Document<'a> {
    status: u16,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl Problem {
    /// Creates a problem with one sentence of cause and one of fix. Its outcome is `not-sent`.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let (cause, fix) = (cause.into(), fix.into());
        Self {
            status,
            code,
            cause,
            fix,
            field: None,
            allow: None,
            retry_after: None,
            outcome: Outcome::NotSent,
        }
    }

    /// The path does not exist.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing at this path.",
            "Pushes go to /{environment}/3/device/{device_token}.",
        )
    }

    /// The path exists, but not for this method.
    pub(crate) fn method_not_allowed(method: &Method, allow: &'static str) -> Self {
        let cause = format!("This path does not take {}.", quote(method.as_str()));
        let problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            cause,
            format!("Use {allow}."),
        );
        Self {
            allow: Some(allow),
            ..problem
        }
    }

    /// An internal error. A push may have been sent before it.
    pub(crate) fn internal() -> Self {
        let fix = "Look at the phone before you send again; please report this as a bug of Trill.";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Trill failed while it worked on this request.",
            fix,
        )
        .with_outcome(Outcome::Unknown)
    }

    /// The program stops before the request has ended.
    pub(crate) fn stopping() -> Self {
        let fix = "Look at the phone before you send again: the push may have rung.";
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "stopping",
            "Trill was stopped while it worked on this request.",
            fix,
        )
        .with_outcome(Outcome::Unknown)
    }

    /// Names the header, path segment or parameter that is invalid.
    pub(crate) fn with_field(self, field: &str) -> Self {
        Self {
            field: Some(quote(field)),
            ..self
        }
    }

    /// Sets `retry-after`, rounded up to whole seconds.
    pub(crate) fn with_retry_after(self, wait: Duration) -> Self {
        let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
        Self {
            retry_after: Some(NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN)),
            ..self
        }
    }

    /// Sets the outcome of the push.
    pub(crate) fn with_outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// Outcome of the push.
    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// HTTP status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Stable error code.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// Cause, in one sentence.
    pub(crate) fn cause(&self) -> &str {
        &self.cause
    }

    /// JSON, as a part of another document.
    pub(crate) fn to_json(&self) -> Value {
        serde_json::to_value(self.document()).unwrap_or_default()
    }

    fn document(&self) -> Document<'_> {
        Document {
            status: self.status.as_u16(),
            code: self.code,
            title: &self.cause,
            detail: &self.fix,
            field: self.field.as_deref(),
        }
    }

    /// Returns the answer for the client.
    pub(crate) fn reply(&self) -> Reply {
        let mut reply = reply::json(self.status, &self.document());
        reply
            .headers_mut()
            .insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(allow) = self.allow {
            reply
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(seconds) = self.retry_after {
            reply
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.get().into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            reply
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, CHALLENGE);
        }
        reply
    }
}

/// Returns the beginning of a foreign text with special characters escaped.
pub(crate) fn quote(text: &str) -> String {
    text.chars()
        .take(LONGEST_QUOTE)
        .flat_map(char::escape_debug)
        .collect()
}
