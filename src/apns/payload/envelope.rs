//! Envelope: the request of a push service, with the payload for APNs inside.
//!
//! Each service takes the payload out of its own request. Sent to APNs as it is, a request is a
//! legal payload, and the app gets the keys of the service in place of its own.

use serde_json::{Map, Value};

use super::name::shown;
use super::outline::{Outline, Sort};
use crate::apns::environment::Environment;
use crate::apns::finding::Finding;
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
};
use crate::apns::parts::Parts;

/// Keys of Amazon SNS, the likeliest for a call first.
const SNS_KEYS: [&str; 4] = ["APNS_VOIP", "APNS_VOIP_SANDBOX", "APNS", "APNS_SANDBOX"];

/// Headers of a call that have a field.
const HEADERS: [&str; 5] = [
    APNS_TOPIC,
    APNS_PUSH_TYPE,
    APNS_PRIORITY,
    APNS_EXPIRATION,
    APNS_COLLAPSE_ID,
];

/// Maximum number of keys in a sentence.
const MOST_SHOWN: usize = 6;

/// Push service with a request of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Amazon Simple Notification Service.
    AmazonSns,
    /// Firebase Cloud Messaging, by its v1 interface.
    Firebase,
    /// Firebase Cloud Messaging, by its interface before v1.
    LegacyFirebase,
    /// OneSignal.
    OneSignal,
    /// Expo push.
    Expo,
    /// PubNub.
    PubNub,
}

impl Service {
    /// Service whose request this value is; `None` for a payload.
    pub fn of(value: &Value) -> Option<Self> {
        let body = value.as_object()?;
        let has = |key: &str| body.contains_key(key);
        let has_any = |keys: &[&str]| keys.iter().any(|key| body.contains_key(*key));
        let is_text = |key: &str| value[key].is_string();
        let is_object = |key: &str| value[key].is_object();
        if SNS_KEYS.iter().any(|key| is_text(key))
            || (is_text("Message") && has("MessageStructure"))
        {
            return Some(Self::AmazonSns);
        }
        let is_wrapped = body
            .keys()
            .all(|key| key == "message" || key == "validate_only");
        let is_message =
            !has("aps") && (has_part_for_apns(&value["message"]) || has_part_for_apns(value));
        if is_message || (is_wrapped && has_recipient(&value["message"])) {
            return Some(Self::Firebase);
        }
        if is_object("pn_apns") {
            return Some(Self::PubNub);
        }
        let targets = [
            "apns_push_type_override",
            "contents",
            "filters",
            "include_aliases",
            "include_external_user_ids",
            "include_player_ids",
            "include_subscription_ids",
            "included_segments",
        ];
        if is_text("app_id") && has_any(&targets) {
            return Some(Self::OneSignal);
        }
        let to = &value["to"];
        let to = to.as_str().or(to[0].as_str()).unwrap_or_default();
        if to.starts_with("ExponentPushToken[") || to.starts_with("ExpoPushToken[") {
            return Some(Self::Expo);
        }
        let is_request = is_object("notification")
            || has_any(&[
                "collapse_key",
                "content_available",
                "mutable_content",
                "time_to_live",
            ])
            || matches!(value["priority"].as_str(), Some("high" | "normal"));
        let is_recipient = to.contains(":APA91")
            || to.starts_with("/topics/")
            || (!to.is_empty() && is_request)
            || value["registration_ids"].is_array();
        let has_content = is_object("data") || is_object("notification");
        (is_recipient && has_content && !has("aps")).then_some(Self::LegacyFirebase)
    }

