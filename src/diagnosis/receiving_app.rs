//! Causes in the app that gets the push: what its profile says, and what an app does wrong that
//! cannot be seen from here.

use super::cause::{Cause, Found, Look, Rank};
use super::circumstances::{Circumstances, Learnt};
use crate::apns::finding::Certainty;
use crate::apns::{PushType, TokenKind};
use crate::call::phone::Rule;
use crate::lint::CallRule;
use crate::lint::call::app;
use crate::lint::shown;

pub(super) const CRASHES: Cause = of_rule(&app::CRASHES, |known| {
    by_rule(known, app::CRASHES.id, &[Rule::AppCrashed])
});

pub(super) const REPORTS_NOTHING: Cause = of_rule(&app::REPORTS_NOTHING, |known| {
    by_rule(known, app::REPORTS_NOTHING.id, &UNREPORTED)
});

pub(super) const ENDS_CALL: Cause = of_rule(&app::ENDS_CALL, |known| {
    by_rule(
        known,
        app::ENDS_CALL.id,
        &[Rule::EndedByPush, Rule::NotReported],
    )
});

pub(super) const ENDS_AT_ONCE: Cause = of_rule(&app::ENDS_AT_ONCE, |known| {
    by_rule(known, app::ENDS_AT_ONCE.id, &[Rule::EndedAtOnce])
});

pub(super) const ON_PHONE: Cause = of_rule(&app::ON_PHONE, |known| {
    by_rule(known, app::ON_PHONE.id, &[])
});

pub(super) const FAMILY: Cause = of_rule(&app::FAMILY, |known| by_rule(known, app::FAMILY.id, &[]));

pub(super) const VERSIONS_DIFFER: Cause = of_rule(&app::VERSIONS_DIFFER, |known| {
    by_rule(known, app::VERSIONS_DIFFER.id, &[])
});

pub(super) const UNCERTAIN: Cause = of_rule(&app::UNCERTAIN, |known| {
    by_rule(known, app::UNCERTAIN.id, &[])
});

pub(super) const UNKNOWN: Cause =
    of_rule(&app::UNKNOWN, |known| by_rule(known, app::UNKNOWN.id, &[]));

pub(super) const NOT_REPORTED: Cause = Cause {
    id: "call-not-reported",
    rows: &[29],
    title: "The app does not report every push as a call",
    why: "iOS wants a call reported to CallKit or LiveCommunicationKit for every VoIP push, and kills an app in the background that reports none.",
    fix: "Report a call for every push before the delegate returns; end calls over your own connection.",
    source: "Apple, “Responding to VoIP Notifications from PushKit”; linphone-iphone #588; element-ios #3216; twilio/voice-quickstart-ios #251",
    look: not_reported,
    ..Cause::AFTER
};

