//! Rules about `aps`, most of which PushKit ignores.

use super::{CallRule, Subject};
use crate::apns::Edit;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::path::Path;
use crate::lint::Found;

pub(super) const ALERT_IGNORED: CallRule = CallRule {
    id: "alert-ignored",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "aps.alert is not shown",
    why: "PushKit wakes the app and shows nothing; the call screen comes from CallKit.",
    source: "Apple, PushKit overview; Redth/PushSharp #766",
    fix: "Take it out, or leave it for servers that insist on it.",
    check: |subject| idle(subject, "alert"),
};

pub(super) const SOUND_OR_BADGE_IGNORED: CallRule = CallRule {
    id: "sound-or-badge-ignored",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "aps.sound and aps.badge do nothing",
    why: "PushKit plays and counts nothing; the ringtone is the one of CXProviderConfiguration.",
    source: "Apple, PushKit overview; react-native-webrtc/react-native-voip-push-notification #66",
    fix: "Take it out.",
    check: |subject| idle(subject, "sound").or_else(|| idle(subject, "badge")),
};

pub(super) const CONTENT_AVAILABLE_IDLE: CallRule = CallRule {
    id: "content-available-idle",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "content-available does nothing for a call",
    why: "A VoIP push wakes the app without it.",
    source: "react-native-webrtc/react-native-callkeep #280",
    fix: "Take it out; it belongs to push type background.",
    check: |subject| idle(subject, "content-available"),
};

pub(super) const MUTABLE_CONTENT_IDLE: CallRule = CallRule {
    id: "mutable-content-idle",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "mutable-content does nothing for a call",
    why: "VoIP pushes do not pass through a notification service extension.",
    source: "Apple, “Modifying content in newly delivered notifications”; wireapp/wire-ios #5070",
    fix: "Take it out; to decrypt first, send an alert and use reportNewIncomingVoIPPushPayload.",
    check: |subject| idle(subject, "mutable-content"),
};

fn idle(subject: &Subject<'_>, key: &str) -> Option<Found> {
    let path = ["aps.", key].concat();
    if subject.app.members().iter().any(|app| app.looks_at(&path)) {
        return None;
    }
    let value = subject.request.payload.get("aps")?.get(key)?;
    // The value 0 has no effect, except that it clears the badge.
    if value.as_u64() == Some(0) && key != "badge" {
        return None;
    }
    let change = Change::Payload(vec![Edit::Remove(Path::of_names(&["aps", key]))]);
    Some(Found::at(path, ["There is ", "."]).fix(Some(Fix {
        label: "Take it out",
        change,
    })))
}
