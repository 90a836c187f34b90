//! The rules: one question each, asked in the order of [`checks`](super::checks). A rule may rely
//! on the rules before it having held.

use super::checks::Facts;
use crate::apns::headers::{APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_ID, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC, AUTHORIZATION};
use crate::apns::provider_token::LONGEST_LIFE;
use crate::apns::topic::is_bundle_character;
use crate::apns::{ApnsId, PushType};

/// How far the sender's clock may be ahead, in seconds.
const CLOCK_ALLOWANCE: i64 = 5 * 60;

/// Bytes, not characters (Apple, "Sending notification requests to APNs").
const LONGEST_COLLAPSE_ID: usize = 64;

/// Apple documents `POST` and nothing else.
pub(crate) fn method_not_post(facts: &Facts<'_>) -> bool {
    facts.request.method != http::Method::POST
}

/// The path is `/3/device/` and one segment.
pub(crate) fn path_unknown(facts: &Facts<'_>) -> bool {
    facts.request.device_segment().is_none()
}

/// That segment is empty.
pub(crate) fn device_token_missing(facts: &Facts<'_>) -> bool {
    facts.request.device_segment() == Some("")
}

/// Apple's reason speaks of headers repeated; those of APNs are meant, others are ignored.
pub(crate) fn header_repeated(facts: &Facts<'_>) -> bool {
    let headers = &facts.request.headers;
    let is_ours = |name: &str| name == AUTHORIZATION || name.starts_with("apns-");
    headers.keys().any(|name| is_ours(name.as_str()) && headers.get_all(name).iter().nth(1).is_some())
}

/// A UUID in either case: lower case is documented, upper case is seen in APNs's own answers.
pub(crate) fn apns_id_malformed(facts: &Facts<'_>) -> bool {
    facts.request.text(APNS_ID).is_some_and(|id| ApnsId::parse(&id).is_none())
}

/// There are no client certificates here, so the header is always needed.
pub(crate) fn authorization_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(AUTHORIZATION).is_none()
}

/// Another scheme, or nothing behind it; pushy's mock server answers the same.
pub(crate) fn authorization_not_bearer(facts: &Facts<'_>) -> bool {
    facts.request.provider_token().is_none()
}

/// Not three parts, another algorithm than ES256, or `kid`, `iss` or `iat` missing.
pub(crate) fn provider_token_malformed(facts: &Facts<'_>) -> bool {
    facts.credential.token.is_none()
}

/// Seen with revoked and mistyped key IDs.
pub(crate) fn key_unknown(facts: &Facts<'_>) -> bool {
    facts.credential.key.is_none()
}

/// Seen with key ID and team ID swapped, and with another team's ID.
pub(crate) fn team_not_of_the_key(facts: &Facts<'_>) -> bool {
    let credential = facts.credential;
    credential.token.as_ref().zip(credential.key.as_ref()).is_some_and(|(token, key)| token.team_id != key.team_id)
}

/// Raw R and S, or DER: Apple's own recipe sends DER.
pub(crate) fn signature_wrong(facts: &Facts<'_>) -> bool {
    facts.credential.signature.is_none()
}

/// Apple, "Establishing a token-based connection to APNs": at most one hour.
pub(crate) fn provider_token_expired(facts: &Facts<'_>) -> bool {
    age(facts) > LONGEST_LIFE.cast_signed()
}

/// Apple's "one hour from now" may mean both directions, and does not name the reason. A few
/// minutes are a clock that is slightly ahead, more is a mistake, such as milliseconds.
pub(crate) fn provider_token_from_the_future(facts: &Facts<'_>) -> bool {
    age(facts) < -CLOCK_ALLOWANCE
}

fn age(facts: &Facts<'_>) -> i64 {
    facts.credential.token.as_ref().map_or(0, |token| token.age(facts.now))
}

/// Seen since keys are limited to environments (2025), in this spelling and before the device
/// token is looked at.
pub(crate) fn key_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts.credential.key.as_ref().is_some_and(|key| !key.environments.contains(&facts.face))
}