pub(super) const SETUP_LATE: Cause = Cause {
    id: "registry-set-up-late",
    rows: &[30],
    title: "The app sets PushKit up too late",
    why: "Without a registry and its delegate at launch nobody takes the push; the crash log says 0xbaadca11.",
    fix: "Create PKPushRegistry and CXProvider in didFinishLaunching, at every launch.",
    source: "Apple forums 781211, 817976; Apple, “Responding to VoIP Notifications from PushKit”",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const BRIDGE_LATE: Cause = Cause {
    id: "bridge-starts-late",
    rows: &[32],
    certainty: Certainty::Likely,
    title: "JavaScript or Dart wakes up too late",
    why: "With the app in front the call comes up; when the push launches the app, the bridge starts after the report is due.",
    fix: "Report the call from native code, and tell the bridge afterwards.",
    source: "Apple forums 801446, 816504",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const ASYNC_DELEGATE: Cause = Cause {
    id: "delegate-async",
    certainty: Certainty::Likely,
    title: "The app uses an async form of the delegate",
    why: "When the push woke or launched the app, the async forms were seen not to be called properly (observed).",
    fix: "Implement pushRegistry(_:didReceiveIncomingPushWith:for:completion:) instead.",
    source: "wireapp/wire-ios #3060",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const COMPLETION_EARLY: Cause = Cause {
    id: "completion-called-early",
    certainty: Certainty::Likely,
    title: "PushKit’s completion is called too early",
    why: "Where it was called before the report was done, the call screen was seen to stay away (observed).",
    fix: "Call PushKit’s completion in the completion handler of reportNewIncomingCall.",
    source: "GetStream/stream-video-swift #1219; RocketChat/Rocket.Chat.ReactNative #7167; twilio/voice-quickstart-objc #137",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const NO_CALL_MODE: Cause = Cause {
    id: "background-mode-missing",
    rows: &[36],
    title: "The app may not take calls in the background",
    why: "Without the background mode Voice over IP, CallKit refuses to show a call and PushKit gives no token.",
    fix: "Tick Voice over IP under Background Modes, and build again.",
    source: "react-native-webrtc/react-native-voip-push-notification #35; oopsr/VoIPPush #7",
    look: |known| match known.token_kind {
        _ if known.push_type != PushType::Voip || !known.is_silent() => Found::in_the_call(known),
        Some((TokenKind::Voip, Learnt::Registered)) => {
            Found::ruled_out("The app has registered a VoIP token.")
        }
        _ => Some(Found::new(Rank::Possible)),
    },
    ..Cause::AFTER
};

pub(super) const SKIPS_SCREEN: Cause = Cause {
    id: "call-screen-skipped",
    certainty: Certainty::Likely,
    title: "The app skips the call screen",
    why: "From iOS 26.4 mustReport is false for an app in front, in a call, or for a late push; some SDKs then show no system screen.",
    fix: "Try with the app in the background, and look in the app for a call screen of its own.",
    source: "Apple, PKVoIPPushMetadata.mustReport; GetStream/stream-video-js #2213",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const STALE_CALL: Cause = Cause {
    id: "earlier-call-not-ended",
    certainty: Certainty::Likely,
    title: "An earlier call was never ended",
    why: "With maximumCallsPerCallGroup at 1, a pending call that was never ended made the next report fail (observed).",
    fix: "End each call with reportCall(with:endedAt:reason:), and log the error that reportNewIncomingCall hands back.",
    source: "Mattermost, documentation of its mobile apps; Apple, CXProviderConfiguration",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const AUDIO_SESSION: Cause = Cause {
    id: "audio-session-mutes",
    certainty: Certainty::Likely,
    title: "An audio session of the app mutes the ringtone",
    why: "A .playback session that the app held when the call came was seen to mute the ringtone; the call screen shows (observed).",
    fix: "Deactivate the app’s own audio session before it reports the call.",
    source: "Mattermost, documentation of its mobile apps",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const OLD_SDK: Cause = Cause {
    id: "built-with-old-sdk",
    certainty: Certainty::Likely,
    title: "The app was built with an old SDK",
    why: "An app with react-native-callkeep had to be built anew for iOS 26 (observed); since 2026-04-28 Apple wants the iOS 26 SDK.",
    fix: "Build the app and its call library with the current Xcode.",
    source: "react-native-webrtc/react-native-callkeep #861",
    look: Found::in_the_call,
    ..Cause::AFTER
};

pub(super) const CALLKIT_IN_CHINA: Cause = Cause {
    id: "callkit-inactive-in-china",
    certainty: Certainty::Likely,
    title: "The phone is set to mainland China",
    why: "Apps of the App Store must not use CallKit there; some skip PushKit as well, and show no call screen (observed).",
    fix: "Try with another region, and look whether the app reports with LiveCommunicationKit there.",
    source: "RocketChat/Rocket.Chat.ReactNative #7152; react-native-webrtc/react-native-callkeep #805; phone_state #46",
    look: callkit_in_china,
    ..Cause::AFTER
};

/// Rules of the phone for an app that reported no call.
const UNREPORTED: [Rule; 4] = [
    Rule::NotReported,
    Rule::UnreportedInFront,
    Rule::UnreportedInCall,
    Rule::UnreportedLate,
];

/// Cause in the words of a rule of the linter.
const fn of_rule(rule: &CallRule, look: Look) -> Cause {
    Cause {
        id: rule.id,
        certainty: rule.certainty,
        title: rule.title,
        why: rule.why,
        fix: rule.fix,
        source: rule.source,
        look,
        ..Cause::AFTER
    }
}

/// Result for the linter's finding by this rule, which is the app's profile at work on the payload;
/// certain if the phone decided by one of the rules `seen`.
fn by_rule(known: &Circumstances<'_>, id: &str, seen: &[Rule]) -> Option<Found> {
    let finding = known.finding(&[id])?;
    let rank = match known.phone {
        Some(rule) if seen.contains(&rule) => Rank::Certain,
        Some(Rule::CannotTell) | None => Rank::Likely,
        Some(_) => return None,
    };
    let found = Found::new(rank)
        .because(finding.sentence.clone())
        .certainty(finding.certainty)
        .source(finding.source.clone());
    Some(match &finding.fix {
        Some(fix) => found.act(super::Action::Fix(fix.clone())),
        None => found,
    })
}

fn callkit_in_china(known: &Circumstances<'_>) -> Option<Found> {
    match known.app.profile() {
        Some(profile) if profile.framework == "LiveCommunicationKit" => Found::ruled_out(format!(
            "{} reports with LiveCommunicationKit.",
            profile.name
        )),
        _ => Found::in_the_call(known),
    }
}

fn not_reported(known: &Circumstances<'_>) -> Option<Found> {
    let killed = "The simulator’s phone killed the app.";
    match known.phone {
        // The app's profile says why.
        Some(rule) if UNREPORTED.contains(&rule) && is_told(known) => None,
        Some(Rule::NotReported) => Some(Found::new(Rank::Certain).because(killed)),
        Some(rule) if rule.kills() => Some(Found::new(Rank::Likely).because(killed)),
        Some(rule) if UNREPORTED.contains(&rule) => {
            Some(Found::new(Rank::Likely).because(rule.sentence()))
        }
        _ => match known.finding(&["looks-like-an-end"]) {
            Some(end) if known.rang().is_none() => Some(Found::new(Rank::Likely).because(format!(
                "{} speaks of the end of a call.",
                shown(end.path())
            ))),
            _ => Found::in_the_call(known),
        },
    }
}

/// Returns `true` if a finding about the app explains why it reported no call.
fn is_told(known: &Circumstances<'_>) -> bool {
    let rules = [app::REPORTS_NOTHING.id, app::ENDS_CALL.id];
    known.finding(&rules).is_some()
}
