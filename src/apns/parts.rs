//! Parts: values for several fields of a push, found in one pasted text.

use super::environment::Environment;

/// Values for several fields of a push. `None`, and a header that is not listed, leave a field as
/// it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Text of the payload.
    pub payload: Option<String>,
    /// Environment the push is sent to.
    pub environment: Option<Environment>,
    /// Device token.
    pub device_token: Option<String>,
    /// Names and values of headers.
    pub headers: Vec<(&'static str, String)>,
}
