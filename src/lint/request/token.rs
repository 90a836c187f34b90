//! Rules about the device token. Its digits do not show what it is for, but earlier sends and the
//! app can tell.

use super::{Request, RequestRule};
use crate::apns::TokenKind;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::push_type::PushType;
use crate::lint::Found;

pub(super) const NOT_FOR_CALLS: RequestRule = RequestRule {
    id: "token-not-for-calls",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The device token is not the one of PushKit",
    why: "APNs answers DeviceTokenNotForTopic or BadDeviceToken.",
    source: "Pr0Ger/PyAPNs2 #134",
    fix: "Use the token of PKPushCredentials; an app has another one for notifications.",
    check: |request| match (request.push_type, request.token_kind?) {
        (PushType::Voip, TokenKind::Alert) => Some(Found::new(
            "This token is the one for notifications, not for calls.",
        )),
        (PushType::Voip, TokenKind::PushToTalk) => Some(Found::new(
            "This token is the one of a Push to Talk channel, not for calls.",
        )),
        _ => None,
    },
};

pub(super) const ONLY_FOR_CALLS: RequestRule = RequestRule {
    id: "token-only-for-calls",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The device token is the one of PushKit",
    why: "APNs refuses it for every other push type.",
    source: "node-apn/node-apn #658; vapor/apns #24",
    fix: "Keep two tokens for each app: the one of PushKit for calls, the other for notifications.",
    check: |request| {
        let wrong =
            request.token_kind == Some(TokenKind::Voip) && request.push_type != PushType::Voip;
        wrong.then(|| {
            Found::new(format!(
                "A VoIP token with push type {}.",
                request.push_type.as_str()
            ))
        })
    },
};

pub(super) const OTHER_ENVIRONMENT: RequestRule = RequestRule {
    id: "token-other-environment",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The device token belongs to another environment",
    why: "APNs answers BadDeviceToken, which says nothing of environments.",
    source: "react-native-webrtc/react-native-voip-push-notification #112; alexalok/dotAPNS #84",
    fix: "Xcode builds use sandbox; TestFlight, Ad Hoc and App Store builds use production.",
    check: other_environment,
};

fn other_environment(request: &Request<'_>) -> Option<Found> {
    let (here, home) = (request.environment?, request.token_environment?);
    if here == home || here.is_simulator() {
        return None;
    }
    let what = format!(
        "This token has worked in {}, and this push goes to {}.",
        home.as_str(),
        here.as_str()
    );
    Some(Found::new(what).fix(Some(Fix {
        label: "Switch the environment",
        change: Change::Environment(home),
    })))
}
