//! A decision, as the journal lists it.

use serde_json::Value;

use super::fields::{number, text, texts};

/// Maximum length in bytes of a value shown in the details. The journal has the whole payload.
const LONGEST_PAYLOAD: usize = 1_000;
const NO_SENTENCE: &str = "Nobody has noted what it did with it.";

/// A decision of the simulator about one push, with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecision {
    /// Sequence number.
    pub id: u64,
    /// Time in milliseconds since 1970.
    pub at_ms: u64,
    /// Number of the connection.
    pub connection: u64,
    /// Device token of the push.
    pub device_token: Option<String>,
    /// `apns-id` of the response.
    pub apns_id: String,
    /// Header `apns-topic`.
    pub topic: Option<String>,
    /// Header `apns-push-type`.
    pub push_type: Option<String>,
    /// Header `apns-priority`.
    pub priority: Option<String>,
    /// Header `apns-expiration`.
    pub expiration: Option<String>,
    /// Header `apns-collapse-id`.
    pub collapse_id: Option<String>,
    /// Beginning of the payload.
    pub payload: String,
    /// Key ID of the provider token.
    pub key_id: Option<String>,
    /// Team ID of the provider token.
    pub team_id: Option<String>,
    /// Subject of the client certificate.
    pub certificate: Option<String>,
    /// Environment the push was sent to.
    pub environment: Option<String>,
    /// HTTP status of the response.
    pub status: u16,
    /// Reason in the response.
    pub reason: Option<String>,
    /// Name of the rule that decided.
    pub rule: String,
    /// Certainty of the rule: `documented`, `observed` or `assumed`.
    pub mark: Option<String>,
    /// Notes for the sender.
    pub notes: Vec<String>,
    /// Text of the rule.
    pub rule_text: String,
    /// Source of the rule.
    pub rule_source: String,
    /// Description of the phone's reaction to the push.
    pub on_phone: Option<String>,
}

/// One row of the details of a decision.
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

    /// Returns topic, push type and rule in one line.
    pub fn summary(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        parts.extend(self.topic.as_deref());
        parts.extend(self.push_type.as_deref());
        parts.push(&self.rule);
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// Returns all details as rows.
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

/// Cuts a text that is too long at a character boundary.
fn cut(text: &str) -> String {
    if text.len() <= LONGEST_PAYLOAD {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_PAYLOAD);
    [&text[..end], "…"].concat()
}
