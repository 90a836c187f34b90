//! Checklist for a push that APNs accepted but that did not make a phone ring.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::{Circumstances, Learnt};
use crate::apns::TokenKind;
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::{APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE};
use crate::apns::{Environment, Outcome, PushType};
use crate::call::phone::Rule;
use crate::call::{AppChoice, IncomingCall};
use crate::lint::shown;

/// Longest storage time, in seconds, after which a stored call still rings in time.
const SHORT_STORE: u64 = 5;
/// Number of accepted pushes without ringing after which iOS may have stopped delivery.
const FEW: usize = 3;

pub(super) static CHECKLIST: [Cause; 17] = [
    RANG,
    NOT_VOIP,
    CALL_ID,
    HANDLE,
    USED_ID,
    LOW_PRIORITY,
    NOT_REPORTED,
    SETUP_LATE,
    BRIDGE_LATE,
    NO_CALL_MODE,
    EXPIRATION_ZERO,
    EXPIRATION_LONG,
    STOPPED,
    NOT_DELIVERED,
    FILTERED,
    APP_REMOVED,
    STALE_TOKEN,
];

/// Base of the causes that apply when APNs accepted the push.
const AFTER: Cause = Cause {
    outcome: Some(Outcome::Accepted),
    ..Cause::NONE
};

