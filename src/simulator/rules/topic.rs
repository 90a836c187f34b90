//! Rules for the topic: it must be present, valid and allowed for the sender.

use std::borrow::Cow;

use super::Facts;
use crate::apns::push_type::Credentials;
use crate::apns::topic::is_bundle_character;
use crate::apns::{Certificate, PushType};
use crate::simulator::push_header::PushHeader;
use crate::simulator::request::Request;

/// `true` if there is no `apns-topic` and no certificate with a single topic. A provider token, or
/// a certificate for several topics, always needs an `apns-topic`.
pub(crate) fn topic_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(PushHeader::Topic).is_none()
        && facts.certificate.and_then(only_topic).is_none()
}

/// `true` if the topic is empty or has characters that no bundle ID has.
pub(crate) fn topic_malformed(facts: &Facts<'_>) -> bool {
    let is_legal = |byte: u8| is_bundle_character(char::from(byte));
    // Without an early exit, several bytes are checked together.
    let are_all_legal = facts
        .topic
        .bytes()
        .fold(true, |are_all, byte| are_all & is_legal(byte));
    facts.topic.is_empty() || !are_all_legal
}

/// `true` if the key is limited to other topics. The reason for this case is not documented; the
/// reason for certificates is used.
pub(crate) fn topic_not_of_the_key(facts: &Facts<'_>) -> bool {
    let topics = facts
        .credential
        .key
        .as_ref()
        .and_then(|key| key.topics.as_ref());
    facts.certificate.is_none()
        && topics.is_some_and(|topics| !topics.iter().any(|known| *known == facts.topic))
}

/// `true` if the certificate does not list the topic.
pub(crate) fn topic_not_of_the_certificate(facts: &Facts<'_>) -> bool {
    facts
        .certificate
        .is_some_and(|certificate| !certificate.topics.iter().any(|known| *known == facts.topic))
}

/// `true` if a location push is sent with a certificate. Location pushes need a provider token; the
/// reason is not documented.
pub(crate) fn push_type_not_by_certificate(facts: &Facts<'_>) -> bool {
    facts.certificate.is_some() && credentials(facts) == Some(Credentials::TokenOnly)
}

/// `true` if an MDM push is sent with a provider token. MDM pushes need the MDM certificate; the
/// reason is not documented.
pub(crate) fn push_type_not_by_token(facts: &Facts<'_>) -> bool {
    facts.certificate.is_none() && credentials(facts) == Some(Credentials::CertificateOnly)
}

fn credentials(facts: &Facts<'_>) -> Option<Credentials> {
    facts.push_type.map(PushType::credentials)
}

/// Returns the topic of the header, or else the only one of the certificate.
pub(crate) fn of<'a>(request: &'a Request, certificate: Option<&'a Certificate>) -> Cow<'a, str> {
    match (
        request.text(PushHeader::Topic),
        certificate.and_then(only_topic),
    ) {
        (Some(topic), _) => topic,
        (None, Some(topic)) => Cow::Borrowed(topic),
        (None, None) => Cow::default(),
    }
}

fn only_topic(certificate: &Certificate) -> Option<&str> {
    match certificate.topics.as_slice() {
        [topic] => Some(topic),
        _ => None,
    }
}

/// Returns the push type whose suffix a topic has; `None` for a bare bundle ID.
pub(crate) fn type_of(topic: &str) -> Option<PushType> {
    let has_suffix = |suffix: &str| !suffix.is_empty() && topic.ends_with(suffix);
    PushType::ALL
        .into_iter()
        .find(|push_type| has_suffix(push_type.topic_suffix()))
}
