//! Rules for the device token, which is checked last.

use super::Facts;

/// `true` if the device token is not hex, or has half a byte.
pub(crate) fn device_token_malformed(facts: &Facts<'_>) -> bool {
    facts.request.device_token().is_none()
}

/// `true` if the device token is not enrolled. Observed with 64 zeros, which people send to test
/// credentials without ringing a phone.
pub(crate) fn device_unknown(facts: &Facts<'_>) -> bool {
    facts.device.is_none()
}

/// `true` if the phone belongs to another guest. Nobody rings a phone whose owner has not enrolled
/// the key, and nobody learns that the phone exists.
pub(crate) fn device_of_another_guest(facts: &Facts<'_>) -> bool {
    facts.is_strangers_device
}

/// `true` if the device token belongs to the other environment. Xcode builds have sandbox tokens,
/// all other builds have production tokens.
pub(crate) fn device_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.environment != facts.environment)
}

/// `true` if the device token belongs to another topic. A topic without `.voip`, or with it twice,
/// is another topic.
pub(crate) fn device_not_for_topic(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.topic.as_str() != facts.topic)
}

/// `true` if the push type needs a suffix and the topic is the bare one of an ordinary device
/// token.
pub(crate) fn topic_without_suffix(facts: &Facts<'_>) -> bool {
    facts
        .push_type
        .is_some_and(|push_type| !facts.topic.ends_with(push_type.topic_suffix()))
}

/// `true` if the device token has expired because the device got another one.
pub(crate) fn device_token_expired(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.unregistered_at_ms.is_some() && device.is_expired)
}

/// `true` if the device token is unregistered because the app was removed.
pub(crate) fn device_unregistered(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.unregistered_at_ms.is_some() && !device.is_expired)
}

/// `true` if the phone has received too many pushes. Apple gives no limit; the phone has its own,
/// or none.
pub(crate) fn device_gets_too_many(facts: &Facts<'_>) -> bool {
    facts.is_over_rate
}
