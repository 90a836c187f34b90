//! What the phone does with a VoIP push, once and for everybody: the page's preview, the virtual
//! iPhone and the checks read the same rules.
//!
//! As pure as [`apns`](crate::apns): values in, values out.

pub mod call_field;
pub mod incoming_call;
pub mod mapping;
pub mod phone;
pub mod placeholder;
pub mod template;

pub use call_field::CallField;
pub use incoming_call::{Field, IncomingCall};
pub use mapping::Mapping;
pub use phone::{PhoneOutcome, PhoneState, Rule as PhoneRule, Settings as PhoneSettings};
