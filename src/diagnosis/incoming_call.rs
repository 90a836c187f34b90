//! Causes in the call that the app reads from the payload: its ID and its handle.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::PushType;
use crate::apns::finding::Certainty;
use crate::call::IncomingCall;
use crate::call::phone::Rule;
use crate::lint::shown;

pub(super) const CALL_ID: Cause = Cause {
    id: "call-id-unusable",
    rows: &[33, 34],
    certainty: Certainty::Likely,
    title: "The payload has no usable call ID",
    why: "UUID(uuidString:) gives nil for anything but 36 characters, and an app that takes the ID from there has no call to report.",
    fix: "Put the call’s UUID where the app reads it, which is usually callUUID beside aps.",
    source: "react-native-webrtc/react-native-voip-push-notification #66; react-native-callkit #21",
    look: call_id,
    ..Cause::AFTER
};

pub(super) const HANDLE: Cause = Cause {
    id: "handle-unusable",
    rows: &[33],
    certainty: Certainty::Likely,
    title: "The payload has no usable handle",
    why: "CXHandle takes no nil, and an app without a text of its own has no caller to report.",
    fix: "Put a number, an address or a user name where the app reads it, as a string; usually handle beside aps.",
    source: "flutter-webrtc/callkeep #50, #164; team-telnyx/telnyx-webrtc-ios #351",
    look: handle,
    ..Cause::AFTER
};

pub(super) const USED_ID: Cause = Cause {
    id: "call-id-used",
    rows: &[35],
    title: "The call ID was used before",
    why: "CallKit answers callUUIDAlreadyExists for a call that it still knows, and shows nothing new.",
    fix: "Make a new UUID for each call. The app must report a push with a known UUID all the same: the refused report counts.",
    source: "hiennguyen92/flutter_callkit_incoming #397, #521; wireapp/wire-ios #5070",
    look: used_id,
    ..Cause::AFTER
};

/// Call that the app reads from the payload of a VoIP push.
fn call(known: &Circumstances<'_>) -> Option<IncomingCall> {
    let payload = known
        .payload
        .filter(|_| known.push_type == PushType::Voip)?;
    Some(known.app.read(payload))
}

/// Returns `true` if the phone found no call in the payload.
fn is_seen(known: &Circumstances<'_>) -> bool {
    known.phone.is_some_and(Rule::finds_no_call)
}

/// Result that excludes a cause in the payload: the app's profile decides, and not a usual name.
fn taken_by_the_app(known: &Circumstances<'_>) -> Option<Found> {
    let name = known.app.name()?;
    let name = shown(&name);
    known
        .is_reported()
        .then(|| Found::ruled_out(format!("{name} reports a call for this payload.")))
        .flatten()
}

/// Result for an unusable payload: the first fix of these rules, or else `action`. Of an unknown
/// app whose call was not found at all, the only question is which app it is.
fn unusable(
    known: &Circumstances<'_>,
    because: &str,
    rules: &[&str],
    action: Action,
) -> Option<Found> {
    let is_seen = is_seen(known);
    if !is_seen && known.finding(&["app-unknown"]).is_some() {
        return None;
    }
    let rank = if is_seen { Rank::Certain } else { Rank::Likely };
    let certainty = if is_seen || !known.app.is_unknown() {
        Certainty::ThisApp
    } else {
        Certainty::Likely
    };
    let fix = known
        .findings
        .iter()
        .filter(|finding| rules.contains(&finding.code))
        .find_map(|finding| finding.fix.clone());
    let found = Found::new(rank).because(because).certainty(certainty);
    Some(found.act(fix.map_or(action, Action::Fix)))
}

fn call_id(known: &Circumstances<'_>) -> Option<Found> {
    let call = call(known)?;
    let field = match call.call_uuid {
        _ if known.app.profile().is_some() && !is_seen(known) => return taken_by_the_app(known),
        _ if known.phone == Some(Rule::NoHandle) => {
            return Found::ruled_out("The simulator’s phone found one.");
        }
        field => field,
    };
    if let Some(field) = field {
        return Found::ruled_out(format!("{} is a UUID.", shown(&field.path)));
    }
    let rules = ["call-id-not-uuid", "call-in-aps", "call-in-text"];
    let because = match known.finding(&rules).map(|finding| finding.code) {
        Some("call-in-aps") => "The call is inside aps.",
        Some("call-in-text") => "The call is JSON inside a string.",
        Some(_) => "The call’s ID is not a UUID.",
        None => "No call ID was found in the payload.",
    };
    let rules = ["call-id-missing", "call-id-not-uuid", "call-in-text"];
    unusable(known, because, &rules, Action::NewUuid)
}

fn handle(known: &Circumstances<'_>) -> Option<Found> {
    let call = call(known)?;
    match call.handle {
        _ if known.app.profile().is_some() && !is_seen(known) => taken_by_the_app(known),
        Some(field) => Found::ruled_out(format!("{} is a string.", shown(&field.path))),
        None => unusable(
            known,
            "No handle that is a string was found in the payload.",
            &["call-in-text"],
            Action::ByHand,
        ),
    }
}

fn used_id(known: &Circumstances<'_>) -> Option<Found> {
    let finding = known.finding(&["call-id-used"]);
    if finding.is_none() && known.phone != Some(Rule::SameUuid) {
        return call(known)?
            .call_uuid
            .and_then(|_| Found::ruled_out("No earlier call of this page had this UUID."));
    }
    let action = finding
        .and_then(|finding| finding.fix.clone())
        .map_or(Action::NewUuid, Action::Fix);
    Some(
        Found::new(Rank::Certain)
            .because("An earlier call had this UUID.")
            .act(action),
    )
}
