//! A decision, as the journal has it.

use serde_json::Value;

use super::fields::{number, text, texts};

/// Payloads are cut after this many bytes; the journal has the whole.
const LONGEST_PAYLOAD: usize = 1_000;
const NO_SENTENCE: &str = "Nobody has noted what it did with it.";

/// A decision of the simulator about one push, with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecision {
    /// Its number.
    pub id: u64,
    /// Its time, in milliseconds since 1970.
    pub at_ms: u64,
    /// Number of the connection.
    pub connection: u64,
    /// The device token of the push.
    pub device_token: Option<String>,
    /// The `apns-id` of the answer.
    pub apns_id: String,
    /// The header `apns-topic`.
    pub topic: Option<String>,
    /// The header `apns-push-type`.
    pub push_type: Option<String>,
    /// The header `apns-priority`.
    pub priority: Option<String>,
    /// The header `apns-expiration`.
    pub expiration: Option<String>,
    /// The header `apns-collapse-id`.
    pub collapse_id: Option<String>,
    /// The beginning of the payload.
    pub payload: String,
    /// The Key ID in the provider token.
    pub key_id: Option<String>,
    /// The Team ID in the provider token.
    pub team_id: Option<String>,
    /// The name in the client certificate.
    pub certificate: Option<String>,
    /// The environment that it was sent to.
    pub environment: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// The reason in the answer.
    pub reason: Option<String>,
    /// Name of the rule that decided.
    pub rule: String,
    /// Certainty of the rule: `documented`, `observed` or `assumed`.
    pub mark: Option<String>,
    /// Remarks for the sender.
    pub notes: Vec<String>,
    /// Text of the rule.
    pub rule_text: String,
    /// Source of the rule.
    pub rule_source: String,
    /// Text of the phone about the push.
    pub on_phone: Option<String>,
}

/// One row of the details of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its label.
    pub label: &'static str,
    /// Its value.
    pub value: String,
    /// Whether the value is shown in the font of code.
    pub is_code: bool,
}

impl ListedDecision {
    /// Reads an entry of the list; `None` if it is something else.
    pub fn read(decision: &Value) -> Option<Self> {
        Some(Self {
            id: number(decision, "id")?,
            at_ms: number(decision, "at_ms")?,
            connection: number(decision, "connection")?,
            device_token: text(decision, "device_token"),
            apns_id: text(decision, "apns_id")?,
            topic: text(decision, "topic"),
            push_type: text(decision, "push_type"),
            priority: text(decision, "priority"),
            expiration: text(decision, "expiration"),
            collapse_id: text(decision, "collapse_id"),
            payload: text(decision, "payload")?,
            key_id: text(decision, "key_id"),
            team_id: text(decision, "team_id"),
            certificate: text(decision, "certificate"),
            environment: text(decision, "environment"),
            status: u16::try_from(number(decision, "status")?).ok()?,
            reason: text(decision, "reason"),
            rule: text(decision, "rule")?,
            mark: text(decision, "mark"),
            notes: texts(decision, "notes")?,
            rule_text: text(decision, "rule_text")?,
            rule_source: text(decision, "rule_source")?,
            on_phone: text(decision, "on_phone"),
        })
    }

    /// The status and reason of the answer.
    pub fn answer(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{} {reason}", self.status),
            None => self.status.to_string(),
        }
    }

    /// Its topic, push type and rule.
    pub fn summary(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        parts.extend(self.topic.as_deref());
        parts.extend(self.push_type.as_deref());
        parts.push(&self.rule);
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// Everything there is to know about it.
    pub fn details(&self) -> Vec<Detail> {
        let mut details = Vec::new();
        let mut say = |label, value: &str| details.push(Detail::of(label, value, false));
        match &self.mark {
            Some(mark) => say("Rule", &format!("{}, {mark}", self.rule)),
            None => say("Rule", &self.rule),
        }
        say("When", &self.rule_text);
        say("Source", &self.rule_source);
        for note in &self.notes {
            say("Note", note);
        }
        if self.reason.is_none() {
            say(
                "On the phone",
                self.on_phone.as_deref().unwrap_or(NO_SENTENCE),
            );
        }
        let connection = self.connection.to_string();
        for (label, value) in self.fields(&connection) {
            if !value.is_empty() {
                details.push(Detail::of(label, value, true));
            }
        }
        details
    }

    fn fields<'a>(&'a self, connection: &'a str) -> [(&'static str, &'a str); 13] {
        fn text(field: &Option<String>) -> &str {
            field.as_deref().unwrap_or_default()
        }
        [
            ("Topic", text(&self.topic)),
            ("Push type", text(&self.push_type)),
            ("Priority", text(&self.priority)),
            ("Expiration", text(&self.expiration)),
            ("Collapse ID", text(&self.collapse_id)),
            ("Device token", text(&self.device_token)),
            ("Environment", text(&self.environment)),
            ("Key ID", text(&self.key_id)),
            ("Team ID", text(&self.team_id)),
            ("Certificate", text(&self.certificate)),
            ("apns-id", &self.apns_id),
            ("Connection", connection),
            ("Payload", &self.payload),
        ]
    }
}

impl Detail {
    fn of(label: &'static str, value: &str, is_code: bool) -> Self {
        let value = cut(value);
        Self {
            label,
            value,
            is_code,
        }
    }
}

/// A text that is too long is cut between two characters.
fn cut(text: &str) -> String {
    if text.len() <= LONGEST_PAYLOAD {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_PAYLOAD);
    [&text[..end], "…"].concat()
}
