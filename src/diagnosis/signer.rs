//! Causes in the credential: the key, its two IDs and its scope.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::{Circumstances, Key, Learnt};
use super::topic::fits;
use crate::apns::Reason;
use crate::apns::finding::Certainty;
use crate::apns::fix::{Change, Fix};
use crate::apns::identifier::Identifier;
use crate::apns::provider_token::SHORTEST_USE;
use crate::lint::shown;

pub(super) const NO_CREDENTIAL: Cause = Cause {
    id: "no-credential",
    reasons: &[Reason::MissingProviderToken],
    title: "The request has no credentials",
    why: "The request came to APNs with neither a usable provider token nor a client certificate.",
    fix: "Choose an APNs key; from a script, send “authorization: bearer” and the provider token.",
    source: "Apple, “Establishing a token-based connection to APNs”",
    look: |known| match known.certificate() {
        Some(_) => None,
        None => no_credential(known),
    },
    ..Cause::NONE
};

pub(super) const NOT_ENROLLED: Cause = Cause {
    id: "key-not-enrolled",
    reasons: &[Reason::InvalidProviderToken],
    title: "The simulator does not know this key",
    why: "The simulator checks signatures as APNs does, with the public keys that were enrolled with it.",
    fix: "Enrol key and phone, then send again.",
    look: |known| {
        let found = || {
            Found::new(Rank::Certain)
                .because("This push went to the simulator.")
                .act(Action::Enrol)
        };
        known.is_simulator().then(found)
    },
    ..Cause::NONE
};

pub(super) const OTHER_ENVIRONMENT: Cause = Cause {
    id: "key-other-environment",
    rows: &[9],
    reasons: &[Reason::BadEnvironmentKeyInToken],
    title: "The key is for the other environment",
    why: "Since 2025 a key may be made for sandbox or production alone; APNs checks that before the device token.",
    fix: "Switch the environment if the build belongs there too, or choose a key made for this one.",
    source: "swift-server-community/APNSwift #229; Apple, “Establishing a token-based connection to APNs”",
    look: other_environment,
    ..Cause::NONE
};

pub(super) const IDS_MALFORMED: Cause = Cause {
    id: "ids-malformed",
    reasons: &[Reason::InvalidProviderToken],
    codes: &[
        "identifier",
        "key_id_missing",
        "key_id_length",
        "key_id_case",
        "key_id_char",
        "team_missing",
        "team_length",
        "team_case",
        "team_char",
    ],
    title: "Key ID or team ID has a wrong shape",
    why: "Each has ten capitals and digits; APNs looks the key up by both, letter by letter.",
    fix: "Copy the key ID from the name of AuthKey_XXXXXXXXXX.p8, and the team ID from your membership page.",
    source: "Apple, “Establishing a token-based connection to APNs”",
    look: ids_malformed,
    ..Cause::NONE
};

pub(super) const IDS_SWAPPED: Cause = Cause {
    id: "ids-swapped",
    rows: &[10],
    reasons: &[Reason::InvalidProviderToken],
    title: "Key ID and team ID are swapped",
    why: "They look alike, so APNs searches for a key named after your team.",
    fix: "Let them change places.",
    source: "vapor/apns #47",
    look: ids_swapped,
    ..Cause::NONE
};

pub(super) const OTHER_KEY_ID: Cause = Cause {
    id: "key-id-of-other-key",
    rows: &[11],
    reasons: &[Reason::InvalidProviderToken],
    title: "The key ID is of another key",
    why: "APNs takes the public key of this key ID, and the signature of another key does not verify with it.",
    fix: "Use the key ID in the name of the file Apple gave you, or choose the file of this key ID.",
    source: "alexalok/dotAPNS #85",
    look: other_key_id,
    ..Cause::NONE
};

pub(super) const OTHER_TEAM_ID: Cause = Cause {
    id: "team-id-of-other-team",
    reasons: &[Reason::InvalidProviderToken],
    title: "The team ID is of another team",
    why: "A key belongs to one team; people in several teams easily copy the wrong ID.",
    fix: "Take the team ID from the membership page of the team that made the key.",
    source: "Apple, “Establishing a token-based connection to APNs”",
    look: other_team_id,
    ..Cause::NONE
};

