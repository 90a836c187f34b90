//! Headers of a push, with their names in HTTP.
//! Source: Apple, "Sending notification requests to APNs".

use super::apns_id::ApnsId;
use super::expiration::Expiration;
use super::push_type::PushType;
use super::topic::Topic;

/// Identifier of one push, which APNs repeats in its answer.
pub const APNS_ID: &str = "apns-id";
/// Identifier of one push in Apple's delivery log; only in answers of the development environment.
pub const APNS_UNIQUE_ID: &str = "apns-unique-id";
/// Bundle ID of the app, with the suffix of the push type.
pub const APNS_TOPIC: &str = "apns-topic";
/// Push type.
pub const APNS_PUSH_TYPE: &str = "apns-push-type";
/// Priority: 10, 5 or 1.
pub const APNS_PRIORITY: &str = "apns-priority";
/// Time until which APNs may store the push, in seconds since 1970; 0 means it is not stored.
pub const APNS_EXPIRATION: &str = "apns-expiration";
/// Identifier of pushes that replace each other.
pub const APNS_COLLAPSE_ID: &str = "apns-collapse-id";
/// Provider token, after `bearer `.
pub const AUTHORIZATION: &str = "authorization";
/// Name of the client certificate that authenticates the push in place of a provider token; sent to
/// the relay only.
pub const TRILL_IDENTITY: &str = "trill-identity";

/// Name of the call that the push is about, for the receipts of its app; sent to the relay only.
pub const TRILL_CALL: &str = "trill-call";

/// All `apns-*` headers of a request.
pub const REQUEST_HEADERS: [&str; 6] = [
    APNS_ID,
    APNS_TOPIC,
    APNS_PUSH_TYPE,
    APNS_PRIORITY,
    APNS_EXPIRATION,
    APNS_COLLAPSE_ID,
];

/// Headers of one push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Topic; absent only if no bundle ID was given, to which APNs answers `MissingTopic`.
    pub topic: Option<Topic>,
    /// Push type.
    pub push_type: PushType,
    /// Priority: 10, 5 or 1. Other texts are sent unchanged, because APNs decides.
    pub priority: String,
    /// Seconds since 1970, or 0.
    pub expiration: String,
    /// Identifier of pushes that replace each other, if any.
    pub collapse_id: Option<String>,
    /// Identifier of this push.
    pub apns_id: ApnsId,
}

impl Headers {
    /// Headers of a call: push type `voip`, priority 10, and expiration 0, because a call that
    /// could not be delivered at once must not ring later.
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

    /// Names and values in the order in which they are shown and sent.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(topic) = &self.topic {
            pairs.push((APNS_TOPIC, topic.to_string()));
        }
        pairs.push((APNS_PUSH_TYPE, self.push_type.as_str().to_owned()));
        pairs.push((APNS_PRIORITY, self.priority.clone()));
        pairs.push((APNS_EXPIRATION, self.expiration.clone()));
        pairs.push((APNS_ID, self.apns_id.to_string()));
        if let Some(id) = &self.collapse_id {
            pairs.push((APNS_COLLAPSE_ID, id.clone()));
        }
        pairs
    }
}
