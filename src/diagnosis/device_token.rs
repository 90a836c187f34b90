//! Causes in the device token: its environment, its app, its kind, and its validity.

use super::action::{Action, span};
use super::cause::{Cause, Found, Rank};
use super::circumstances::{Circumstances, Learnt};
use super::topic::fits;
use crate::apns::TokenKind;
use crate::apns::finding::Certainty;
use crate::apns::headers::APNS_TOPIC;
use crate::apns::{Environment, PushType, Reason};
use crate::lint::shown;

/// Usual length of a device token in bytes.
const USUAL_BYTES: usize = 32;

pub(super) const MISSING: Cause = Cause {
    id: "device-token-missing",
    reasons: &[Reason::MissingDeviceToken],
    codes: &["token_missing"],
    title: "There is no device token",
    why: "A push goes to one app on one phone, and the device token names both.",
    fix: "Enter the token that PushKit gives your app in pushRegistry(_:didUpdate:for:).",
    source: "Apple, “Sending notification requests to APNs”",
    look: |known| {
        let found = Found::new(Rank::Certain);
        Some(if known.is_simulator() {
            found.act(Action::Enrol)
        } else {
            found.act(Action::OtherDeviceToken)
        })
    },
    ..Cause::NONE
};

pub(super) const NEVER_REGISTERED: Cause = Cause {
    id: "voip-token-never-made",
    rows: &[36],
    reasons: &[Reason::MissingDeviceToken],
    codes: &["token_missing"],
    title: "The app never gets a VoIP token",
    why: "Without Push Notifications, the background mode Voice over IP and a fitting profile, PushKit stays silent.",
    fix: "Add both capabilities, set desiredPushTypes last, renew the profile, and build again.",
    source: "react-native-webrtc/react-native-voip-push-notification #35; oopsr/VoIPPush #7",
    look: registration,
    ..Cause::NONE
};

pub(super) const IN_SIMULATOR: Cause = Cause {
    id: "xcode-simulator-has-no-token",
    rows: &[37],
    reasons: &[Reason::MissingDeviceToken],
    codes: &["token_missing"],
    certainty: Certainty::Likely,
    title: "The app runs in Xcode’s simulator",
    why: "Xcode’s simulator gets tokens for notifications, but often none for calls.",
    fix: "Run the app on an iPhone, which is the sure way, or ring the phone on this page first.",
    source: "masashi-sutou/flutter_ios_voip_kit #31; RocketSimApp #714",
    look: registration,
    ..Cause::NONE
};

pub(super) const MALFORMED: Cause = Cause {
    id: "device-token-malformed",
    codes: &["token_char", "token_odd", "device_token"],
    title: "The device token is not hex",
    why: "APNs takes it as hex digits, two to a byte; anything else was added or lost on the way here.",
    fix: "Print it with map { String(format: \"%02x\", $0) }.joined() and copy all of it.",
    source: "infinitered/ProMotion-push #12; Pr0Ger/PyAPNs2 #92",
    look: |_| Found::certain(Action::OtherDeviceToken),
    ..Cause::NONE
};

pub(super) const DESCRIPTION: Cause = Cause {
    id: "device-token-description",
    rows: &[26],
    codes: &["token_char", "device_token"],
    title: "It is the description of the token",
    why: "Since iOS 13 a printed Data says {length = 32, bytes = 0x…} and leaves out the middle, which is lost.",
    fix: "Let the app write each byte as two hex digits instead of printing the Data.",
    source: "infinitered/ProMotion-push #12; MicrosoftDocs/xamarin-docs #3016",
    look: |_| Some(Found::new(Rank::Likely).act(Action::OtherDeviceToken)),
    ..Cause::NONE
};

pub(super) const NOT_ENROLLED: Cause = Cause {
    id: "phone-not-enrolled",
    reasons: &[
        Reason::BadDeviceToken,
        Reason::DeviceTokenNotForTopic,
        Reason::Unregistered,
    ],
    title: "The simulator does not know this phone",
    why: "The simulator rings only phones that were enrolled with it, for the app they were enrolled for.",
    fix: "Enrol key and phone, then send again.",
    look: |known| {
        let rank = if known.met(Reason::BadDeviceToken) {
            Rank::Certain
        } else {
            Rank::Likely
        };
        known.is_simulator().then(|| {
            Found::new(rank)
                .because("This push went to the simulator.")
                .act(Action::Enrol)
        })
    },
    ..Cause::NONE
};