    /// Name of the service.
    pub fn name(self) -> &'static str {
        match self {
            Self::AmazonSns => "Amazon SNS",
            Self::Firebase | Self::LegacyFirebase => "Firebase Cloud Messaging",
            Self::OneSignal => "OneSignal",
            Self::Expo => "Expo push",
            Self::PubNub => "PubNub",
        }
    }

    /// Sentence about VoIP pushes of this service, and its source.
    fn voip(self) -> (&'static str, &'static str) {
        match self {
            Self::AmazonSns => (
                "SNS can carry VoIP pushes: it parses the string under APNS_VOIP, which must have \
                 an aps key, and sends it to APNs.",
                "Amazon SNS, “Sending custom platform-specific payloads to mobile devices”; \
                 flutter-webrtc/callkeep #129",
            ),
            Self::Firebase | Self::LegacyFirebase => (
                "Firebase carries no VoIP push, whatever its apns headers say: send it to APNs \
                 directly.",
                "firebase/firebase-admin-dotnet #97; beste/laravel-firebase #21",
            ),
            Self::OneSignal => (
                "OneSignal can carry VoIP pushes, from an app of its own there with a VoIP \
                 Services certificate. Where the keys of data stand on the phone is not known.",
                "OneSignal, “VoIP notifications”",
            ),
            Self::Expo => (
                "It has no field for a topic or a push type, so it most likely carries no VoIP \
                 push: send it to APNs directly.",
                "expo/expo-server-sdk-node@49bc1f9 src/ExpoClient.ts:343-375",
            ),
            Self::PubNub => (
                "PubNub documents VoIP pushes with APNs2: what is under pn_apns goes to APNs.",
                "PubNub, “APNs2 migration guide”",
            ),
        }
    }
}

/// Returns `true` for a message of Firebase with a part for APNs.
fn has_part_for_apns(message: &Value) -> bool {
    message["apns"]["payload"].is_object() || message["apns"]["headers"].is_object()
}

/// Returns `true` for a message of Firebase with content and a recipient.
fn has_recipient(message: &Value) -> bool {
    let has_content = message["data"].is_object() || message["notification"].is_object();
    let recipients = ["token", "topic", "condition"];
    has_content && recipients.iter().any(|key| message[key].is_string())
}

/// Finding about the request of a push service; `None` for a payload. `value` and `outline` are
/// those of the text.
pub(super) fn finding(text: &str, value: &Value, outline: &Outline) -> Option<Finding> {
    let service = Service::of(value)?;
    let envelope = Envelope { text, outline };
    let mut parts = Parts::default();
    let (mut place, mut request) = ("data", value);
    match service {
        Service::AmazonSns => {
            let keys = [&SNS_KEYS[..], &["Message"]].concat();
            place = keys.into_iter().find(|key| value[key].is_string())?;
            parts.payload = value[place].as_str().map(str::to_owned);
        }
        Service::Firebase => {
            let inside = envelope.member(0, "message");
            let index = inside.unwrap_or_default();
            if inside.is_some() {
                request = &value["message"];
            }
            let apns = envelope.member(index, "apns");
            let payload = apns.and_then(|apns| envelope.member(apns, "payload"));
            let data = envelope.member(index, "data");
            parts.headers = headers(&request["apns"]["headers"]);
            parts.payload = envelope.merged([payload, data], &[]);
            place = "apns.payload and data";
        }
        Service::PubNub => {
            let push = &value["pn_apns"]["pn_push"][0];
            let target = &push["targets"][0];
            let named = [
                (APNS_TOPIC, &target["topic"]),
                (APNS_PUSH_TYPE, &push["push_type"]),
                (APNS_COLLAPSE_ID, &push["collapse_id"]),
            ];
            for (name, value) in named {
                let value = value.as_str().map(|value| (name, value.to_owned()));
                parts.headers.extend(value);
            }
            parts.environment = match target["environment"].as_str() {
                Some("development") => Some(Environment::Sandbox),
                Some("production") => Some(Environment::Production),
                _ => None,
            };
            let inner = envelope.member(0, "pn_apns");
            parts.payload = envelope.merged([inner, None], &["pn_push"]);
            place = "pn_apns";
        }
        Service::LegacyFirebase | Service::OneSignal | Service::Expo => {
            parts.payload = envelope.merged([envelope.member(0, "data"), None], &[]);
        }
    }
    let name = service.name();
    let (voip, source) = service.voip();
    let mut sentence = format!(
        "This is a request to {name}, not a payload: APNs would pass on the keys of the request. \
         {voip}"
    );
    let is_object = |payload: &String| payload.trim_start().starts_with('{');
    let has_more = parts.environment.is_some() || !parts.headers.is_empty();
    let fix = parts
        .payload
        .as_ref()
        .is_some_and(is_object)
        .then_some(Fix {
            label: if has_more {
                "Take out payload and headers"
            } else {
                "Take out the payload"
            },
            change: Change::Parts(parts),
        });
    if fix.is_some() {
        sentence.extend([" The payload is taken from ", place]);
        sentence.push_str(&left_out(request, place));
    } else {
        sentence.extend([" It has no keys for the app under ", place]);
    }
    sentence.push('.');
    Some(Finding {
        source: Some(source.to_owned()),
        fix,
        ..Finding::error("payload_envelope", sentence)
    })
}

