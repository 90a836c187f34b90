//! Forecast: the reaction of an idle phone to a payload before it is sent, worded as surely as the
//! app is known.

use serde_json::Value;

use super::delivery::{Delivery, Timing};
use super::rule::Rule;
use super::settings::Settings;
use super::state::{PhoneOutcome, PhoneState};
use crate::apns::finding::Certainty;
use crate::call::app::{AppChoice, ReceivingApp};
use crate::call::profile::Situation;

/// Outcome of this payload at an idle phone with default settings, as far as the app is known.
pub fn forecast(payload: &Value, app: &AppChoice) -> PhoneOutcome {
    let app = app.resolve(payload);
    let delivery = Delivery {
        settings: &Settings::default(),
        state: &PhoneState::Idle,
        unreported: 0,
        timing: Timing::Prompt,
        now_ms: None,
    };
    match delivery.of_voip(payload, &app) {
        outcome if app.is_unknown() && outcome.rule.finds_no_call() => {
            PhoneOutcome::new(PhoneState::Idle, Rule::CannotTell)
        }
        outcome => outcome,
    }
}

/// Certainty of a forecast for this app.
pub fn forecast_certainty(payload: &Value, app: &ReceivingApp) -> Certainty {
    match app.verdict(payload, &Situation::default()) {
        Some((_, certainty)) => certainty,
        None if app.is_unknown() => Certainty::Likely,
        None => Certainty::ThisApp,
    }
}

impl PhoneOutcome {
    /// Forecast as a sentence. What is only likely does not say what the phone does.
    pub fn forecast(&self, certainty: Certainty) -> String {
        let is_likely = certainty == Certainty::Likely;
        let on_phone = if is_likely && self.rule != Rule::CannotTell {
            "On the phone, likely: "
        } else {
            "On the phone: "
        };
        let PhoneState::Ringing(call) = &self.state else {
            let rule = if is_likely {
                likely(self.rule)
            } else {
                self.rule.sentence()
            };
            let because = self.because.as_deref().unwrap_or_default();
            return [on_phone, rule, " ", because]
                .concat()
                .trim_end()
                .to_owned();
        };
        let rings = if is_likely { "" } else { "rings with " };
        let kind = if call.is_video() {
            "a video call"
        } else {
            "an audio call"
        };
        match call.title() {
            Some(caller) => format!("{on_phone}{rings}{kind} from {caller}."),
            None => format!("{on_phone}{rings}{kind}, without a name."),
        }
    }
}

/// Sentence of a rule about an app that is not known well enough to say what the phone does.
fn likely(rule: Rule) -> &'static str {
    match rule {
        Rule::NotReported => "The app reports no call to CallKit or LiveCommunicationKit.",
        Rule::AppCrashed => "The app fails before it reports a call.",
        rule => rule.sentence(),
    }
}