pub(super) const REVOKED: Cause = Cause {
    id: "key-revoked",
    rows: &[11],
    reasons: &[Reason::InvalidProviderToken],
    title: "The key was revoked, or is not for APNs",
    why: "App Store Connect, DeviceCheck and MusicKit keys are .p8 files too; only a key with APNs enabled works.",
    fix: "Look the key up in your developer account, under Keys: is it there, and is APNs ticked?",
    source: "alexalok/dotAPNS #85; Apple, “Create a private key to access a service”",
    look: revoked,
    ..Cause::NONE
};

pub(super) const TOO_YOUNG: Cause = Cause {
    id: "key-too-young",
    rows: &[12],
    reasons: &[Reason::InvalidProviderToken],
    certainty: Certainty::Likely,
    title: "The key was made minutes ago",
    why: "New keys were seen to be refused for some time, up to about twelve hours.",
    fix: "If it is new and all else is right, try again later today.",
    source: "sideshow/apns2 #102",
    look: |known| {
        let key = known.key().filter(|_| !known.is_simulator())?;
        if key.worked {
            worked()
        } else {
            Some(Found::new(Rank::Possible).act(Action::SendAgain {
                seconds: SHORTEST_USE,
            }))
        }
    },
    ..Cause::NONE
};

pub(super) const OTHER_CONNECTION: Cause = Cause {
    id: "key-of-other-connection",
    reasons: &[Reason::UnrelatedKeyIdInToken],
    title: "Two keys on one connection",
    why: "APNs binds a connection to the key that came first on it and to the keys related to that.",
    fix: "Send again: the relay gives each key a connection of its own. A gateway in between must do so too.",
    source: "Apple, “Establishing a token-based connection to APNs”",
    look: |_| {
        Some(
            Found::new(Rank::Certain)
                .act(Action::SendAgain { seconds: 0 })
                .act(Action::OtherKey),
        )
    },
    ..Cause::NONE
};

pub(super) const APP_OF_OTHER_TEAM: Cause = Cause {
    id: "app-of-other-team",
    reasons: &[Reason::TopicDisallowed],
    title: "The app belongs to another team",
    why: "A key pushes to the apps of its own team only, and bundle IDs are easily mixed up between teams.",
    fix: "Check under which team the bundle ID is registered, and use a key of that team.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |known| {
        let rank = if fits(known) {
            Rank::Likely
        } else {
            Rank::Possible
        };
        known
            .certificate()
            .is_none()
            .then(|| Found::new(rank).act(Action::OtherKey))
    },
    ..Cause::NONE
};

pub(super) const NOT_FOR_TOPIC: Cause = Cause {
    id: "key-not-for-topic",
    reasons: &[Reason::TopicDisallowed],
    certainty: Certainty::Likely,
    title: "The key does not cover this app",
    why: "A topic-specific key is made for chosen bundle IDs; that APNs answers like this for others is our guess.",
    fix: "Look the key up in your developer account, add the bundle ID, or choose another key.",
    source: "Apple, “Establishing a token-based connection to APNs”",
    look: |known| {
        let key = known.key()?;
        Some(covers(known, key.topics, "This key"))
    },
    ..Cause::NONE
};

pub(super) const FORBIDDEN: Cause = Cause {
    id: "action-forbidden",
    reasons: &[Reason::Forbidden],
    title: "The account may not do this",
    why: "APNs knows who signs and does not allow it; a lapsed membership or a key of another account can be behind it.",
    fix: "Check in your developer account that membership and agreements are current, and what the key may do.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::OtherKey),
    ..Cause::NONE
};

/// Result of comparing the topic with the topics a credential lists. A key lists bundle IDs. `name`
/// denotes the credential in the sentence.
pub(super) fn covers(known: &Circumstances<'_>, topics: Option<&[&str]>, name: &str) -> Found {
    let bundle_id = known
        .topic
        .strip_suffix(known.push_type.topic_suffix())
        .unwrap_or(known.topic);
    let is_key = known.key().is_some();
    let found = |rank| Found::new(rank).act(Action::OtherKey);
    match topics {
        None => found(Rank::Possible),
        Some(topics)
            if topics
                .iter()
                .any(|topic| *topic == known.topic || is_key && *topic == bundle_id) =>
        {
            // For a certificate, no other suspicion is left.
            let found = if is_key {
                Found::new(Rank::RuledOut)
            } else {
                found(Rank::Possible)
            };
            found.because(format!("{name} covers {}.", shown(known.topic)))
        }
        Some(_) => {
            found(Rank::Certain).because(format!("{name} does not cover {}.", shown(known.topic)))
        }
    }
}

fn worked() -> Option<Found> {
    Found::ruled_out("APNs has accepted this key with these IDs before.")
}

