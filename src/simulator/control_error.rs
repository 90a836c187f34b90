//! Refusal of a request to the control interface.

use http::StatusCode;

/// Refusal of a request to the control interface.
#[derive(Debug)]
pub struct ControlError {
    /// HTTP status of the refusal.
    pub status: StatusCode,
    /// Stable code for programs, such as `key_is_private`.
    pub code: &'static str,
    /// Sentence that states what is wrong and where.
    pub cause: String,
    /// Sentence that states what to do about it.
    pub fix: String,
}

impl ControlError {
    /// Creates a refusal from its parts.
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

    /// Creates the refusal of a body with a wrong form.
    pub(crate) fn bad_request(
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, cause, fix)
    }

    /// Creates the refusal of a body with the right form and wrong content.
    pub(crate) fn unprocessable(
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, fix)
    }
}
