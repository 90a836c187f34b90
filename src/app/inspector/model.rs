//! Contents of the simulator, as its routes list them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault_table::FaultTable;

/// Payloads are cut after this many bytes; the journal has the whole.
const LONGEST_PAYLOAD: usize = 1_000;
const NO_SENTENCE: &str = "Nobody has noted what it did with it.";

/// Everything that the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatorView {
    /// The virtual iPhones.
    pub phones: Listing<ListedPhone>,
    /// The faults that are on, and those that are ready to be.
    pub faults: FaultTable,
    /// The keys whose provider tokens are accepted.
    pub keys: Listing<ListedKey>,
    /// The newest decisions, oldest first.
    pub decisions: Listing<ListedDecision>,
}

/// A list, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listing<T> {
    /// The part.
    #[serde(alias = "devices", alias = "keys", alias = "decisions")]
    pub entries: Vec<T>,
    /// Number of entries of the whole list.
    pub count: usize,
}

/// A virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedPhone {
    /// Its device token.
    pub device_token: String,
    /// Its settings.
    #[serde(flatten)]
    pub enrolment: PhoneEnrolment,
    /// Its activity.
    pub phone: Activity,
    /// The push that waits for it.
    pub stored: Option<StoredPush>,
}

/// Settings of a virtual iPhone, as a request that enrols it has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneEnrolment {
    /// Its name.
    pub name: String,
    /// The app that the device token belongs to.
    pub bundle_id: String,
    /// The push type that the device token is for.
    pub kind: String,
    /// `sandbox` or `production`.
    pub environment: String,
    /// `active`, `unregistered` or `expired`.
    pub state: String,
    /// Paths of the parts of a call.
    pub mapping: Value,
    /// Number of pushes that it takes in a minute; absent without a limit.
    pub pushes_per_minute: Option<u64>,
    /// Whether it is reachable.
    pub online: bool,
    /// Whether Do Not Disturb is on.
    pub do_not_disturb: bool,
    /// Handles of callers whose calls it refuses.
    pub blocked: Vec<String>,
    /// Whether the app reports its calls.
    pub reports: bool,
    /// Version of iOS.
    pub ios: String,
    /// State of the app when a push arrives.
    pub app: String,
}

/// Activity of a virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub state: String,
}

/// A push that waits for its phone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoredPush {
    /// Its `apns-id`.
    pub apns_id: String,
}

/// A key whose provider tokens the simulator accepts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedKey {
    /// Its Key ID.
    pub key_id: String,
    /// Its Team ID.
    pub team_id: String,
    /// The environments that it is limited to.
    pub environments: Vec<String>,
    /// The topics that it is limited to; absent without a limit.
    pub topics: Option<Vec<String>>,
}

/// A decision of the simulator about one push, with the rule behind it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
    /// Sentence of the phone about the push.
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

impl SimulatorView {
    /// Reads the answers of `devices`, `faults`, `keys` and `journal`; `None` if one is something
    /// else.
    pub fn read([phones, faults, keys, journal]: [Value; 4]) -> Option<Self> {
        Some(Self {
            phones: serde_json::from_value(phones).ok()?,
            faults: serde_json::from_value(faults).ok()?,
            keys: serde_json::from_value(keys).ok()?,
            decisions: serde_json::from_value(journal).ok()?,
        })
    }

    /// The name of the phone that a decision is about, or else its device token.
    pub fn phone_name(&self, decision: &ListedDecision) -> String {
        let Some(device_token) = &decision.device_token else {
            return String::new();
        };
        let phones = &self.phones.entries;
        let phone = phones
            .iter()
            .find(|phone| phone.device_token == *device_token);
        match phone {
            Some(phone) => phone.enrolment.name.clone(),
            None => device_token.clone(),
        }
    }
}

impl<T> Listing<T> {
    /// Sentence about the entries that are left out, and where they are; `None` if there are none.
    pub fn rest(&self, path: &str) -> Option<String> {
        let (shown, all) = (self.entries.len(), self.count);
        (shown < all).then(|| format!("{shown} of {all}; all stand in GET /api/simulator/{path}."))
    }
}

impl ListedKey {
    /// Its team, environments and topics.
    pub fn summary(&self) -> String {
        let topics = match &self.topics {
            Some(topics) => topics.join(", "),
            None => "all topics".to_owned(),
        };
        let environments = self.environments.join(", ");
        format!("Team {} · {environments} · {topics}", self.team_id)
    }
}

impl ListedDecision {
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
