//! The headers of a push, by their names on the wire.
//! Source: Apple, "Sending notification requests to APNs".

use super::apns_id::ApnsId;
use super::expiration::Expiration;
use super::push_type::PushType;
use super::topic::Topic;

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
            expiration: Expiration::NOW_OR_NEVER.to_string(),
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
