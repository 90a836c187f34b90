//! Causes in the provider token: its age, the clock, its signature, and how often it changes.

use super::action::{Action, span};
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::Reason;
use crate::apns::finding::Certainty;
use crate::apns::provider_token::{LONGEST_LIFE, SHORTEST_USE};

/// Largest clock error that is harmless, in seconds.
const SMALL_DIFFERENCE: i64 = 60;

pub(super) const TOO_OLD: Cause = Cause {
    id: "provider-token-too-old",
    rows: &[15],
    reasons: &[Reason::ExpiredProviderToken],
    title: "The provider token is over an hour old",
    why: "APNs refuses a provider token one hour after its issue time, however good its signature.",
    fix: "Make a new one. A server should renew it every 40 to 50 minutes.",
    source: "edamov/pushok #92; node-apn/node-apn #496; Finb/bark-server #76",
    look: too_old,
    ..Cause::NONE
};

pub(super) const CLOCK: Cause = Cause {
    id: "clock-wrong",
    rows: &[14],
    reasons: &[Reason::ExpiredProviderToken, Reason::InvalidProviderToken],
    codes: &["certificate_time"],
    title: "The clock is wrong",
    why: "The issue time comes from this clock: when it is late, APNs takes a new provider token for an old one.",
    fix: "Let the machine set its clock by the network, then make a new provider token.",
    source: "node-apn/node-apn #450; nhosoya/apnotic #109",
    look: clock,
    ..Cause::NONE
};

pub(super) const CONNECTION: Cause = Cause {
    id: "connection-keeps-refusing",
    reasons: &[Reason::ExpiredProviderToken],
    certainty: Certainty::Likely,
    title: "The connection refuses newer tokens too",
    why: "After one expired provider token APNs was seen to refuse valid ones on the same connection (observed).",
    fix: "Send again: the relay opens a new connection. A sender of yours should do so too.",
    source: "jchambers/pushy, source; Apple, “Handling notification responses from APNs”",
    look: |known| {
        let age = known.token_age?;
        let is_young = age <= LONGEST_LIFE.cast_signed();
        let is_clock_right = known
            .clock_difference
            .is_some_and(|difference| difference.saturating_abs() <= SMALL_DIFFERENCE);
        let rank = if is_clock_right {
            Rank::Likely
        } else {
            Rank::Possible
        };
        is_young.then(|| Found::new(rank).act(Action::SendAgain { seconds: 0 }))
    },
    ..Cause::NONE
};

pub(super) const SIGNATURE: Cause = Cause {
    id: "signature-form",
    rows: &[13, 43],
    reasons: &[Reason::InvalidProviderToken],
    title: "The signature has a wrong form",
    why: "ES256 wants R and S raw, 64 bytes; APNs tolerates DER where other servers of Apple do not.",
    fix: "If your own signer fails where Trill succeeds, take both provider tokens apart and compare them.",
    source: "potatosalad/erlang-jose #95; buggyblues/shadow #345; RFC 7518 §3.4",
    look: |known| {
        known
            .key()
            .and_then(|_| Found::ruled_out("Trill signed it, with R and S raw."))
    },
    ..Cause::NONE
};

pub(super) const CHANGED_OFTEN: Cause = Cause {
    id: "provider-token-changed-often",
    rows: &[16],
    reasons: &[Reason::TooManyProviderTokenUpdates],
    title: "A new provider token too soon",
    why: "APNs wants one provider token for at least 20 minutes; the connection was seen to stay refused for a while (observed).",
    fix: "Keep the provider token you have, and make the next one when the time has come.",
    source: "Apple forums 702056, 675879; CleverTap/apns-http2 #48; internxt/drive-server-old #452",
    look: |known| {
        let seconds = known.next_token_in.unwrap_or(SHORTEST_USE);
        let found = Found::new(Rank::Likely).act(Action::NewToken { seconds });
        Some(match known.next_token_in {
            Some(seconds @ 1..) => found.because(format!(
                "The relay names the next issue time in {}.",
                span(seconds)
            )),
            _ => found,
        })
    },
    ..Cause::NONE
};