pub(super) const OTHER_ENVIRONMENT: Cause = Cause {
    id: "token-other-environment",
    rows: &[7, 8],
    reasons: &[Reason::BadDeviceToken],
    title: "The device token is of the other environment",
    why: "Builds run from Xcode register in sandbox; TestFlight, Ad Hoc, Enterprise and App Store builds in production.",
    fix: "Send the same push to the other environment.",
    source: "react-native-webrtc/react-native-voip-push-notification #112, #83; alexalok/dotAPNS #84",
    look: other_environment,
    ..Cause::NONE
};

pub(super) const OF_NOTIFICATIONS: Cause = Cause {
    id: "token-not-for-calls",
    rows: &[4],
    reasons: &[Reason::DeviceTokenNotForTopic, Reason::BadDeviceToken],
    title: "It is the token for notifications",
    why: "An app has two device tokens that look alike; a call needs the one of PushKit.",
    fix: "Use PKPushCredentials.token, not the one of didRegisterForRemoteNotificationsWithDeviceToken.",
    source: "Pr0Ger/PyAPNs2 #134",
    look: of_notifications,
    ..Cause::NONE
};

pub(super) const OF_CALLS: Cause = Cause {
    id: "token-only-for-calls",
    rows: &[5],
    reasons: &[
        Reason::DeviceTokenNotForTopic,
        Reason::BadDeviceToken,
        Reason::TopicDisallowed,
    ],
    title: "It is the token for calls",
    why: "PushKit’s token and a VoIP certificate serve calls only; APNs refuses them for every other push type.",
    fix: "Keep two tokens for each app, and send notifications to the other one.",
    source: "node-apn/node-apn #658; vapor/apns #24",
    look: of_calls,
    ..Cause::NONE
};

pub(super) const OTHER_APP: Cause = Cause {
    id: "token-of-other-app",
    reasons: &[Reason::DeviceTokenNotForTopic],
    title: "The device token is of another app",
    why: "Debug, staging and release builds often differ in their bundle ID, and each has a token of its own.",
    fix: "Compare the bundle ID with the build that printed the token.",
    source: "Apple, “Handling notification responses from APNs”",
    look: other_app,
    ..Cause::NONE
};

pub(super) const LENGTH: Cause = Cause {
    id: "device-token-length",
    rows: &[27],
    reasons: &[Reason::BadDeviceToken],
    title: "The device token was not copied whole",
    why: "Apple promises no length and Trill sends any, up to 100 bytes and more; but nearly every token has 32.",
    fix: "Copy it again, all of it and only once.",
    source: "rpush/rpush #462; ZhukV/AppleApnPush #80",
    look: length,
    ..Cause::NONE
};

pub(super) const GONE: Cause = Cause {
    id: "token-unregistered",
    reasons: &[Reason::Unregistered, Reason::BadDeviceToken],
    title: "The device token is no longer valid",
    why: "The app was removed, or it has another token since: after a restore, a new phone or a new installation.",
    fix: "Stop using it. Start the app once, and use the token that it registers then.",
    source: "Apple, “Handling notification responses from APNs”; jchambers/pushy #674",
    look: dead,
    ..Cause::NONE
};

pub(super) const EXPIRED: Cause = Cause {
    id: "token-expired",
    reasons: &[Reason::ExpiredToken],
    title: "The device token has expired",
    why: "APNs retires old device tokens; the app has, or will get, a newer one.",
    fix: "Stop using it. Start the app once, and use the token that it registers then.",
    source: "Apple, “Handling notification responses from APNs”",
    look: dead,
    ..Cause::NONE
};

