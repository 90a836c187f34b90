//! The question before a push to Production, which names the device and the signer. The demo key is
//! refused: it was made in this tab, and Apple does not know it.

use super::state::{DEMO_KEY, DEMO_TEAM_ID, State};
use crate::apns::{Change, DeviceToken, Environment, Finding, Fix, PushType};

/// Label of the button that switches to the simulator, which knows the demo key.
pub const TO_SIMULATOR: &str = "Use the Simulator";

const DEMO_KEY_REFUSED: &str = "Not sent: Apple does not know the demo key, which was made in this tab. Choose your own key and team, or use the Simulator.";
const DEMO_KEY_UNKNOWN: &str =
    "APNs will refuse the demo key: it was made in this tab, and Apple does not know it.";
const OWN_KEY: &str = "Choose your own key and team, or use the Simulator.";

/// The question shown in place of Send before a push to Production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Asks whether to send the push described in this text.
    Send(String),
    /// Refuses the push, for this reason.
    Refused(&'static str),
}

impl State {
    /// Returns the question about the current push.
    pub fn production_question(&self) -> Question {
        if self.signs_with_demo_key() {
            return Question::Refused(DEMO_KEY_REFUSED);
        }
        let form = &self.form;
        let reaches = if form.push_type == PushType::Voip {
            "Calls"
        } else {
            "Reaches"
        };
        let signer = if form.is_signed() {
            [
                "signed with key ",
                form.key_id.trim(),
                " of team ",
                form.team_id.trim(),
            ]
            .concat()
        } else {
            ["sent with the certificate ", form.certificate.trim()].concat()
        };
        let app = form.bundle_id.trim();
        Question::Send(
            [
                "Send to Production? ",
                reaches,
                " a real device: ",
                app,
                ", …",
                &self.end_of_device_token(),
                ", ",
                &signer,
                ".",
                &self.warning_about_key(),
            ]
            .concat(),
        )
    }

    /// Returns what the linter says about the environment of the key, or else about other senders
    /// of its team; empty if a certificate is used.
    fn warning_about_key(&self) -> String {
        if !self.form.is_signed() {
            return String::new();
        }
        let remarks = self.remarks();
        let mut codes = ["key-other-environment", "other-sender-of-team"].into_iter();
        let found = codes.find_map(|code| remarks.iter().find(|remark| remark.code == code));
        let Some(found) = found else {
            return String::new();
        };
        let [why, ..] = self.rule_prose(found);
        [" ", found.certainty.prefix(), &found.sentence, " ", why].concat()
    }

    /// Returns `true` if a key signs that only the simulator can know.
    pub fn signs_with_demo_key(&self) -> bool {
        let is_made_here = self.key.as_ref().is_some_and(|key| key.source == DEMO_KEY);
        self.form.is_signed() && (is_made_here || self.form.team_id.trim() == DEMO_TEAM_ID)
    }

    /// Returns the finding about a demo key in an environment of Apple's.
    pub(super) fn demo_key_finding(&self) -> Option<Finding> {
        if self.form.environment.is_simulator() || !self.signs_with_demo_key() {
            return None;
        }
        let sentence = [DEMO_KEY_UNKNOWN, " ", OWN_KEY].concat();
        Some(Finding {
            fix: Some(Fix {
                label: TO_SIMULATOR,
                change: Change::Environment(Environment::Simulator),
            }),
            ..Finding::error("demo-key-unknown", sentence)
        })
    }

    /// Returns the last eight digits of the device token; empty if it is invalid.
    fn end_of_device_token(&self) -> String {
        let Ok(token) = DeviceToken::parse(&self.form.device_token) else {
            return String::new();
        };
        let digits = token.as_str();
        digits[digits.len().saturating_sub(8)..].to_owned()
    }
}
