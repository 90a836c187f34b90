//! Commands and requests of push services in the editor: one click fills the fields, one undo takes it
//! back, and no secret of a command is stored.

use trill::apns::uuid::Uuid;
use trill::apns::{Environment, PushType};
use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::{Field, Finding, Form};
use trill::app::relay_info::RelayInfo;
use trill::app::secret_guard::{KeptOut, Place, command_without_secrets};
use trill::app::state::State;
use trill::call::placeholder::Values;

use super::{TOKEN, after, filled};

const PROVIDER_TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ.WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo";

fn command() -> String {
    format!(
        "curl -d '{{\"aps\":{{}},\"handle\":\"{{{{uuid}}}}\"}}' -H 'apns-topic: com.example.other.voip-ptt' \
         -H 'apns-push-type: pushtotalk' -H 'apns-priority: 10' -H 'apns-expiration: 0' \
         -H 'apns-collapse-id: c' https://api.push.apple.com/3/device/{}",
        TOKEN.replace('0', "1")
    )
}

/// State with a text that was pasted into the editor.
fn pasted(text: &str) -> State {
    let actions = [
        Action::Paste(Field::Payload, text.to_owned()),
        Action::Leave(Field::Payload),
    ];
    after(State::opening(Some(filled())), actions)
}

fn apply(state: State, finding: Finding) -> State {
    let fix = finding.fix.unwrap();
    after(state, [Action::of_fix(Field::Payload, fix)])
}

#[test]
fn a_command_fills_its_fields_in_one_step() {
    let mut state = pasted(&command());
    let values = Values {
        uuid: Uuid::from_random_bytes([7; 16]),
        now_ms: 1,
        counter: 1,
        device: None,
    };
    // The values of the next send must not take the place of placeholders.
    state = after(state, [Action::Draw(values)]);
    let finding = state.finding(Field::Payload).unwrap();
    assert_eq!(finding.code, "payload_command");
    let state = apply(state, finding);
    let expected = Form {
        environment: Environment::Production,
        push_type: PushType::PushToTalk,
        bundle_id: "com.example.other".to_owned(),
        device_token: TOKEN.replace('0', "1"),
        priority: "10".to_owned(),
        expiration: "0".to_owned(),
        collapse_id: "c".to_owned(),
        payload: r#"{"aps":{},"handle":"{{uuid}}"}"#.to_owned(),
        ..filled()
    };
    assert_eq!(state.form, expected);
    let state = after(state, [Action::Undo]);
    assert_eq!(
        state.form,
        Form {
            payload: command(),
            ..filled()
        }
    );
    assert_eq!(after(state, [Action::Redo]).form, expected);
}

#[test]
fn an_environment_that_is_off_is_not_chosen() {
    let info = serde_json::json!({"policy": {"environments": {"production": "off"}}});
    let state = after(
        pasted(&command()),
        [Action::RelayInfo(RelayInfo::new(info))],
    );
    let finding = state.finding(Field::Payload).unwrap();
    let state = apply(state, finding);
    assert_eq!(state.form.environment, Environment::Sandbox);
    assert_eq!(state.form.bundle_id, "com.example.other");
}

#[test]
fn a_request_of_a_push_service_stands_alone_and_is_unwrapped() {
    let state = pasted(
        r#"{"message":{"token":"t","data":{"handle":"alice"},"apns":{"payload":{"aps":{}},
            "headers":{"apns-topic":"com.example.other.voip"}}}}"#,
    );
    let remarks = state.remarks();
    assert_eq!(remarks[0].code, "payload_envelope");
    let about_calls =
        |finding: &Finding| finding.code.starts_with("call-") || finding.code.contains("handle");
    assert!(!remarks.iter().any(about_calls), "{remarks:?}");
    let state = apply(state, remarks[0].clone());
    assert_eq!(state.form.bundle_id, "com.example.other");
    let payload: serde_json::Value = serde_json::from_str(&state.form.payload).unwrap();
    assert_eq!(payload, serde_json::json!({"aps": {}, "handle": "alice"}));
}

#[test]
fn no_secret_of_a_command_is_stored() {
    for secret in ["hunter2", "a0b1c2d3e4"] {
        let text = format!(
            "curl -d '{{}}' -u me:{secret} -H 'authorization: bearer {secret}' https://example.com/3/device/x"
        );
        let state = pasted(&text);
        let stored = Draft::of(&state.form).to_text();
        assert!(
            !stored.contains(secret) && stored.contains("curl"),
            "{stored}"
        );
        let finding = state.finding(Field::Payload).unwrap();
        assert!(!format!("{finding:?}").contains(secret));
    }
}

#[test]
fn a_provider_token_is_cut_out_of_a_command() {
    let text = format!(
        "curl -H 'authorization: bearer {PROVIDER_TOKEN}' -d '{{}}' https://api.push.apple.com/3/device/x"
    );
    let rest = command_without_secrets(&text).unwrap();
    assert!(
        rest.starts_with("curl -H 'authorization: bearer ") && !rest.contains("eyJ"),
        "{rest}"
    );
    assert_eq!(command_without_secrets(PROVIDER_TOKEN), None);
    assert_eq!(
        command_without_secrets(&format!("{{\"a\":\"{PROVIDER_TOKEN}\"}}")),
        None
    );
    let place = Place::Field(Field::Payload);
    let state = after(
        State::opening(Some(filled())),
        [
            Action::Paste(Field::Payload, rest.clone()),
            Action::KeepOut(place, KeptOut::InCommand, None),
        ],
    );
    assert_eq!(state.form.payload, rest);
    assert!(state.kept_out_of(place).unwrap().contains("cut out"));
}