/// Apple rules out several teams on one connection; developers saw this reason.
pub(crate) fn second_team_on_connection(facts: &Facts<'_>) -> bool {
    facts.bound.zip(facts.credential.token.as_ref()).is_some_and(|(bound, token)| bound.team_id != token.team_id)
}

/// No two keys count as related here: Apple does not say which ones are.
pub(crate) fn second_key_on_connection(facts: &Facts<'_>) -> bool {
    facts.bound.zip(facts.credential.token.as_ref()).is_some_and(|(bound, token)| bound.key_id != token.key_id)
}

/// With a provider token the topic is always needed.
pub(crate) fn topic_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_TOPIC).is_none()
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
    topics.is_some_and(|topics| !topics.contains(&topic(facts)))
}

fn topic(facts: &Facts<'_>) -> String {
    facts.request.text(APNS_TOPIC).unwrap_or_default().into_owned()
}

/// One of Apple's eleven, in lower case.
pub(crate) fn push_type_unknown(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_PUSH_TYPE).is_some() && push_type(facts).is_none()
}

/// Another type on a `.voip` topic was refused so from 2019 on, while none at all was accepted.
pub(crate) fn push_type_not_voip(facts: &Facts<'_>) -> bool {
    is_voip_topic(facts) && push_type(facts).is_some_and(|push_type| push_type != PushType::Voip)
}

fn push_type(facts: &Facts<'_>) -> Option<PushType> {
    facts.request.text(APNS_PUSH_TYPE).and_then(|text| PushType::parse(&text))
}

fn is_voip_topic(facts: &Facts<'_>) -> bool {
    topic(facts).ends_with(PushType::Voip.topic_suffix())
}

/// 10, 5 or 1.
pub(crate) fn priority_unknown(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_PRIORITY).is_some_and(|priority| !matches!(priority, b"10" | b"5" | b"1"))
}

/// A whole number; what a negative one does is not documented, and it is let through.
pub(crate) fn expiration_malformed(facts: &Facts<'_>) -> bool {
    let is_number = |text: &str| !text.starts_with('+') && text.parse::<i64>().is_ok();
    facts.request.text(APNS_EXPIRATION).is_some_and(|expiration| !is_number(&expiration))
}

/// Longer than 64 bytes.
pub(crate) fn collapse_id_too_long(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_COLLAPSE_ID).is_some_and(|id| id.len() > LONGEST_COLLAPSE_ID)
}

/// Apple gives an upper limit only.
pub(crate) fn collapse_id_empty(facts: &Facts<'_>) -> bool {
    facts.request.header(APNS_COLLAPSE_ID).is_some_and(<[u8]>::is_empty)
}

/// No bytes at all; `{}` is a payload.
pub(crate) fn payload_empty(facts: &Facts<'_>) -> bool {
    facts.request.body.length == 0
}

/// 5,120 bytes for VoIP, 4,096 for everything else; a push without a type is what its topic says.
pub(crate) fn payload_too_large(facts: &Facts<'_>) -> bool {
    let by_topic = if is_voip_topic(facts) { PushType::Voip } else { PushType::Alert };
    facts.request.body.length > push_type(facts).unwrap_or(by_topic).largest_payload()
}

/// Not hex, or half a byte.
pub(crate) fn device_token_malformed(facts: &Facts<'_>) -> bool {
    facts.request.device_token().is_none()
}

/// Seen with 64 zeros, by which people try credentials without ringing anyone.
pub(crate) fn device_unknown(facts: &Facts<'_>) -> bool {
    facts.device.is_none()
}

/// Xcode builds have sandbox tokens, all others production ones.
pub(crate) fn device_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts.device.is_some_and(|device| device.environment != facts.face)
}

/// Also a topic without `.voip`, or with it twice.
pub(crate) fn device_not_for_topic(facts: &Facts<'_>) -> bool {
    facts.device.is_some_and(|device| device.topic.as_str() != topic(facts))
}

/// The app was removed.
pub(crate) fn device_unregistered(facts: &Facts<'_>) -> bool {
    facts.device.is_some_and(|device| device.unregistered_at_ms.is_some())
}
