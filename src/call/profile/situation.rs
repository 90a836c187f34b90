//! Situation: the state of the phone and the app when a push arrives, as far as an app can ask.

use crate::call::phone::App;

/// State of the phone and the app when a push arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// State of the app.
    pub app: App,
    /// `true` if a call of the app rings or is in progress.
    pub is_call_alive: bool,
    /// `true` if that call has the UUID of this payload.
    pub is_same_call: bool,
    /// Value of `PKVoIPPushMetadata.mustReport`; `None` if the app does not receive it.
    pub must_report: Option<bool>,
    /// Time, in milliseconds since 1970; `None` if it is not known.
    pub now_ms: Option<u64>,
}
