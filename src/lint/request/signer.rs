//! Rules about the signer: key, key ID, team ID and environment.

use super::{Request, RequestRule};
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

fn other_environment(request: &Request<'_>) -> Option<Found> {
    let (here, home) = (request.environment?, request.signer?.environment?);
    if here == home || here.is_simulator() {
        return None;
    }
    let what = format!(
        "This key works in {}, and this push goes to {}.",
        home.as_str(),
        here.as_str()
    );
    Some(Found::new(what).fix(Some(Fix {
        label: "Switch the environment",
        change: Change::Environment(home),
    })))
}
