//! The push that the form composes, and what there is to say about it: computed once a change, for every panel.

use super::card::Card;
use super::form::{Finding, Form};
use super::state::State;
use crate::apns::Payload;
use crate::apns::payload::PayloadError;

/// What is computed from the state.
#[derive(Debug)]
pub struct Composed {
    /// The form with values in the place of placeholders.
    pub filled: Form,
    /// Its payload.
    pub payload: Result<Payload, PayloadError>,
    /// What there is to say about the payload's text, once the editor was left.
    pub payload_finding: Option<Finding>,
    /// What will go wrong with the push, worst first.
    pub remarks: Vec<Finding>,
}

impl Composed {
    /// What the state composes.
    pub fn of(state: &State) -> Self {
        let filled = state.filled();
        let payload = filled.parsed_payload();
        let payload_finding = state.payload_finding(&filled, &payload);
        let remarks = match &payload {
            Ok(payload) => state.remarks_about(&filled, payload),
            Err(_) => Vec::new(),
        };
        Self {
            filled,
            payload,
            payload_finding,
            remarks,
        }
    }

    /// The remarks that are told on this card.
    pub fn remarks_on(&self, card: Card) -> Vec<Finding> {
        self.remarks
            .iter()
            .filter(|remark| Card::of(remark.code) == card)
            .cloned()
            .collect()
    }
}

impl Default for Composed {
    fn default() -> Self {
        Self::of(&State::default())
    }
}