pub(super) const KEYS_TRIED: Cause = Cause {
    id: "keys-tried-in-turn",
    rows: &[17],
    reasons: &[Reason::TooManyProviderTokenUpdates],
    certainty: Certainty::Likely,
    title: "Several keys or IDs were tried in turn",
    why: "Each try was seen to count as a change of provider token, also when it is refused; more than two were too many.",
    fix: "Stop trying for 20 minutes, check key, key ID and team ID on paper, then send once.",
    source: "Apple forums 770438",
    look: keys_tried,
    ..Cause::NONE
};

pub(super) const OTHER_SENDER: Cause = Cause {
    id: "other-sender-of-team",
    reasons: &[Reason::TooManyProviderTokenUpdates],
    title: "Another program signs for the same team",
    why: "APNs does not tell the keys of a team apart: two programs that sign look like one that changes its token.",
    fix: "Let all senders of the team share one provider token, or test with another team’s key.",
    source: "Apple forums 702056",
    look: |known| (!known.is_simulator()).then(|| Found::new(Rank::Possible)),
    ..Cause::NONE
};

fn too_old(known: &Circumstances<'_>) -> Option<Found> {
    let found = |rank| {
        Found::new(rank).act(Action::NewToken {
            seconds: known.next_token_in.unwrap_or(0),
        })
    };
    let Some(age) = known.token_age else {
        return Some(found(Rank::Likely));
    };
    let words = span(age.max(0).unsigned_abs());
    let because = format!("The provider token was {words} old by this clock.");
    if age > LONGEST_LIFE.cast_signed() {
        Some(found(Rank::Certain).because(because))
    } else {
        Found::ruled_out(because)
    }
}

fn clock(known: &Circumstances<'_>) -> Option<Found> {
    let is_code = known.known_reason().is_none();
    let seconds = known.next_token_in.unwrap_or(0);
    let again = if is_code {
        Action::SendAgain { seconds: 0 }
    } else {
        Action::NewToken { seconds }
    };
    let found = |rank| Found::new(rank).act(again);
    let is_new = known
        .token_age
        .is_some_and(|age| age <= LONGEST_LIFE.cast_signed());
    let is_expired = known.met(Reason::ExpiredProviderToken);
    let Some(difference) = known.clock_difference else {
        return Some(found(if is_code || is_expired && is_new {
            Rank::Likely
        } else {
            Rank::Possible
        }));
    };
    if difference.saturating_abs() <= SMALL_DIFFERENCE {
        return Found::ruled_out(format!(
            "The clock is right to within {}.",
            span(SMALL_DIFFERENCE.unsigned_abs())
        ));
    }
    let side = if difference > 0 { "ahead" } else { "late" };
    let by = span(difference.unsigned_abs());
    // A slow clock adds its error to the age APNs sees; a fast clock subtracts it.
    let seen = known.token_age.unwrap_or(0).saturating_sub(difference);
    let explains =
        is_expired && seen.unsigned_abs() > LONGEST_LIFE && (is_new || known.token_age.is_none());
    let rank = match known.known_reason() {
        Some(Reason::InvalidProviderToken) => Rank::Possible,
        _ if explains => Rank::Certain,
        _ => Rank::Likely,
    };
    Some(found(rank).because(format!("The clock is {by} {side}.")))
}

fn keys_tried(known: &Circumstances<'_>) -> Option<Found> {
    let was_refused = known
        .history
        .iter()
        .any(|past| past.met(Reason::InvalidProviderToken));
    let found = if was_refused {
        Found::new(Rank::Certain).because("An earlier send of yours met InvalidProviderToken.")
    } else {
        Found::new(Rank::Possible)
    };
    Some(found.act(Action::NewToken {
        seconds: known.next_token_in.unwrap_or(SHORTEST_USE),
    }))
}
