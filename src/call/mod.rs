//! Model of a phone that receives a VoIP push. The preview on the page, the virtual iPhone and the
//! linter all use the same rules.
//!
//! Pure functions without I/O, as in [`apns`](crate::apns).

pub mod app;
pub mod call_error;
pub mod call_field;
pub mod incoming_call;
pub mod phone;
pub mod placeholder;
pub mod profile;
pub mod receipt;
pub mod ring_state;
pub mod template;

pub use app::{AppChoice, AppChoiceError, ReceivingApp};
pub use call_error::CallError;
pub use call_field::CallField;
pub use incoming_call::{Field, IncomingCall};
pub use phone::{PhoneOutcome, PhoneState, Rule as PhoneRule, Settings as PhoneSettings};
pub use profile::{OwnApp, OwnPart, Profile, Situation};
pub use receipt::{Receipt, ReceiptEvent};
pub use ring_state::RingState;
