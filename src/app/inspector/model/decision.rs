//! A decision, as the journal lists it.

use serde_json::Value;

use super::phone_settings::plain;
use crate::app::relay_info::{text, texts};

/// Maximum length in bytes of a value shown in the details. The journal has the whole payload.
const LONGEST_PAYLOAD: usize = 1_000;
const NO_SENTENCE: &str = "Nobody has noted what it did with it.";

/// Label and JSON field of each value that the details show in a monospaced font.
const CODES: [(&str, &str); 13] = [
    ("Topic", "topic"),
    ("Push type", "push_type"),
    ("Priority", "priority"),
    ("Expiration", "expiration"),
    ("Collapse ID", "collapse_id"),
    ("Device token", "device_token"),
    ("Environment", "environment"),
    ("Key ID", "key_id"),
    ("Team ID", "team_id"),
    ("Certificate", "certificate"),
    ("apns-id", "apns_id"),
    ("Connection", "connection"),
    ("Payload", "payload"),
];

/// A decision of the simulator about one push, with the rule behind it, as JSON that is read on
/// demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecision(pub Value);

/// Row of the details of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Label.
    pub label: &'static str,
    /// Value.
    pub value: String,
    /// `true` if the value is shown in a monospaced font.
    pub is_code: bool,
}

impl ListedDecision {
    /// Sequence number.
    pub fn id(&self) -> u64 {
        self.0["id"].as_u64().unwrap_or_default()
    }

    /// Time in milliseconds since 1970.
    pub fn at_ms(&self) -> f64 {
        self.0["at_ms"].as_f64().unwrap_or_default()
    }

    /// HTTP status of the response.
    pub fn status(&self) -> String {
        plain(&self.0["status"])
    }

    /// Name of the rule that decided.
    pub fn rule(&self) -> &str {
        self.text("rule")
    }

    /// Returns the device token of the push; empty if it had none.
    pub fn device_token(&self) -> &str {
        self.text("device_token")
    }

    /// The status and reason of the answer.
    pub fn answer(&self) -> String {
        let status = self.status();
        match self.text("reason") {
            "" => status,
            reason => [&status, " ", reason].concat(),
        }
    }

    /// Returns topic, push type and rule in one line.
    pub fn summary(&self) -> String {
        let mut parts = vec![self.text("topic"), self.text("push_type"), self.rule()];
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// Returns all details as rows.
    pub fn details(&self) -> Vec<Detail> {
        let mut rows = vec![
            ("Rule", self.rule_with_mark()),
            ("When", self.text("rule_text").to_owned()),
            ("Source", self.text("rule_source").to_owned()),
        ];
        for note in texts(&self.0["notes"]) {
            rows.push(("Note", note.to_owned()));
        }
        if self.text("reason").is_empty() {
            let sentence = match self.text("on_phone") {
                "" => NO_SENTENCE,
                sentence => sentence,
            };
            rows.push(("On the phone", sentence.to_owned()));
        }
        let others = rows.len();
        for (label, field) in CODES {
            rows.push((label, plain(&self.0[field])));
        }
        let mut details = Vec::new();
        for (index, (label, value)) in rows.into_iter().enumerate() {
            let is_code = index >= others;
            if !is_code || !value.is_empty() {
                details.push(Detail {
                    label,
                    value: cut(&value),
                    is_code,
                });
            }
        }
        details
    }

    /// Returns the rule and its certainty: `documented`, `observed` or `assumed`.
    fn rule_with_mark(&self) -> String {
        match self.text("mark") {
            "" => self.rule().to_owned(),
            mark => [self.rule(), ", ", mark].concat(),
        }
    }

    fn text(&self, field: &str) -> &str {
        text(&self.0, field)
    }
}

/// Cuts a text that is too long at a character boundary.
fn cut(text: &str) -> String {
    if text.len() <= LONGEST_PAYLOAD {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_PAYLOAD);
    [&text[..end], "…"].concat()
}
