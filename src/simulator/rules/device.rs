//! Rules of the device token, which is looked at last.

use super::Facts;

/// Not hex, or half a byte.
pub(crate) fn device_token_malformed(facts: &Facts<'_>) -> bool {
    facts.request.device_token().is_none()
}

/// Seen with 64 zeros, by which people try credentials without ringing anyone.
pub(crate) fn device_unknown(facts: &Facts<'_>) -> bool {
    facts.device.is_none()
}

/// Nobody rings a phone whose owner has not enrolled the key, and nobody learns that it is there.
pub(crate) fn device_of_another_guest(facts: &Facts<'_>) -> bool {
    facts.is_strangers_device
}

/// Xcode builds have sandbox tokens, all others production ones.
pub(crate) fn device_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.environment != facts.environment)
}

/// Also a topic without `.voip`, or with it twice.
pub(crate) fn device_not_for_topic(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.topic.as_str() != facts.topic)
}

/// A type that needs a suffix, on the bare topic of an ordinary token.
pub(crate) fn topic_without_suffix(facts: &Facts<'_>) -> bool {
    facts
        .push_type
        .is_some_and(|push_type| !facts.topic.ends_with(push_type.topic_suffix()))
}

/// The device got another token.
pub(crate) fn device_token_expired(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.unregistered_at_ms.is_some() && device.is_expired)
}

/// The app was removed.
pub(crate) fn device_unregistered(facts: &Facts<'_>) -> bool {
    facts
        .device
        .is_some_and(|device| device.unregistered_at_ms.is_some() && !device.is_expired)
}

/// Apple gives no number; it is the phone's own, and without one there is no limit.
pub(crate) fn device_gets_too_many(facts: &Facts<'_>) -> bool {
    facts.is_over_rate
}