/// End of a sentence with the keys of a request that are not taken from it.
fn left_out(request: &Value, taken: &str) -> String {
    let keys = request.as_object().into_iter().flat_map(Map::keys);
    let mut left: Vec<String> = keys
        .filter(|key| !taken.split(['.', ' ']).any(|word| word == key.as_str()))
        .map(|key| shown(key))
        .collect();
    if left.is_empty() {
        return String::new();
    }
    if left.len() > MOST_SHOWN {
        left.truncate(MOST_SHOWN);
        left.push("…".to_owned());
    }
    ["; left out: ", &left.join(", ")].concat()
}

/// Values of the headers that have a field.
fn headers(headers: &Value) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for name in HEADERS {
        if let Some(value) = headers[name].as_str() {
            found.push((name, value.to_owned()));
        }
    }
    found
}

/// Text of a request with its outline.
struct Envelope<'a> {
    text: &'a str,
    outline: &'a Outline,
}

impl Envelope<'_> {
    /// Index of the object with this name in another one.
    fn member(&self, parent: usize, name: &str) -> Option<usize> {
        let found = self.outline.member(self.text, parent, name)?;
        (found.node.sort == Sort::Object).then_some(found.index)
    }

    /// Object with the members of two objects, without those of some names; of members with one
    /// name the first object's is kept. An object alone keeps its layout.
    fn merged(&self, objects: [Option<usize>; 2], without: &[&str]) -> Option<String> {
        let present: Vec<usize> = objects.into_iter().flatten().collect();
        if let ([index], []) = (present.as_slice(), without) {
            let place = self.outline.nodes[*index].place.clone();
            return Some(dedented(&self.text[place]));
        }
        let mut seen: Vec<String> = without.iter().map(|name| (*name).to_owned()).collect();
        let mut merged = String::new();
        for index in &present {
            let mut names = Vec::new();
            for member in self.outline.members_of(self.text, *index) {
                if seen.iter().any(|name| *name == member.name) {
                    continue;
                }
                let mark = if merged.is_empty() { "{\n  " } else { ",\n  " };
                let name = &self.text[member.name_place.clone()];
                let value = &self.text[member.node.place.clone()];
                merged.extend([mark, name, ": ", value]);
                names.push(member.name.into_owned());
            }
            seen.extend(names);
        }
        if present.is_empty() {
            return None;
        }
        Some(if merged.is_empty() {
            "{}".to_owned()
        } else {
            merged + "\n}"
        })
    }
}

/// Object with the indentation of its last line taken off all lines. A text in JSON has no line
/// breaks, so only layout changes.
fn dedented(object: &str) -> String {
    let last = object.rsplit('\n').next().unwrap_or_default();
    let indent = &last[..last.len() - last.trim_start().len()];
    object
        .split_inclusive('\n')
        .map(|line| line.strip_prefix(indent).unwrap_or(line))
        .collect()
}
