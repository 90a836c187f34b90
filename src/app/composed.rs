//! The push composed from the form, and its findings, computed once per change for all panels.

use super::card::Card;
use super::form::{Finding, Form};
use super::state::State;
use crate::apns::Payload;
use crate::apns::payload::PayloadError;
use crate::call::ReceivingApp;

/// Values derived from the state.
#[derive(Debug)]
pub struct Composed {
    /// The form with its placeholders replaced by values.
    pub filled: Form,
    /// Payload of the filled form.
    pub payload: Result<Payload, PayloadError>,
    /// App that gets the push, as far as it is known.
    pub app: ReceivingApp,
    /// Finding about the text of the payload, shown once the editor has lost the focus.
    pub payload_finding: Option<Finding>,
    /// Findings about the push as a whole, worst first.
    pub remarks: Vec<Finding>,
}

impl Composed {
    /// Computes the push and the findings of a state.
    pub fn of(state: &State) -> Self {
        let filled = state.filled();
        let payload = filled.parsed_payload();
        let payload_finding = state.payload_finding(&filled, &payload);
        let remarks = match &payload {
            Ok(payload) => state.remarks_about(&filled, payload),
            Err(_) => Vec::new(),
        };
        let app = match &payload {
            Ok(payload) => filled.app_choice().resolve(payload.value()),
            Err(_) => ReceivingApp::Unknown,
        };
        Self {
            filled,
            payload,
            app,
            payload_finding,
            remarks,
        }
    }

    /// Returns the findings that belong to this card.
    pub fn remarks_on(&self, card: Card) -> Vec<&Finding> {
        let mut remarks = Vec::new();
        for remark in &self.remarks {
            if Card::of(remark.code) == card {
                remarks.push(remark);
            }
        }
        remarks
    }
}

impl Default for Composed {
    fn default() -> Self {
        Self::of(&State::default())
    }
}
