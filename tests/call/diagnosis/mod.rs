//! The diagnosis: every reason, every row of the failure map, and what changes the order.

mod apps;
mod causes;
mod checklist;
mod memory;
mod ranking;
mod reasons;
mod rows;
mod simulator;

use std::sync::LazyLock;

use serde_json::{Value, json};
use trill::apns::fix::{Change, Fix};
use trill::apns::{Environment, Finding, Outcome, Place};
use trill::diagnosis::{Action, Circumstances, Credential, Diagnosis, Key, Past, Rank, diagnose};

use crate::UUID;

const TOPIC: &str = "com.example.calls.voip";
const NOW: u64 = 1_700_000_000;
const KEY: Key<'static> = Key {
    key_id: "ABC123DEFG",
    team_id: "DEF123GHIJ",
    file_key_id: None,
    scope: None,
    topics: None,
    worked: false,
};

static CALL: LazyLock<Value> = LazyLock::new(|| json!({ "callUUID": UUID, "handle": "alice" }));

type Edit = fn(&mut Circumstances<'static>);

/// A send to sandbox without fault, of which little else is known.
fn known(outcome: Outcome, reason: Option<&'static str>) -> Circumstances<'static> {
    Circumstances {
        reason,
        topic: TOPIC,
        device_token_bytes: 32,
        credential: Credential::Token(KEY),
        payload: Some(&CALL),
        payload_bytes: Some(70),
        now: NOW,
        ..Circumstances::new(outcome, Environment::Sandbox)
    }
}

fn rejected(reason: &'static str, edit: Edit) -> Vec<Diagnosis> {
    let mut circumstances = known(Outcome::Rejected, Some(reason));
    edit(&mut circumstances);
    diagnose(&circumstances)
}

fn not_sent(code: &'static str) -> Vec<Diagnosis> {
    diagnose(&known(Outcome::NotSent, Some(code)))
}

fn accepted(edit: Edit) -> Vec<Diagnosis> {
    let mut circumstances = known(Outcome::Accepted, None);
    edit(&mut circumstances);
    diagnose(&circumstances)
}

fn key(circumstances: &mut Circumstances<'static>, change: fn(&mut Key<'static>)) {
    let mut key = KEY;
    change(&mut key);
    circumstances.credential = Credential::Token(key);
}

/// A send that was accepted.
const fn success(environment: Environment, topic: &'static str) -> Past<'static> {
    Past {
        environment,
        topic,
        outcome: Outcome::Accepted,
        reason: None,
    }
}

/// A send that was rejected.
const fn failure(environment: Environment, reason: &'static str) -> Past<'static> {
    Past {
        environment,
        topic: TOPIC,
        outcome: Outcome::Rejected,
        reason: Some(reason),
    }
}

/// Finding of the linter by this rule, for tests that have no payload to lint.
fn finding(rule: &'static str, path: &str, fix: Option<Fix>) -> &'static [Finding] {
    let finding = Finding {
        place: Place::Path(path.to_owned()),
        fix,
        ..Finding::error(rule, "It is so.")
    };
    Vec::leak(vec![finding])
}

fn find<'a>(diagnoses: &'a [Diagnosis], id: &str) -> &'a Diagnosis {
    diagnoses
        .iter()
        .find(|diagnosis| diagnosis.cause.id == id)
        .unwrap_or_else(|| panic!("{id} is not in {diagnoses:#?}"))
}

fn rank(diagnoses: &[Diagnosis], id: &str) -> Rank {
    find(diagnoses, id).rank
}

fn because(diagnoses: &[Diagnosis], id: &str) -> &'static str {
    find(diagnoses, id)
        .because
        .as_ref()
        .unwrap()
        .to_string()
        .leak()
}

fn header(name: &'static str, value: &str) -> Change {
    Change::Header {
        name,
        value: Some(value.to_owned()),
    }
}

/// Change that the first click of a diagnosis makes.
fn change(diagnosis: &Diagnosis) -> &Change {
    match &diagnosis.actions[0] {
        Action::Fix(fix) => &fix.change,
        action => panic!("{action:?}"),
    }
}
