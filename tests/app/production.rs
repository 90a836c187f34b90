//! The question before a push to Production, and the demo key where Apple would have to know it.

use std::rc::Rc;

use serde_json::json;
use trill::apns::finding::Certainty;
use trill::apns::{Environment, PushType};
use trill::app::action::Action;
use trill::app::card::Card;
use trill::app::form::{Field, Form, Severity};
use trill::app::held_key::HeldKey;
use trill::app::production::Question;
use trill::app::relay_info::RelayInfo;
use trill::app::report::{Reply, Report};
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID, State};

use super::{CLOCK, after, apns_id, filled, key};

fn state(form: Form, source: &str) -> State {
    let key = Some(Rc::new(HeldKey {
        key: key(),
        source: source.to_owned(),
    }));
    State {
        form: Form {
            environment: Environment::Production,
            ..form
        },
        key,
        ..State::default()
    }
}

fn question(state: &State) -> String {
    match state.production_question() {
        Question::Send(question) => question,
        Question::Refused(cause) => panic!("{cause}"),
    }
}

#[test]
fn the_production_question_names_app_device_and_signer() {
    let own = state(filled(), "AuthKey_ABC123DEFG.p8");
    assert_eq!(
        question(&own),
        "Send to Production? Calls a real device: com.example.calls, …991de8f0, signed with key ABC123DEFG of team DEF123GHIJ. \
         Likely: If a server signs for this team as well, APNs takes both for one sender. \
         It may then refuse both for a while, as one that changes its provider token too often."
    );
    let alert = state(
        Form {
            push_type: PushType::Alert,
            key_id: " ABC123DEFG ".to_owned(),
            ..filled()
        },
        "AuthKey_ABC123DEFG.p8",
    );
    assert!(question(&alert).starts_with("Send to Production? Reaches a real device: "));
    assert!(question(&alert).contains("key ABC123DEFG of team DEF123GHIJ. Likely: If a server"));
    let certificate = State {
        key: None,
        ..state(
            Form {
                certificate: "voip".to_owned(),
                ..filled()
            },
            "",
        )
    };
    assert!(question(&certificate).ends_with(", sent with the certificate voip."));
}

#[test]
fn the_demo_key_is_refused_whatever_policy_says_and_however_often_it_was_asked() {
    let demo_team = state(
        Form {
            team_id: DEMO_TEAM_ID.to_owned(),
            ..filled()
        },
        "AuthKey_ABC123DEFG.p8",
    );
    let demo_key = state(filled(), DEMO_KEY);
    let allowed =
        || RelayInfo::new(json!({ "policy": { "environments": { "production": "allowed" } } }));
    for state in [demo_team, demo_key] {
        for (may_use_production, info) in [
            (false, RelayInfo::default()),
            (true, RelayInfo::default()),
            (false, allowed()),
        ] {
            let state = State {
                may_use_production,
                relay_info: info,
                ..state.clone()
            };
            assert!(state.must_ask());
            assert!(
                matches!(state.production_question(), Question::Refused(cause) if cause.len() <= 160)
            );
            assert!(
                state.reduce(Action::AnswerProduction(true)).must_ask(),
                "no answer lets it through"
            );
        }
    }
    let own = state(filled(), "AuthKey_ABC123DEFG.p8");
    assert!(own.must_ask());
    assert!(
        !State {
            may_use_production: true,
            ..own.clone()
        }
        .must_ask()
    );
    assert!(
        !State {
            relay_info: allowed(),
            ..own.clone()
        }
        .must_ask()
    );
    // A certificate vouches for the push, and the key that lies there does not matter.
    let certificate = Form {
        certificate: "voip".to_owned(),
        ..filled()
    };
    assert!(
        !State {
            may_use_production: true,
            ..state(certificate, DEMO_KEY)
        }
        .must_ask()
    );
}

#[test]
fn the_demo_key_is_an_error_in_apples_environments_and_one_click_leads_back() {
    for environment in [Environment::Sandbox, Environment::Production] {
        let demo = state(
            Form {
                team_id: DEMO_TEAM_ID.to_owned(),
                ..filled()
            },
            DEMO_KEY,
        )
        .reduce(Action::Choose(environment));
        let remarks = demo.remarks();
        let [found] = remarks
            .iter()
            .filter(|remark| remark.code == "demo-key-unknown")
            .collect::<Vec<_>>()[..]
        else {
            panic!("{remarks:?}");
        };
        assert!(
            found.severity == Severity::Error && found.sentence.len() <= 160,
            "{found:?}"
        );
        assert_eq!(Card::of(found.code), Card::Signer);
        let fix = demo
            .remarks()
            .into_iter()
            .find(|remark| remark.code == "demo-key-unknown")
            .unwrap()
            .fix
            .unwrap();
        let back = demo.reduce(Action::Apply(fix));
        assert_eq!(back.form.environment, Environment::Simulator);
        assert!(
            back.remarks()
                .iter()
                .all(|remark| remark.code != "demo-key-unknown")
        );
    }
    let own = state(filled(), "AuthKey_ABC123DEFG.p8");
    assert!(
        own.remarks()
            .iter()
            .all(|remark| remark.code != "demo-key-unknown")
    );
}

#[test]
fn a_key_of_the_sandbox_is_told_before_a_push_to_production() {
    let code = "key-other-environment";
    let told = |state: &State| {
        let remarks = state.remarks();
        let found = remarks.into_iter().find(|remark| remark.code == code);
        found.map(|found| (found.severity, found.certainty))
    };
    // The name of a file is a guess.
    let named = state(filled(), "AuthKey_ABC123DEFG_Sandbox.p8");
    assert_eq!(told(&named), Some((Severity::Warning, Certainty::Likely)));
    assert!(question(&named).ends_with(
        "Likely: By its file’s name this key is for sandbox, and this push goes to production. "
    ));
    for source in [
        "AuthKey_ABC123DEFG.p8",
        "AuthKey_ABC123DEFG_prod.p8",
        "dev/production.p8",
        "AuthKey_1DEV23DEFG.p8",
    ] {
        assert_eq!(told(&state(filled(), source)), None, "{source}");
    }
    // The answer of APNs is none.
    let own = state(filled(), "AuthKey_ABC123DEFG.p8");
    let refused = Report::of_reply(
        &own.form.push(true, apns_id(), CLOCK).unwrap(),
        &Reply {
            status: 403,
            outcome: Some("rejected".to_owned()),
            body: r#"{"reason":"BadEnvironmentKeyInToken"}"#.to_owned(),
            ..Reply::default()
        },
        1,
    );
    let after = own.reduce(Action::End(Box::new(refused)));
    assert_eq!(told(&after), Some((Severity::Error, Certainty::Certain)));
    assert!(question(&after).ends_with(
        "This key works in sandbox, and this push goes to production. \
         APNs answers BadEnvironmentKeyInToken before it looks at the device token."
    ));
    let sandbox = after.clone().reduce(Action::Choose(Environment::Sandbox));
    assert_eq!(told(&sandbox), None);
    let other = after.reduce(Action::Edit(Field::KeyId, "ZZZ123DEFG".to_owned()));
    assert_eq!(told(&other), None, "another key");
}

#[test]
fn production_is_asked_about_once() {
    let asked = after(State::default(), [Action::AskProduction]);
    assert!(asked.asks_production);
    let declined = after(asked, [Action::AnswerProduction(false)]);
    assert!(!declined.asks_production && !declined.may_use_production);
    assert!(
        after(
            declined,
            [
                Action::AnswerProduction(true),
                Action::AnswerProduction(false)
            ]
        )
        .may_use_production
    );
}