const RANG: Cause = Cause {
    id: "phone-rang",
    title: "The phone rang",
    why: "The push arrived, the app reported the call, and CallKit showed it.",
    fix: "Nothing needs to be fixed. The next step is your own phone, in sandbox.",
    look: |known| {
        let rings =
            || call(known).is_none_or(|call| call.handle.is_some() && call.call_uuid.is_some());
        let found = match rang(known) {
            Some(rang) => Found::new(Rank::Certain).because(rang),
            None if known.is_simulator() && known.phone.is_none() && rings() => {
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
    ..AFTER
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
    ..AFTER
};

const CALL_ID: Cause = Cause {
    id: "call-id-unusable",
    rows: &[33, 34],
    title: "The payload has no usable call ID",
    why: "UUID(uuidString:) answers nil for anything but 36 characters: the app crashes, or shows no call.",
    fix: "Put the call’s UUID beside aps, as callUUID.",
    source: "react-native-webrtc/react-native-voip-push-notification #66; react-native-callkit #21",
    look: call_id,
    ..AFTER
};

const HANDLE: Cause = Cause {
    id: "handle-unusable",
    rows: &[33],
    title: "The payload has no usable handle",
    why: "CXHandle does not take nil: the app crashes, or reports no call and is killed.",
    fix: "Put a number, an address or a user name beside aps, as a string, under handle.",
    source: "flutter-webrtc/callkeep #50, #164; team-telnyx/telnyx-webrtc-ios #351",
    look: handle,
    ..AFTER
};

const USED_ID: Cause = Cause {
    id: "call-id-used",
    rows: &[35],
    title: "The call ID was used before",
    why: "CallKit takes the push for the earlier call and shows nothing new.",
    fix: "Make a new UUID for each call.",
    source: "hiennguyen92/flutter_callkit_incoming #397, #521",
    look: used_id,
    ..AFTER
};

const LOW_PRIORITY: Cause = Cause {
    id: "priority-low",
    title: "The priority is too low",
    why: "Below 10 the phone may save power first, and the call comes late or never.",
    fix: "Send priority 10.",
    source: "Apple, “Sending notification requests to APNs”; flutter-webrtc/callkeep #28",
    look: |known| {
        let priority = known.priority.to_string();
        match (known.push_type, known.priority) {
            (PushType::Voip, 10) => Found::ruled_out(format!("The priority was {}.", "10")),
            (PushType::Voip, _) => {
                let found =
                    Found::new(Rank::Likely).because(format!("The priority was {priority}."));
                Some(found.header("Use 10", APNS_PRIORITY, Some("10".to_owned())))
            }
            _ => None,
        }
    },
    ..AFTER
};

const NOT_REPORTED: Cause = Cause {
    id: "call-not-reported",
    rows: &[29],
    title: "The app does not report every push as a call",
    why: "iOS kills an app that lets one VoIP push pass without a call, also a push that should end one.",
    fix: "Report a call for every push before the delegate returns; end calls over your own connection.",
    source: "linphone-iphone #588; element-ios #3216; twilio/voice-quickstart-ios #251",
    look: not_reported,
    ..AFTER
};

const SETUP_LATE: Cause = Cause {
    id: "registry-set-up-late",
    rows: &[30],
    title: "The app sets PushKit up too late",
    why: "Without a registry and its delegate at launch nobody takes the push; the crash log says 0xbaadca11.",
    fix: "Create PKPushRegistry and CXProvider in didFinishLaunching, at every launch.",
    source: "Apple forums 781211, 817976; Apple, “Responding to VoIP Notifications from PushKit”",
    look: in_the_call,
    ..AFTER
};

const BRIDGE_LATE: Cause = Cause {
    id: "bridge-starts-late",
    rows: &[32],
    title: "JavaScript or Dart wakes up too late",
    why: "With the app in front it rings; when it was killed, the bridge starts after iOS has lost patience.",
    fix: "Report the call from native code, and tell the bridge afterwards.",
    source: "Apple forums 801446, 816504",
    look: in_the_call,
    ..AFTER
};

const NO_CALL_MODE: Cause = Cause {
    id: "background-mode-missing",
    rows: &[36],
    title: "The app may not take calls in the background",
    why: "Without the background mode Voice over IP, CallKit refuses to show a call and PushKit gives no token.",
    fix: "Tick Voice over IP under Background Modes, and build again.",
    source: "react-native-webrtc/react-native-voip-push-notification #35; oopsr/VoIPPush #7",
    look: |known| match known.token_kind {
        _ if known.push_type != PushType::Voip || !is_silent(known) => in_the_call(known),
        Some((TokenKind::Voip, Learnt::Registered)) => {
            Found::ruled_out("The app has registered a VoIP token.")
        }
        _ => Some(Found::new(Rank::Possible)),
    },
    ..AFTER
};

const EXPIRATION_ZERO: Cause = Cause {
    id: "expiration-zero",
    rows: &[38],
    title: "APNs had one try",
    why: "Expiration 0 means now or never; some saw a killed app miss such a push and get one kept for 5 seconds.",
    fix: "If it rings with the app in front only, let APNs keep the push for 5 seconds.",
    source: "twilio/voice-quickstart-ios #260, #482",
    look: expiration_zero,
    ..AFTER
};

const EXPIRATION_LONG: Cause = Cause {
    id: "expiration-long",
    rows: &[39],
    title: "The push may arrive much later",
    why: "A phone that was out of reach gets a stored push when it is back, and rings for a call that is over.",
    fix: "Send expiration 0, and let the app check the call before it rings on.",
    source: "Apple forums 823102; twilio/voice-quickstart-ios #308",
    look: expiration_long,
    ..AFTER
};

const STOPPED: Cause = Cause {
    id: "delivery-stopped",
    rows: &[31],
    title: "iOS has stopped delivering to the app",
    why: "After a few pushes without a call iOS stays silent, for this app on this phone, and tells nobody.",
    fix: "Make the app report every push, delete it from the phone, and install it anew.",
    source: "Apple forums 764376; twilio/twilio-voice-react-native #369, #662; ghanshyam-mi/PushKitDemo #3",
    look: stopped,
    ..AFTER
};

const NOT_DELIVERED: Cause = Cause {
    id: "not-delivered",
    rows: &[40],
    title: "The push did not reach the phone",
    why: "Accepted is not delivered: the phone may sleep on a weak network, or its network may block port 5223.",
    fix: "Try another network; in sandbox, look up apns-unique-id in Apple’s delivery log.",
    source: "Apple forums 834530, 758973; net-core-push-notifications #71",
    look: |known| match known.phone {
        Some(Rule::Offline | Rule::Stored | Rule::StoredReplaced | Rule::StoredExpired) => {
            Some(Found::new(Rank::Certain).because("The simulator’s phone was offline."))
        }
        _ => in_the_app(known),
    },
    ..AFTER
};

const FILTERED: Cause = Cause {
    id: "call-filtered",
    rows: &[40],
    title: "iOS filtered the call",
    why: "A focus, a blocked caller or a silenced unknown number: CallKit takes the report and rings nobody.",
    fix: "Switch the focus off, and log the error that reportNewIncomingCall hands back.",
    source: "Apple, CXErrorCodeIncomingCallError",
    look: |known| match known.phone {
        Some(Rule::DoNotDisturb | Rule::BlockedCaller) => Some(
            Found::new(Rank::Certain)
                .because("CallKit on the simulator’s phone answered that the call was filtered."),
        ),
        Some(rule @ Rule::TooManyCalls) => Some(Found::new(Rank::Certain).because(rule.sentence())),
        _ => in_the_call(known),
    },
    ..AFTER
};

const APP_REMOVED: Cause = Cause {
    id: "app-removed",
    rows: &[25],
    title: "The app is no longer on the phone",
    why: "APNs goes on accepting for hours or days after an app is removed, and sometimes for ever.",
    fix: "Start the app once and compare the token it prints with this one.",
    source: "sideshow/apns2 #77, #159; node-apn/node-apn #673",
    look: in_the_app,
    ..AFTER
};

const STALE_TOKEN: Cause = Cause {
    id: "token-of-other-phone",
    title: "Another phone rang",
    why: "A device token names one app on one phone; after a restore or a new phone it is no longer this one.",
    fix: "Start the app on the phone in your hand and send to the token it prints.",
    source: "Apple, “Registering your app with APNs”",
    look: |known| match in_the_app(known) {
        Some(found) if is_silent(known) => Some(found.act(Action::OtherDeviceToken)),
        found => found,
    },
    ..AFTER
};

/// Evidence that the phone rang, as a sentence; `None` if there is none.
fn rang(known: &Circumstances<'_>) -> Option<&'static str> {
    known.phone?.rang().then_some(if known.is_simulator() {
        "The simulator’s phone rang."
    } else {
        "The phone rang."
    })
}

/// Returns `true` if the push went to a real phone and there is no evidence that it rang.
fn is_silent(known: &Circumstances<'_>) -> bool {
    !known.is_simulator() && rang(known).is_none()
}

/// Result for a cause inside an app or a phone, which cannot be observed from here.
fn in_the_app(known: &Circumstances<'_>) -> Option<Found> {
    match rang(known) {
        Some(rang) => Found::ruled_out(rang),
        None if known.is_simulator() => Found::ruled_out("Does not apply to a virtual iPhone."),
        None => Some(Found::new(Rank::Possible)),
    }
}

/// Same as `in_the_app`, for causes that affect calls only.
fn in_the_call(known: &Circumstances<'_>) -> Option<Found> {
    if known.push_type == PushType::Voip {
        in_the_app(known)
    } else {
        None
    }
}

/// Call in the payload of a VoIP push.
fn call(known: &Circumstances<'_>) -> Option<IncomingCall> {
    known
        .payload
        .filter(|_| known.push_type == PushType::Voip)
        .map(|payload| AppChoice::Recognise.resolve(payload).read(payload))
}

/// Result for an unusable payload: the first fix of these rules, or else `action`.
fn unusable(
    known: &Circumstances<'_>,
    because: &str,
    rules: &[&str],
    action: Action,
) -> Option<Found> {
    let seen = known.phone.is_some_and(Rule::finds_no_call);
    let found = Found::new(if seen { Rank::Certain } else { Rank::Likely }).because(because);
    let fix = known
        .findings
        .iter()
        .filter(|finding| rules.contains(&finding.code))
        .find_map(|finding| finding.fix.clone());
    Some(found.act(fix.map_or(action, Action::Fix)))
}

fn call_id(known: &Circumstances<'_>) -> Option<Found> {
    let call = call(known)?;
    match call.call_uuid {
        _ if known.phone == Some(Rule::NoHandle) => {
            Found::ruled_out("The simulator’s phone found one.")
        }
        Some(field) => Found::ruled_out(format!("{} is a UUID.", shown(&field.path))),
        None => {
            let because = match known
                .finding(&["call-id-not-uuid", "call-in-aps", "call-in-text"])
                .map(|finding| finding.code)
            {
                Some("call-in-aps") => "The call is inside aps.",
                Some("call-in-text") => "The call is JSON inside a string.",
                Some(_) => "The call’s ID is not a UUID.",
                None => "No call ID was found in the payload.",
            };
            unusable(
                known,
                because,
                &["call-id-missing", "call-id-not-uuid", "call-in-text"],
                Action::NewUuid,
            )
        }
    }
}

fn handle(known: &Circumstances<'_>) -> Option<Found> {
    match call(known)?.handle {
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

fn not_reported(known: &Circumstances<'_>) -> Option<Found> {
    if known.phone == Some(Rule::NotReported) {
        return Some(Found::new(Rank::Certain).because("The simulator’s phone killed the app."));
    }
    if let Some(end) = known
        .finding(&["looks-like-an-end"])
        .filter(|_| rang(known).is_none())
    {
        return Some(Found::new(Rank::Likely).because(format!(
            "{} speaks of the end of a call.",
            shown(end.path())
        )));
    }
    match known.phone {
        Some(rule) if rule.kills() => {
            Some(Found::new(Rank::Likely).because("The simulator’s phone killed the app."))
        }
        Some(rule @ (Rule::UnreportedInFront | Rule::UnreportedInCall | Rule::UnreportedLate)) => {
            Some(Found::new(Rank::Likely).because(rule.sentence()))
        }
        _ => in_the_call(known),
    }
}

fn expiration_zero(known: &Circumstances<'_>) -> Option<Found> {
    match known.expiration {
        _ if known.push_type != PushType::Voip || !is_silent(known) => in_the_call(known),
        Some(0) => {
            let until = known.now.saturating_add(SHORT_STORE).to_string();
            let found = Found::new(Rank::Possible).because("The expiration was 0.");
            // Without a known current time, no expiration can be computed.
            Some(if known.now == 0 {
                found
            } else {
                found.header("Keep it for 5 s", APNS_EXPIRATION, Some(until))
            })
        }
        _ => Found::ruled_out("The expiration was not 0."),
    }
}

fn expiration_long(known: &Circumstances<'_>) -> Option<Found> {
    let late = |because: &str| {
        Found::new(Rank::Likely).because(because).header(
            "Use 0",
            APNS_EXPIRATION,
            Some("0".to_owned()),
        )
    };
    match known.expiration {
        _ if known.push_type != PushType::Voip => None,
        Some(0) => Found::ruled_out("The expiration was 0."),
        Some(until) if until <= known.now.saturating_add(SHORT_STORE) => {
            Found::ruled_out("APNs kept it for 5 s at most.")
        }
        Some(_) => Some(late(
            "The expiration lets APNs keep it for longer than 5 s.",
        )),
        None => Some(late("There was no expiration.")),
    }
}

fn stopped(known: &Circumstances<'_>) -> Option<Found> {
    if known.phone == Some(Rule::DeliveryStopped) {
        return Some(
            Found::new(Rank::Certain)
                .because("The simulator’s phone delivers no more VoIP pushes to the app."),
        );
    }
    let accepted = known
        .history
        .iter()
        .filter(|past| past.outcome == Outcome::Accepted && past.environment == known.environment)
        .count();
    if accepted < FEW || known.push_type != PushType::Voip || !is_silent(known) {
        return in_the_call(known);
    }
    Some(Found::new(Rank::Likely).because(format!(
        "APNs accepted {accepted} pushes to this device token before."
    )))
}
