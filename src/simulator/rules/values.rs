//! Rules of the values of the remaining headers, and of the size of the payload.

use super::Facts;
use crate::apns::PushType;
use crate::simulator::push_header::PushHeader;

/// Bytes, not characters (Apple, "Sending notification requests to APNs").
const LONGEST_COLLAPSE_ID: usize = 64;

/// None of Apple's eleven, in whatever case.
pub(crate) fn push_type_unknown(facts: &Facts<'_>) -> bool {
    facts.push_type.is_none()
        && facts
            .request
            .text(PushHeader::PushType)
            .is_some_and(|text| PushType::parse(&text.to_ascii_lowercase()).is_none())
}

/// Apple writes them in small letters, and does not say what comes of others.
pub(crate) fn push_type_in_capitals(facts: &Facts<'_>) -> bool {
    facts.request.header(PushHeader::PushType).is_some() && facts.push_type.is_none()
}

/// Another type on a `.voip` topic was refused so from 2019 on, while none at all was accepted.
pub(crate) fn push_type_not_voip(facts: &Facts<'_>) -> bool {
    facts.topic_type == Some(PushType::Voip)
        && facts
            .push_type
            .is_some_and(|push_type| push_type != PushType::Voip)
}

/// Another type on a topic with another suffix, by analogy.
pub(crate) fn push_type_not_of_the_suffix(facts: &Facts<'_>) -> bool {
    facts
        .topic_type
        .zip(facts.push_type)
        .is_some_and(|(by_topic, push_type)| by_topic != push_type)
}

/// 10, 5 or 1.
pub(crate) fn priority_unknown(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::Priority)
        .is_some_and(|priority| !matches!(priority, b"10" | b"5" | b"1"))
}

/// Apple calls it an error without naming the reason.
pub(crate) fn background_at_once(facts: &Facts<'_>) -> bool {
    facts.push_type == Some(PushType::Background)
        && facts.request.header(PushHeader::Priority) == Some(b"10")
}

/// A whole number; what a negative one does is not documented, and it is let through.
pub(crate) fn expiration_malformed(facts: &Facts<'_>) -> bool {
    let is_number = |text: &str| !text.starts_with('+') && text.parse::<i64>().is_ok();
    facts
        .request
        .text(PushHeader::Expiration)
        .is_some_and(|expiration| !is_number(&expiration))
}

/// Longer than 64 bytes.
pub(crate) fn collapse_id_too_long(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::CollapseId)
        .is_some_and(|id| id.len() > LONGEST_COLLAPSE_ID)
}

/// Apple gives an upper limit only.
pub(crate) fn collapse_id_empty(facts: &Facts<'_>) -> bool {
    facts
        .request
        .header(PushHeader::CollapseId)
        .is_some_and(<[u8]>::is_empty)
}

/// No bytes at all; `{}` is a payload.
pub(crate) fn payload_empty(facts: &Facts<'_>) -> bool {
    facts.request.body.length == 0
}

/// 5,120 bytes for VoIP, 4,096 for everything else; a push without a type is what its topic says.
pub(crate) fn payload_too_large(facts: &Facts<'_>) -> bool {
    let push_type = facts
        .push_type
        .or(facts.topic_type)
        .unwrap_or(PushType::Alert);
    facts.request.body.length > push_type.largest_payload()
}
