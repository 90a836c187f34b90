//! Rules about the signer: key, key ID, team ID and environment.

use super::{Request, RequestRule};
use crate::apns::environment::Environment;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::lint::Found;

pub(super) const OTHER_ENVIRONMENT: RequestRule = RequestRule {
    id: "key-other-environment",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The key belongs to another environment",
    why: "APNs answers BadEnvironmentKeyInToken before it looks at the device token.",
    source: "swift-server-community/APNSwift #229",
    fix: "Switch the environment, or use a key made for this one.",
    check: other_environment,
};

pub(super) const IDS_SWAPPED: RequestRule = RequestRule {
    id: "ids-swapped",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "Key ID and team ID are swapped",
    why: "APNs answers InvalidProviderToken.",
    source: "vapor/apns #47",
    fix: "Let them change places.",
    check: |request| {
        let signer = request.signer?;
        let swapped = signer.file_key_id == Some(signer.team_id.trim())
            && signer.key_id.trim() != signer.team_id.trim();
        let fix = Fix {
            label: "Swap them",
            change: Change::SwapIds,
        };
        swapped.then(|| {
            Found::new("The team ID is the key ID in the name of the key’s file.").fix(Some(fix))
        })
    },
};

pub(super) const KEY_ID_NOT_OF_FILE: RequestRule = RequestRule {
    id: "key-id-not-of-file",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "The key’s file names another key ID",
    why: "If the file was not renamed, APNs answers InvalidProviderToken.",
    source: "alexalok/dotAPNS #85",
    fix: "Use the key ID in AuthKey_XXXXXXXXXX.p8, or choose the other file.",
    check: |request| {
        let signer = request.signer?;
        let (typed, named) = (signer.key_id.trim(), signer.file_key_id?);
        // Swapped IDs have their own rule.
        let other = !typed.is_empty() && typed != named && signer.team_id.trim() != named;
        other.then(|| Found::new(format!("The key’s file is named after {named}.")))
    },
};

pub(super) const OTHER_SENDER: RequestRule = RequestRule {
    id: "other-sender-of-team",
    severity: Severity::Note,
    certainty: Certainty::Likely,
    title: "Another program may sign for the same team",
    why: "It may then refuse both for a while, as one that changes its provider token too often.",
    source: "Apple forums 702056",
    fix: "Let all senders of the team share one provider token, or test with another team’s key.",
    check: |request| {
        let signer = request
            .signer
            .filter(|signer| signer.certificate.is_none())?;
        let is_sent = request.environment == Some(Environment::Production)
            && !signer.team_id.trim().is_empty();
        is_sent.then(|| {
            Found::new("If a server signs for this team as well, APNs takes both for one sender.")
        })
    },
};

fn other_environment(request: &Request<'_>) -> Option<Found> {
    let (here, signer) = (request.environment?, request.signer?);
    let home = signer.environment.or(signer.file_environment)?;
    if here == home || here.is_simulator() {
        return None;
    }
    let (what, certainty) = if signer.environment.is_some() {
        ("This key works in", Certainty::Certain)
    } else {
        ("By its file’s name this key is for", Certainty::Likely)
    };
    let (home_name, here_name) = (home.as_str(), here.as_str());
    let found = Found::new(format!(
        "{what} {home_name}, and this push goes to {here_name}."
    ));
    Some(found.certainty(certainty).fix(Some(Fix {
        label: "Switch the environment",
        change: Change::Environment(home),
    })))
}