pub(super) const REGISTERED_AGAIN: Cause = Cause {
    id: "token-registered-again",
    rows: &[24],
    reasons: &[Reason::Unregistered, Reason::ExpiredToken],
    title: "The app has registered it again since",
    why: "The timestamp of a 410 is in milliseconds; a token that was registered later than that is good.",
    fix: "Compare the two times before your server deletes the token.",
    source: "Pr0Ger/PyAPNs2 #61; jchambers/pushy #674",
    look: registered_again,
    ..Cause::NONE
};

pub(super) const MIXED_ENVIRONMENTS: Cause = Cause {
    id: "environments-mixed-up",
    rows: &[41],
    reasons: &[
        Reason::Unregistered,
        Reason::ExpiredToken,
        Reason::BadDeviceToken,
    ],
    title: "A good token, refused in the wrong place",
    why: "A server that deletes tokens after one refusal loses good ones when it mixes sandbox and production.",
    fix: "Store the environment beside each token, and delete only what its own environment refuses.",
    source: "element-hq/element-x-ios #991; matrix-org/sygnal #102",
    look: mixed_environments,
    ..Cause::NONE
};

pub(super) const BUSY: Cause = Cause {
    id: "device-token-too-busy",
    reasons: &[Reason::TooManyRequests],
    title: "Too many pushes to one phone",
    why: "APNs slows down a sender that pushes to one device token without a pause.",
    fix: "Wait a minute, then send more slowly; loops and load tests belong to the simulator.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::SendAgain { seconds: 60 }),
    ..Cause::NONE
};

fn registration(known: &Circumstances<'_>) -> Option<Found> {
    (!known.is_simulator()).then(|| Found::new(Rank::Possible))
}

fn other_environment(known: &Circumstances<'_>) -> Option<Found> {
    let other = known.other_environment()?;
    let (here, there) = (known.environment.as_str(), other.as_str());
    if let Some(home) = known.home() {
        if home == known.environment {
            return Found::ruled_out(format!("This device token worked in {here} before."));
        }
        let found = Found::new(Rank::Certain)
            .because(format!("This device token worked in {there} before."));
        return Some(found.environment(Some(other)));
    }
    if known.was_bad_in(other) {
        return Found::ruled_out(format!("It was refused in {there} as well."));
    }
    let builds = match known.environment {
        Environment::Production => "run from Xcode",
        _ => "of TestFlight or the App Store",
    };
    let because = format!("A build {builds} registers in {there}, and this push went to {here}.");
    Some(
        Found::new(Rank::Likely)
            .because(because)
            .environment(Some(other)),
    )
}

fn of_notifications(known: &Circumstances<'_>) -> Option<Found> {
    if known.push_type != PushType::Voip {
        return None;
    }
    let found = |rank| Found::new(rank).act(Action::OtherDeviceToken);
    match known.proven_kind().or(known.token_kind) {
        Some((TokenKind::Voip, Learnt::Registered)) => {
            Found::ruled_out("The app registered it as its VoIP token.")
        }
        Some((TokenKind::Voip, Learnt::Worked)) => Found::ruled_out("It worked for a call before."),
        Some((TokenKind::Voip, Learnt::Said)) => Some(found(Rank::Possible)),
        Some((TokenKind::Alert, _)) => {
            Some(found(Rank::Certain).because("This is the app’s token for notifications."))
        }
        Some((TokenKind::PushToTalk, _)) => {
            Some(found(Rank::Certain).because("This is the token of a Push to Talk channel."))
        }
        None if known.met(Reason::DeviceTokenNotForTopic) && fits(known) => {
            Some(found(Rank::Likely).because("Topic and push type are those of a call."))
        }
        None => Some(found(Rank::Possible)),
    }
}

fn of_calls(known: &Circumstances<'_>) -> Option<Found> {
    if known.push_type == PushType::Voip {
        return None;
    }
    let push_type = known.push_type.as_str();
    match known.proven_kind().or(known.token_kind) {
        Some((TokenKind::Voip, _)) => Some(
            Found::new(Rank::Certain)
                .because(format!("This VoIP token got a push of type {push_type}."))
                .act(Action::OtherDeviceToken),
        ),
        Some(_) => Found::ruled_out("It is not a VoIP token."),
        None => Some(Found::new(Rank::Possible).act(Action::OtherDeviceToken)),
    }
}

