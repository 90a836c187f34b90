//! A decision, as the journal lists it.

use serde_json::Value;

use super::fields::{number, text, texts};
use super::phone_settings::plain;

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

/// A decision of the simulator about one push, with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecision {
    /// Sequence number.
    pub id: u64,
    /// Time in milliseconds since 1970.
    pub at_ms: u64,
    /// HTTP status of the response.
    pub status: u64,
    /// Name of the rule that decided.
    pub rule: String,
    /// Notes for the sender.
    pub notes: Vec<String>,
    /// The decision as the journal has it.
    json: Value,
}

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
    /// Reads an entry of the list; `None` if it is something else.
    pub fn read(decision: &Value) -> Option<Self> {
        Some(Self {
            id: number(decision, "id")?,
            at_ms: number(decision, "at_ms")?,
            status: number(decision, "status")?,
            rule: text(decision, "rule")?,
            notes: texts(decision, "notes")?,
            json: decision.clone(),
        })
    }

    /// Returns the device token of the push; empty if it had none.
    pub fn device_token(&self) -> &str {
        self.text("device_token")
    }

    /// The status and reason of the answer.
    pub fn answer(&self) -> String {
        let status = self.status.to_string();
        match self.text("reason") {
            "" => status,
            reason => [&status, " ", reason].concat(),
        }
    }

    /// Returns topic, push type and rule in one line.
    pub fn summary(&self) -> String {
        let mut parts = vec![self.text("topic"), self.text("push_type"), &self.rule];
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
        for note in &self.notes {
            rows.push(("Note", note.clone()));
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
            rows.push((label, plain(&self.json[field])));
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
            "" => self.rule.clone(),
            mark => [&self.rule, ", ", mark].concat(),
        }
    }

    fn text(&self, field: &str) -> &str {
        self.json[field].as_str().unwrap_or_default()
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
