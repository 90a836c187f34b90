//! Refusal of a request to the control interface.

use http::StatusCode;

/// Refusal of a request to the control interface.
#[derive(Debug)]
pub struct ControlError {
    /// HTTP status of the refusal.
    pub status: StatusCode,
    /// Stable word for programs, such as `key_is_private`.
    pub code: &'static str,
    /// One sentence: what is wrong, and where.
    pub cause: String,
    /// One sentence: what to do about it.
    pub fix: String,
}

impl ControlError {
    /// A refusal with these parts.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            cause: cause.into(),
            fix: fix.into(),
        }
    }

    /// A refusal of a body whose form is wrong.
    pub(crate) fn bad_request(
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, cause, fix)
    }

    /// A refusal of a body whose form is right and whose content is not.
    pub(crate) fn unprocessable(
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, fix)
    }
}
