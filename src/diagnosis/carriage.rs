//! Causes in transport: the relay, the network, and connections that were closed.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use super::has_cause;
use crate::apns::{Outcome, Reason};

/// Number of refused device tokens from which a sender is suspect.
const MANY: usize = 3;

pub(super) const RELAY_STOPPED: Cause = Cause {
    id: "relay-stopped",
    is_at_hand: true,
    codes: &["relay_unreachable"],
    title: "The relay does not answer",
    why: "The program trill has been closed, or the network between it and this page is down.",
    fix: "Start trill again, then send; everything you typed is still here.",
    look: send_again,
    ..Cause::NONE
};

pub(super) const UNREACHABLE: Cause = Cause {
    id: "apns-unreachable",
    of_apple: true,
    codes: &["name_not_resolved", "cannot_connect", "connect_timeout"],
    title: "No way to APNs from this machine",
    why: "The name does not resolve, or something holds up TCP to port 443 of Apple’s hosts.",
    fix: "Check the network and its firewall; where 443 is closed, APNs’s other port, 2197, may be open: start trill with --apns-port 2197.",
    source: "Apple, “Sending notification requests to APNs”",
    look: send_again,
    ..Cause::NONE
};

pub(super) const TRUST: Cause = Cause {
    id: "trust-roots-old",
    of_apple: true,
    rows: &[23],
    codes: &["certificate_authority", "no_trust_roots", "tls"],
    title: "This machine does not trust APNs’s authority",
    why: "In 2025 APNs moved to certificates under the USERTrust RSA root, which old trust stores lack.",
    fix: "Update the system’s CA certificates, then start trill again.",
    source: "twilio/voice-quickstart-ios #574; Apple news, “APNs server certificate update”",
    look: |known| {
        let rank = if known.reason == Some("tls") {
            Rank::Possible
        } else {
            Rank::Likely
        };
        Some(Found::new(rank).act(Action::SendAgain { seconds: 0 }))
    },
    ..Cause::NONE
};

pub(super) const PROXY: Cause = Cause {
    id: "proxy-in-between",
    of_apple: true,
    codes: &[
        "certificate_authority",
        "certificate_name",
        "certificate_time",
        "tls",
        "no_http2",
    ],
    title: "A proxy answers in APNs’s place",
    why: "Some networks open TLS connections to look inside; APNs needs TLS and HTTP/2 to pass unchanged.",
    fix: "Ask for an exception for Apple’s hosts, or send from another network.",
    source: "Apple, “Use Apple products on enterprise networks”",
    look: |known| {
        let is_second = matches!(
            known.reason,
            Some("certificate_authority" | "certificate_time")
        );
        let rank = if is_second {
            Rank::Possible
        } else {
            Rank::Likely
        };
        Some(Found::new(rank).act(Action::SendAgain { seconds: 0 }))
    },
    ..Cause::NONE
};

pub(super) const CROWDED: Cause = Cause {
    id: "relay-crowded",
    codes: &[
        "too_many_connections",
        "too_many_credentials",
        "waited_too_long",
    ],
    title: "Too many pushes or keys at once",
    why: "The relay has only so many connections to APNs, one for each key and environment.",
    fix: "Wait a minute, then send more slowly and with fewer keys.",
    look: |_| Found::certain(Action::SendAgain { seconds: 60 }),
    ..Cause::NONE
};

pub(super) const ENDED: Cause = Cause {
    id: "connection-ended",
    codes: &[
        "connection_closed",
        "server_went_away",
        "stream_refused",
        "body_cut",
        "body_timeout",
    ],
    title: "The connection ended before the push was taken",
    why: "Servers and networks close connections; this push was certainly not processed.",
    fix: "Send again.",
    source: "RFC 9113 §8.7",
    look: send_again,
    ..Cause::NONE
};

pub(super) const MAY_HAVE_RUNG: Cause = Cause {
    id: "may-have-rung",
    is_at_hand: true,
    outcome: Some(Outcome::Unknown),
    title: "Delivery unknown",
    why: "The push had left when the answer was lost, so APNs may have delivered it.",
    fix: "Look at the phone first: a second push may ring it twice.",
    source: "RFC 9113 §8.7",
    look: |_| Some(Found::new(Rank::Certain)),
    ..Cause::NONE
};

pub(super) const MANY_BAD_TOKENS: Cause = Cause {
    id: "many-bad-tokens",
    of_apple: true,
    rows: &[44],
    codes: &[
        "connection_closed",
        "connection_lost",
        "server_went_away",
        "stream_reset",
        "stream_refused",
    ],
    title: "Too many bad device tokens on one connection",
    why: "APNs closes the connection of a sender whose pushes it mostly has to refuse.",
    fix: "Take expired and mistyped device tokens off your list before you send to all of it.",
    source: "Apple, “Handling notification responses from APNs”",
    look: many_bad_tokens,
    ..Cause::NONE
};

pub(super) const REFUSED: Cause = Cause {
    id: "relay-refused",
    outcome: Some(Outcome::NotSent),
    title: "Trill did not let it through",
    why: "The relay or the form refused the request before it left; no phone has rung.",
    fix: "Its own sentence names the field and the fix; if it does not help, report a bug.",
    look: |known| {
        let is_explained = known.reason.is_some_and(has_cause);
        (!is_explained).then(|| Found::new(Rank::Certain))
    },
    ..Cause::NONE
};

/// Offers to send again. Only for pushes that were certainly not processed.
fn send_again(_: &Circumstances<'_>) -> Option<Found> {
    Found::certain(Action::SendAgain { seconds: 0 })
}

fn many_bad_tokens(known: &Circumstances<'_>) -> Option<Found> {
    let is_bad = |past: &&super::Past<'_>| {
        [Reason::BadDeviceToken, Reason::Unregistered]
            .into_iter()
            .any(|reason| past.met(reason))
    };
    let bad = known.history.iter().filter(is_bad).count();
    if bad < MANY {
        return Some(Found::new(Rank::Possible));
    }
    Some(Found::new(Rank::Likely).because(format!(
        "APNs refused {bad} earlier pushes for their device token."
    )))
}
