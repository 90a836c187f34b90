//! Rules for the values of the remaining headers and for the size of the payload.

use super::Facts;
use crate::apns::PushType;
use crate::simulator::push_header::PushHeader;

/// Maximum length in bytes, not characters (Apple, "Sending notification requests to APNs").
const LONGEST_COLLAPSE_ID: usize = 64;

/// `true` if `apns-push-type` is none of Apple's eleven types, in upper or lower case.
pub(crate) fn push_type_unknown(facts: &Facts<'_>) -> bool {
    facts.push_type.is_none()
        && facts
            .request
            .text(PushHeader::PushType)
            .is_some_and(|text| PushType::parse(&text.to_ascii_lowercase()).is_none())
}

/// `true` if the push type is not in lower case. Apple writes the types in lower case, and does not
/// say what happens to others.
pub(crate) fn push_type_in_capitals(facts: &Facts<'_>) -> bool {
    facts.request.header(PushHeader::PushType).is_some() && facts.push_type.is_none()
}

/// `true` if a request on a `.voip` topic has another push type. APNs has refused this since 2019,
/// but has accepted requests without a push type.
pub(crate) fn push_type_not_voip(facts: &Facts<'_>) -> bool {
    facts.topic_type == Some(PushType::Voip)
        && facts
            .push_type
            .is_some_and(|push_type| push_type != PushType::Voip)
}

/// `true` if the topic has the suffix of another push type. Assumed by analogy with `.voip`.
pub(crate) fn push_type_not_of_the_suffix(facts: &Facts<'_>) -> bool {
    facts
        .topic_type
        .zip(facts.push_type)
        .is_some_and(|(by_topic, push_type)| by_topic != push_type)
}

/// `true` if `apns-priority` is not 10, 5 or 1.
pub(crate) fn priority_unknown(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::Priority)
        .is_some_and(|priority| !matches!(priority, b"10" | b"5" | b"1"))
}

/// `true` if a background push has priority 10. Apple calls this an error without naming the
/// reason.
pub(crate) fn background_at_once(facts: &Facts<'_>) -> bool {
    facts.push_type == Some(PushType::Background)
        && facts.request.header(PushHeader::Priority) == Some(b"10")
}

/// `true` if `apns-expiration` is not a whole number. A negative number is accepted, because its
/// effect is not documented.
pub(crate) fn expiration_malformed(facts: &Facts<'_>) -> bool {
    let is_number = |text: &str| !text.starts_with('+') && text.parse::<i64>().is_ok();
    facts
        .request
        .text(PushHeader::Expiration)
        .is_some_and(|expiration| !is_number(&expiration))
}

/// `true` if `apns-collapse-id` is longer than 64 bytes.
pub(crate) fn collapse_id_too_long(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::CollapseId)
        .is_some_and(|id| id.len() > LONGEST_COLLAPSE_ID)
}

/// `true` if `apns-collapse-id` is empty. Apple gives an upper limit only.
pub(crate) fn collapse_id_empty(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::CollapseId)
        .is_some_and(<[u8]>::is_empty)
}

/// `true` if the body has no bytes. `{}` is a payload.
pub(crate) fn payload_empty(facts: &Facts<'_>) -> bool {
    facts.request.body.length == 0
}

/// `true` if the body has more than 5,120 bytes for VoIP, or 4,096 for any other push type. The
/// topic decides if there is no push type.
pub(crate) fn payload_too_large(facts: &Facts<'_>) -> bool {
    let push_type = facts
        .push_type
        .or(facts.topic_type)
        .unwrap_or(PushType::Alert);
    facts.request.body.length > push_type.largest_payload()
}
