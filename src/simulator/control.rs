//! The control interface: keys, virtual iPhones and the journal as JSON.

use http::StatusCode;
use serde_json::Value;

/// What a request to the control interface is answered with.
#[derive(Debug)]
pub struct ControlAnswer {
    /// 200, 201 or 204.
    pub status: StatusCode,
    /// Absent with 204.
    pub body: Option<Value>,
}

/// Why a request to the control interface was refused.
#[derive(Debug)]
pub struct ControlError {
    /// The status.
    pub status: StatusCode,
    /// A stable word for programs, such as `key_is_private`.
    pub code: &'static str,
    /// One sentence: what is wrong, and where.
    pub cause: String,
    /// One sentence: what to do about it.
    pub remedy: String,
}
