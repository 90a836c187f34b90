//! The headers of a push, by their names on the wire.
//! Source: Apple, "Sending notification requests to APNs".

use super::apns_id::ApnsId;
use super::finding::Severity;
use super::note::Note;
use super::push_type::PushType;
use super::topic::Topic;
use crate::sentence::{Sentence, Wordings};

/// Names one push; APNs repeats it.
pub const APNS_ID: &str = "apns-id";
/// Names one push in Apple's delivery log; in answers of the development environment only.
pub const APNS_UNIQUE_ID: &str = "apns-unique-id";
/// The app and its door.
pub const APNS_TOPIC: &str = "apns-topic";
/// The kind of push.
pub const APNS_PUSH_TYPE: &str = "apns-push-type";
/// How urgent it is: 10, 5 or 1.
pub const APNS_PRIORITY: &str = "apns-priority";
/// Until when APNs may keep it, in seconds since 1970; 0 is "now or never".
pub const APNS_EXPIRATION: &str = "apns-expiration";
/// Which earlier push it replaces.
pub const APNS_COLLAPSE_ID: &str = "apns-collapse-id";
/// The provider token.
pub const AUTHORIZATION: &str = "authorization";
/// Names, to the relay, the client certificate that vouches for the push in its place.
pub const TRILL_IDENTITY: &str = "trill-identity";

/// Every `apns-*` header a request may carry.
pub const REQUEST_HEADERS: [&str; 6] = [
    APNS_ID,
    APNS_TOPIC,
    APNS_PUSH_TYPE,
    APNS_PRIORITY,
    APNS_EXPIRATION,
    APNS_COLLAPSE_ID,
];

/// An error for the name of a header a push cannot carry, such as `x-foo`, `:path` or `host`.
pub fn unknown_field(name: &str) -> Option<Note> {
    let small = name.trim().to_ascii_lowercase();
    let known = || REQUEST_HEADERS.into_iter().chain([AUTHORIZATION]);
    if known().any(|known| known == name) {
        return None;
    }
    let is_word =
        !name.is_empty() && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_graphic());
    let sentence = if is_word {
        Sentence::new("unknown_field").gap(name)
    } else {
        Sentence::new("unknown_field.odd")
    };
    // Underscores and a missing or doubled prefix are how the names go wrong.
    let plain = small.replace('_', "-");
    let meant = known()
        .find(|known| *known == plain || known.strip_prefix("apns-") == Some(plain.as_str()));
    Some(Note::new(Severity::Error, sentence).with_fix(meant.map(str::to_owned)))
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "unknown_field",
        "“{0}” cannot be set: a push carries authorization and six apns- headers only.",
    ),
    (
        "unknown_field.odd",
        "This header cannot be set: a push carries authorization and six apns- headers only.",
    ),
];

/// The headers of one push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Absent only when no bundle ID was given; APNs then answers `MissingTopic`.
    pub topic: Option<Topic>,
    /// The kind of push.
    pub push_type: PushType,
    /// 10, 5 or 1; what else was typed goes as it is, because APNs has the last word.
    pub priority: String,
    /// Seconds since 1970, or 0.
    pub expiration: String,
    /// Which earlier push it replaces, if any.
    pub collapse_id: Option<String>,
    /// The name of this push.
    pub apns_id: ApnsId,
}

impl Headers {
    /// The headers of a call, right by construction: push type `voip`, priority 10, and expiration 0,
    /// because a call that could not be delivered at once must not ring later.
    pub fn voip(topic: Option<Topic>, apns_id: ApnsId) -> Self {
        Self {
            topic,
            push_type: PushType::Voip,
            priority: "10".to_owned(),
            expiration: "0".to_owned(),
            collapse_id: None,
            apns_id,
        }
    }

    /// Names and values in the order they are shown and sent.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let topic = self
            .topic
            .iter()
            .map(|topic| (APNS_TOPIC, topic.to_string()));
        topic
            .chain([
                (APNS_PUSH_TYPE, self.push_type.as_str().to_owned()),
                (APNS_PRIORITY, self.priority.clone()),
                (APNS_EXPIRATION, self.expiration.clone()),
                (APNS_ID, self.apns_id.to_string()),
            ])
            .chain(
                self.collapse_id
                    .iter()
                    .map(|id| (APNS_COLLAPSE_ID, id.clone())),
            )
            .collect()
    }
}
