//! Phone: a model of an iPhone that receives a push.
//!
//! Since iOS 13 an app must report a call to CallKit, or later to LiveCommunicationKit, for every
//! VoIP push, or the system kills it.
//! An app with a [profile](crate::call::profile) does what its profile says. Any other app modelled
//! here is the article's: it reports a call if the payload has a handle and a UUID, and otherwise
//! returns without reporting.
//! Source: Apple, "Responding to VoIP Notifications from PushKit"; `PKPushRegistryDelegate`.

mod delivery;
mod forecast;
mod owner;
mod receipts;
mod rule;
mod settings;
mod state;
mod storage;
mod unreported;

pub use delivery::{Delivery, Timing, receive};
pub use forecast::{forecast, forecast_certainty};
pub use owner::{answer, decline, give_up};
pub use receipts::receipts_of;
pub use rule::Rule;
pub use settings::{App, Ios, Settings};
pub use state::{PhoneOutcome, PhoneState, Waiting};
pub use storage::kept_until;
pub use unreported::{MOST_UNREPORTED, unreported_sentence};