fn no_credential(known: &Circumstances<'_>) -> Option<Found> {
    let found = Found::new(Rank::Certain).act(Action::OtherKey);
    Some(match known.key() {
        Some(_) => found.because("The form has a key, so the provider token was lost on the way."),
        None => found.because("The form has no key."),
    })
}

fn other_environment(known: &Circumstances<'_>) -> Option<Found> {
    let found = Found::new(Rank::Certain);
    let scope = known
        .key()
        .and_then(|key| key.scope)
        .filter(|_| !known.is_simulator());
    let found = match scope {
        Some((home, Learnt::Worked)) if home != known.environment => {
            found.because(format!("This key worked in {}.", home.as_str()))
        }
        Some((home, _)) if home != known.environment => {
            found.because(format!("This key is noted as one for {}.", home.as_str()))
        }
        Some((home, Learnt::Worked)) => Found::new(Rank::Likely)
            .because(format!("This key worked in {} before.", home.as_str())),
        Some((home, _)) => found.because(format!(
            "This key is noted as one for {}, and APNs disagrees.",
            home.as_str()
        )),
        None => found,
    };
    Some(if known.is_simulator() {
        found.act(Action::Enrol)
    } else {
        found
            .environment(known.other_environment())
            .act(Action::OtherKey)
    })
}

fn ids_malformed(known: &Circumstances<'_>) -> Option<Found> {
    if !known.met(Reason::InvalidProviderToken) {
        return Some(Found::new(Rank::Certain));
    }
    let key = known.key()?;
    let (key_id, team_id) = (
        Identifier::KeyId.check(key.key_id),
        Identifier::TeamId.check(key.team_id),
    );
    match (key_id, team_id) {
        (Err(_), _) => {
            Some(Found::new(Rank::Certain).because("The key ID is not ten capitals and digits."))
        }
        (_, Err(_)) => {
            Some(Found::new(Rank::Certain).because("The team ID is not ten capitals and digits."))
        }
        _ => Found::ruled_out("Each of the two IDs has ten capitals and digits."),
    }
}

fn ids_swapped(known: &Circumstances<'_>) -> Option<Found> {
    let key = known.key()?;
    let swap = |rank| {
        Found::new(rank).act(Action::Fix(Fix {
            label: "Swap them",
            change: Change::SwapIds,
        }))
    };
    match key.file_key_id {
        _ if key.worked => worked(),
        Some(_) if is_swapped(key) => Some(
            swap(Rank::Certain).because("The team ID is the key ID in the name of the key’s file."),
        ),
        Some(named) if named == key.key_id => named_so(),
        _ => Some(swap(Rank::Possible)),
    }
}

fn other_key_id(known: &Circumstances<'_>) -> Option<Found> {
    if known.certificate().is_some() {
        return None;
    }
    let Some(key) = known.key() else {
        return Some(Found::new(Rank::Possible).act(Action::OtherKey));
    };
    match key.file_key_id {
        _ if key.worked => worked(),
        Some(_) if is_swapped(key) => None,
        Some(named) if named == key.key_id => named_so(),
        Some(named) => {
            let found = Found::new(Rank::Certain)
                .because(format!("The key’s file is named after {}.", shown(named)));
            Some(found.act(Action::OtherKey))
        }
        None => Some(
            Found::new(Rank::Likely)
                .because("No file name confirms the key ID.")
                .act(Action::OtherKey),
        ),
    }
}

fn other_team_id(known: &Circumstances<'_>) -> Option<Found> {
    let key = known.key()?;
    let confirmed = key.file_key_id == Some(key.key_id);
    match key.worked {
        true => worked(),
        false if confirmed => Some(
            Found::new(Rank::Likely)
                .because("The key ID is confirmed by the file name, the team ID is not."),
        ),
        false => Some(Found::new(Rank::Possible)),
    }
}

fn revoked(known: &Circumstances<'_>) -> Option<Found> {
    let key = known.key().filter(|_| !known.is_simulator())?;
    let found = if key.worked {
        Found::new(Rank::Likely).because("APNs has accepted this key with these IDs before.")
    } else {
        Found::new(Rank::Possible)
    };
    Some(found.act(Action::OtherKey))
}

fn is_swapped(key: &Key<'_>) -> bool {
    key.file_key_id == Some(key.team_id) && key.key_id != key.team_id
}

fn named_so() -> Option<Found> {
    Found::ruled_out("The key’s file is named after this key ID.")
}
