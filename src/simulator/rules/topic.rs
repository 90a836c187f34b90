//! The topic: whether it is there, is one, and belongs to whoever sends.

use crate::apns::PushType;
use crate::apns::headers::{APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::push_type::Credentials;
use crate::apns::topic::is_bundle_character;
use crate::simulator::checks::Facts;

/// A provider token, or a certificate for several topics, always needs one.
pub(crate) fn topic_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_TOPIC).is_none() && only_topic(facts).is_none()
}

/// Empty, or with characters no bundle ID has.
pub(crate) fn topic_malformed(facts: &Facts<'_>) -> bool {
    let topic = topic(facts);
    topic.is_empty() || !topic.chars().all(is_bundle_character)
}

/// The reason for a topic outside a topic-specific key is not documented; this is the one for
/// certificates.
pub(crate) fn topic_not_of_the_key(facts: &Facts<'_>) -> bool {
    let topics = facts.credential.key.as_ref().and_then(|key| key.topics.as_ref());
    facts.certificate.is_none() && topics.is_some_and(|topics| !topics.contains(&topic(facts)))
}

/// A certificate reaches the topics that stand in it and no others.
pub(crate) fn topic_not_of_the_certificate(facts: &Facts<'_>) -> bool {
    facts.certificate.is_some_and(|certificate| !certificate.topics.contains(&topic(facts)))
}

/// Location pushes take a provider token only; the reason is not documented.
pub(crate) fn push_type_not_by_certificate(facts: &Facts<'_>) -> bool {
    facts.certificate.is_some() && credentials(facts) == Some(Credentials::TokenOnly)
}

/// MDM pushes take the MDM certificate only; the reason is not documented.
pub(crate) fn push_type_not_by_token(facts: &Facts<'_>) -> bool {
    facts.certificate.is_none() && credentials(facts) == Some(Credentials::CertificateOnly)
}

fn credentials(facts: &Facts<'_>) -> Option<Credentials> {
    push_type(facts).map(PushType::credentials)
}

/// The topic of the header, or else the only one of the certificate.
pub(crate) fn topic(facts: &Facts<'_>) -> String {
    let sent = facts.request.text(APNS_TOPIC).map(std::borrow::Cow::into_owned);
    sent.or_else(|| only_topic(facts).map(str::to_owned)).unwrap_or_default()
}

fn only_topic<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    match facts.certificate?.topics.as_slice() {
        [topic] => Some(topic),
        _ => None,
    }
}

/// The push type, when it is one of Apple's.
pub(crate) fn push_type(facts: &Facts<'_>) -> Option<PushType> {
    facts.request.text(APNS_PUSH_TYPE).and_then(|text| PushType::parse(&text))
}

/// The type whose suffix the topic has; `None` for a bare bundle ID.
pub(crate) fn type_of_topic(facts: &Facts<'_>) -> Option<PushType> {
    let topic = topic(facts);
    PushType::ALL.into_iter().find(|push_type| !push_type.topic_suffix().is_empty() && topic.ends_with(push_type.topic_suffix()))
}
