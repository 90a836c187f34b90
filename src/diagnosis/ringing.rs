//! Checklist for a push that APNs accepted but that did not make a phone ring.

use super::action::Action;
use super::cause::{self, Cause, Found, Rank};
use super::{delivery, incoming_call, receiving_app};
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::APNS_PUSH_TYPE;
use crate::apns::{Environment, PushType};

pub(super) static CHECKLIST: [Cause; 33] = cause::held([
    RANG,
    NOT_VOIP,
    receiving_app::CRASHES,
    receiving_app::REPORTS_NOTHING,
    receiving_app::ENDS_CALL,
    receiving_app::ENDS_AT_ONCE,
    receiving_app::ON_PHONE,
    receiving_app::FAMILY,
    receiving_app::UNCERTAIN,
    receiving_app::VERSIONS_DIFFER,
    receiving_app::UNKNOWN,
    incoming_call::CALL_ID,
    incoming_call::HANDLE,
    incoming_call::USED_ID,
    delivery::LOW_PRIORITY,
    receiving_app::NOT_REPORTED,
    receiving_app::SETUP_LATE,
    receiving_app::BRIDGE_LATE,
    receiving_app::ASYNC_DELEGATE,
    receiving_app::COMPLETION_EARLY,
    receiving_app::NO_CALL_MODE,
    receiving_app::SKIPS_SCREEN,
    receiving_app::STALE_CALL,
    receiving_app::AUDIO_SESSION,
    receiving_app::OLD_SDK,
    receiving_app::CALLKIT_IN_CHINA,
    delivery::EXPIRATION_ZERO,
    delivery::EXPIRATION_LONG,
    delivery::STOPPED,
    delivery::NOT_DELIVERED,
    delivery::FILTERED,
    delivery::APP_REMOVED,
    delivery::OTHER_PHONE,
]);

/// ID of the one cause that is none: the phone rang.
pub const PHONE_RANG: &str = "phone-rang";

const RANG: Cause = Cause {
    id: PHONE_RANG,
    is_at_hand: true,
    title: "The phone rang",
    why: "The push arrived, the app reported the call, and the call screen came.",
    fix: "Nothing needs to be fixed. The next step is your own phone, in sandbox.",
    look: |known| {
        let found = match known.rang() {
            Some(rang) => Found::new(Rank::Certain).because(rang),
            None if known.is_simulator() && known.phone.is_none() && known.is_reported() => {
                Found::new(Rank::Likely)
            }
            None => return None,
        };
        let change = Change::Environment(Environment::Sandbox);
        Some(if known.is_simulator() {
            found.act(Action::Fix(Fix {
                label: "Go on to sandbox",
                change,
            }))
        } else {
            found
        })
    },
    ..Cause::AFTER
};

const NOT_VOIP: Cause = Cause {
    id: "not-a-voip-push",
    title: "It was not a VoIP push",
    why: "PushKit wakes the app for push type voip only; other types are shown, or wake it another way.",
    fix: "Send push type voip, the topic with .voip, and PushKit’s device token.",
    source: "Apple, “Responding to VoIP Notifications from PushKit”",
    look: |known| {
        if known.push_type == PushType::Voip {
            return Found::ruled_out(
                "Topic, push type and device token fit, or APNs would have refused.",
            );
        }
        let found = Found::new(Rank::Certain)
            .because(format!("The push type was {}.", known.push_type.as_str()));
        Some(found.header(
            "Use voip",
            APNS_PUSH_TYPE,
            Some(PushType::Voip.as_str().to_owned()),
        ))
    },
    ..Cause::AFTER
};