fn other_app(known: &Circumstances<'_>) -> Option<Found> {
    match known.success().filter(|past| !past.topic.is_empty()) {
        Some(past) if past.topic == known.topic => Some(
            Found::new(Rank::Possible).because("This device token worked with this topic before."),
        ),
        Some(past) => {
            let found = Found::new(Rank::Certain).because(format!(
                "This device token worked with {} before.",
                shown(past.topic)
            ));
            Some(found.header("Use that topic", APNS_TOPIC, Some(past.topic.to_owned())))
        }
        None => {
            let is_voip = matches!(known.proven_kind(), Some((TokenKind::Voip, _)));
            let rank = if is_voip && fits(known) {
                Rank::Likely
            } else {
                Rank::Possible
            };
            Some(Found::new(rank).act(Action::OtherDeviceToken))
        }
    }
}

fn length(known: &Circumstances<'_>) -> Option<Found> {
    let bytes = known.device_token_bytes;
    if bytes == USUAL_BYTES {
        let nowhere = known
            .other_environment()
            .is_some_and(|other| known.home().is_none() && known.was_bad_in(other));
        let found = Found::new(Rank::Likely)
            .because("Both environments refuse it, so a digit may be wrong.");
        return if nowhere {
            Some(found)
        } else {
            Found::ruled_out("It has 32 bytes, as nearly every device token.")
        };
    }
    if let Some(home) = known.home() {
        let home = home.as_str();
        return Found::ruled_out(format!("This device token worked in {home} before."));
    }
    let found = Found::new(Rank::Likely).because(format!(
        "It has {bytes} bytes; nearly every device token has 32."
    ));
    Some(found.act(Action::OtherDeviceToken))
}

/// Returns `true` if the app registered the token after APNs declared it invalid; `None` if one of
/// the two times is unknown.
fn is_registered_since(known: &Circumstances<'_>) -> Option<bool> {
    Some(known.registered_at?.saturating_mul(1_000) > known.unregistered_at?)
}

fn dead(known: &Circumstances<'_>) -> Option<Found> {
    if known.met(Reason::BadDeviceToken) {
        // This device token worked in this environment and has become invalid since.
        let here = known.home().filter(|home| *home == known.environment)?;
        let found = Found::new(Rank::Likely).because(format!(
            "This device token worked in {} before.",
            here.as_str()
        ));
        return Some(found.act(Action::OtherDeviceToken));
    }
    let rank = if is_registered_since(known) == Some(true) {
        Rank::Possible
    } else {
        Rank::Certain
    };
    let found = Found::new(rank).act(Action::OtherDeviceToken);
    Some(match known.unregistered_at {
        Some(at) if at / 1_000 <= known.now => found.because(format!(
            "APNs learnt of it {} ago.",
            span(known.now - at / 1_000)
        )),
        _ => found,
    })
}

fn registered_again(known: &Circumstances<'_>) -> Option<Found> {
    match is_registered_since(known) {
        Some(true) => {
            let found = Found::new(Rank::Likely)
                .because("The app registered it after the time in APNs’s answer.");
            Some(found.act(Action::SendAgain { seconds: 0 }))
        }
        Some(false) => Found::ruled_out("The app has not registered it since."),
        None => Some(Found::new(Rank::Possible)),
    }
}

fn mixed_environments(known: &Circumstances<'_>) -> Option<Found> {
    let other = known.other_environment()?;
    match known.home() {
        Some(home) if home == other => {
            let found = Found::new(Rank::Likely).because(format!(
                "This device token worked in {} before.",
                other.as_str()
            ));
            Some(found.environment(Some(other)))
        }
        Some(_) => Found::ruled_out(format!(
            "This device token worked in {} before.",
            known.environment.as_str()
        )),
        None => Some(
            Found::new(Rank::Possible)
                .environment(Some(other).filter(|other| !known.was_bad_in(*other))),
        ),
    }
}
