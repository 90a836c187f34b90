//! Rules about pushes that do not announce a call: iOS requires the app to report a call for each.

use serde_json::Value;

use super::keys::{has_word, members};
use super::{CallRule, Subject};
use crate::apns::finding::{Certainty, Severity};
use crate::lint::{Found, shown};

/// Keys whose value describes the purpose of a push.
const ABOUT: [&str; 24] = [
    "type",
    "event",
    "action",
    "status",
    "state",
    "reason",
    "signal_type",
    "signalType",
    "notification_type",
    "notificationType",
    "message_type",
    "messageType",
    "call_status",
    "callStatus",
    "call_state",
    "callState",
    "call_event",
    "callEvent",
    "call_action",
    "callAction",
    "call_type",
    "callType",
    "command",
    "method",
];
const ENDS: [&str; 21] = [
    "cancel",
    "canceled",
    "cancelled",
    "callcancel",
    "missed",
    "end",
    "ended",
    "endcall",
    "callend",
    "callended",
    "hangup",
    "hungup",
    "bye",
    "terminate",
    "terminated",
    "reject",
    "rejected",
    "decline",
    "declined",
    "unanswered",
    "timeout",
];

/// Words that mean the end of a call, in the name of a flag as well as in an alert.
const OVER: [&str; 4] = ["canceled", "cancelled", "ended", "missed"];

pub(super) const LOOKS_LIKE_AN_END: CallRule = CallRule {
    id: "looks-like-an-end",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "This looks like the end of a call",
    why: "iOS wants a call or a live conversation reported for every VoIP push, also for one that ends a call.",
    source: "linphone-iphone #588; react-native-voip-push-notification #100; team-telnyx/flutter-voice-sdk #108",
    fix: "Tell the app over its own connection, or with a push of type background.",
    check: |subject| {
        let (path, says) = end(subject)?;
        let behind = [" says “", &shown(&says), "”."].concat();
        Some(Found::at(path, ["", &behind]))
    },
};

pub(super) const MUST_REPORT: CallRule = CallRule {
    id: "must-report",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "From iOS 26.4 the app is told whether it must report",
    why: "mustReport is false in front, in a call, for a late push; some SDKs were seen to show nothing then.",
    source: "Apple, PKVoIPPushMetadata.mustReport; GetStream/stream-video-js #2213",
    fix: "Implement the delegate method with metadata, and keep the older one too.",
    check: |subject| {
        let used = subject
            .call
            .call_uuid
            .as_ref()
            .is_some_and(|uuid| subject.used.contains(&uuid.value));
        (used || end(subject).is_some())
            .then(|| Found::new("The app may not want to ring for this push."))
    },
};

/// Path and text that announce the end of a call, if the push has one.
fn end(subject: &Subject<'_>) -> Option<(String, String)> {
    let payload = subject.request.payload;
    let ends = members(payload, &|key, value| match value {
        Value::String(text) => ABOUT.contains(&key) && has_word(text, &ENDS),
        Value::Bool(true) => has_word(key, &OVER),
        _ => false,
    });
    if let Some(member) = ends.first() {
        let says = member.value.as_str().unwrap_or("true");
        return Some((member.path.to_string(), says.to_owned()));
    }
    let alert = payload.get("aps")?.get("alert")?;
    let texts = [
        ("aps.alert", Some(alert)),
        ("aps.alert.title", alert.get("title")),
        ("aps.alert.body", alert.get("body")),
    ];
    texts.into_iter().find_map(|(path, text)| {
        let text = text?.as_str().filter(|text| has_word(text, &OVER))?;
        Some((path.to_owned(), text.to_owned()))
    })
}
