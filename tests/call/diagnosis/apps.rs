//! The diagnosis asks the app: what its profile says comes before the usual names.

use std::sync::Arc;

use serde_json::{Value, json};
use trill::apns::Outcome;
use trill::apns::finding::Certainty;
use trill::call::profile::{self, Reaction, Situation};
use trill::call::{AppChoice, PhoneRule as Rule, ReceivingApp};
use trill::diagnosis::{Circumstances, Diagnosis, Rank, diagnose};
use trill::lint::{Request, Subject, call};

use super::find;
use crate::UUID;
use crate::profiles::cases;

/// Diagnoses of a call that APNs accepted for this app, with the findings about it.
fn diagnoses(payload: &Value, app: &ReceivingApp, phone: Option<Rule>) -> Vec<Diagnosis> {
    let read = app.read(payload);
    let findings = call::check(&Subject::new(Request::voip(payload), app, &read));
    let known = super::known(Outcome::Accepted, None);
    diagnose(&Circumstances {
        payload: Some(payload),
        app,
        findings: &findings,
        phone,
        ..known
    })
}

/// Cause in the app for a reaction, and the rule of a phone that saw it.
fn cause_of(reaction: Reaction) -> Option<(&'static str, Rule)> {
    Some(match reaction {
        Reaction::Crashes => ("app-crashes", Rule::AppCrashed),
        Reaction::NoReport => ("app-reports-no-call", Rule::NotReported),
        Reaction::EndsCall => ("app-ends-call", Rule::NotReported),
        Reaction::EndsAtOnce => ("app-ends-at-once", Rule::EndedAtOnce),
        Reaction::OnPhone => ("app-composes-on-phone", Rule::CannotTell),
        Reaction::Uncertain => ("app-uncertain", Rule::CannotTell),
        Reaction::Rings | Reaction::RingsOwn => return None,
    })
}

#[test]
fn the_profile_decides_and_not_the_usual_names() {
    for profile in profile::all() {
        let app = ReceivingApp::Known(Arc::clone(profile));
        for case in cases(&profile.id) {
            let (verdict, certainty) = app.verdict(&case.payload, &Situation::default()).unwrap();
            let found = diagnoses(&case.payload, &app, None);
            let title = &case.title;
            let Some((id, seen)) = cause_of(verdict.reaction) else {
                for id in ["call-id-unusable", "handle-unusable"] {
                    assert_eq!(find(&found, id).rank, Rank::RuledOut, "{title}");
                }
                continue;
            };
            let first = &found[0];
            assert_eq!((first.cause.id, first.rank), (id, Rank::Likely), "{title}");
            assert!(first.because.as_ref().unwrap().contains(&profile.name));
            assert!(!first.source().is_empty(), "{title}");
            assert_eq!(first.certainty, certainty, "{title}");
            for id in ["call-id-unusable", "handle-unusable"] {
                assert!(found.iter().all(|other| other.cause.id != id), "{title}");
            }
            // The simulator's phone has seen it.
            let found = diagnoses(&case.payload, &app, Some(seen));
            let expected = match seen {
                Rule::CannotTell => Rank::Likely,
                _ => Rank::Certain,
            };
            assert_eq!(
                (found[0].cause.id, found[0].rank),
                (id, expected),
                "{title}"
            );
        }
    }
}

#[test]
fn an_app_that_makes_its_uuid_is_not_told_to_send_one() {
    let payload = json!({ "incomingCall": {} });
    let app = ReceivingApp::Known(
        profile::all()
            .iter()
            .find(|profile| profile.call_uuid.is_made && profile.rules.is_empty())
            .map(Arc::clone)
            .unwrap(),
    );
    let found = diagnoses(&payload, &app, None);
    let cause = find(&found, "call-id-unusable");
    assert_eq!(cause.rank, Rank::RuledOut);
    assert!(
        cause
            .because
            .as_ref()
            .unwrap()
            .ends_with("reports a call for this payload.")
    );
}

#[test]
fn an_unknown_app_is_one_question_or_only_likely() {
    let nothing = json!({ "room": "a", "peer": "b" });
    let app = AppChoice::Recognise.resolve(&nothing);
    let found = diagnoses(&nothing, &app, None);
    assert_eq!(found[0].cause.id, "app-unknown");
    assert!(
        !found
            .iter()
            .any(|other| other.cause.id == "call-id-unusable")
    );

    let no_id = json!({ "handle": "alice" });
    let app = AppChoice::Recognise.resolve(&no_id);
    let found = diagnoses(&no_id, &app, None);
    let cause = find(&found, "call-id-unusable");
    assert_eq!(
        (cause.rank, cause.certainty),
        (Rank::Likely, Certainty::Likely)
    );
    // What the phone did is no guess.
    let found = diagnoses(&no_id, &app, Some(Rule::NoCallUuid));
    let cause = find(&found, "call-id-unusable");
    assert_eq!(
        (cause.rank, cause.certainty),
        (Rank::Certain, Certainty::ThisApp)
    );
}

#[test]
fn pushes_to_an_app_that_reports_them_are_no_reason_to_stop() {
    const FOUR: &[trill::diagnosis::Past<'static>] =
        &[super::success(trill::apns::Environment::Sandbox, super::TOPIC); 4];
    let payload = json!({ "callUUID": UUID, "handle": "alice" });
    let rank = |app: &ReceivingApp| {
        let known = super::known(Outcome::Accepted, None);
        let found = diagnose(&Circumstances {
            payload: Some(&payload),
            app,
            history: FOUR,
            ..known
        });
        find(&found, "delivery-stopped").rank
    };
    let article = ReceivingApp::Known(profile::find("article").unwrap());
    assert_eq!(rank(&article), Rank::Possible);
    assert_eq!(rank(&ReceivingApp::Unknown), Rank::Likely);
}

#[test]
fn causes_in_callkit_are_guesses_with_a_source_and_not_for_an_app_without_it() {
    let payload = json!({ "callUUID": UUID, "handle": "alice" });
    let article = ReceivingApp::Known(profile::find("article").unwrap());
    for (app, seen, rank) in [
        (&article, None, Rank::Possible),
        (&ReceivingApp::Unknown, None, Rank::Possible),
        (&article, Some(Rule::Reported), Rank::RuledOut),
    ] {
        let found = diagnoses(&payload, app, seen);
        for id in ["completion-called-early", "callkit-inactive-in-china"] {
            let cause = find(&found, id);
            assert_eq!(cause.rank, rank, "{id}");
            assert_eq!(cause.certainty, Certainty::Likely, "{id}");
            assert!(cause.source().contains(" #"), "{id}");
        }
        let place = |id: &str| found.iter().position(|other| other.cause.id == id);
        assert!(place("call-not-reported") < place("completion-called-early"));
        assert!(place("completion-called-early") < place("callkit-inactive-in-china"));
    }
    let other = profile::all()
        .iter()
        .find(|profile| profile.framework == "LiveCommunicationKit")
        .unwrap();
    let app = ReceivingApp::Known(Arc::clone(other));
    let found = diagnoses(&payload, &app, None);
    let cause = find(&found, "callkit-inactive-in-china");
    assert_eq!(cause.rank, Rank::RuledOut);
    assert!(cause.because.as_ref().unwrap().starts_with(&other.name));
}
