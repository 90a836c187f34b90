//! The user's own app: chosen, described, imported, and kept, also from older drafts.

use serde_json::{Value, json};
use trill::app::action::Action;
use trill::app::app_choice::{OWN_APP, OWN_JSON};
use trill::app::draft::Draft;
use trill::app::form::{Field, Form};
use trill::app::relay_info::RelayInfo;
use trill::app::state::State;
use trill::call::profile::MOST_BYTES;
use trill::call::{OwnPart, PhoneRule};

use super::{after, form_of};

const RICH: &str = r#"{"name":"Calls","handle":{"paths":["from"],"else":"Unknown"}}"#;

fn own(part: OwnPart) -> Field {
    Field::Own(part)
}

fn choose(state: State, app: &str) -> State {
    after(state, [Action::ChooseApp(app.to_owned())])
}

fn with_payload(payload: &str) -> State {
    after(
        State::default(),
        [Action::Paste(Field::Payload, payload.to_owned())],
    )
}

fn import(state: State, text: &str) -> State {
    after(state, [Action::ImportApp(text.to_owned(), text.len())])
}

#[test]
fn a_new_description_starts_with_the_call_in_the_payload() {
    let payload =
        r#"{"meta":{"call_id":"{{uuid}}","n":{{counter}}},"from-uri":"sip:alice@example.com"}"#;
    let state = choose(with_payload(payload), OWN_APP);
    let text = |part| state.form.text(own(part));
    assert_eq!(text(OwnPart::CallUuid), "meta.call_id");
    assert_eq!(text(OwnPart::Handle), "from-uri");
    assert_eq!(text(OwnPart::CallerName), "");
    let back = after(state.clone(), [Action::Undo]);
    assert_eq!(
        (back.form.app.as_str(), back.form.own.is_blank()),
        ("", true)
    );

    let typed = after(
        state,
        [Action::Paste(own(OwnPart::Handle), "from".to_owned())],
    );
    let again = choose(choose(typed, "telnyx-ios"), OWN_APP);
    assert_eq!(again.form.text(own(OwnPart::Handle)), "from");
}

#[test]
fn the_description_decides_the_forecast_and_the_registration() {
    let state = choose(with_payload(r#"{"who":"alice","ref":"{{uuid}}"}"#), OWN_APP);
    let forecast = |state: &State| {
        let payload = state.form.parsed_payload().unwrap();
        state.form.preview_of(&payload).rule
    };
    assert_eq!(forecast(&state), PhoneRule::CannotTell);
    let described = after(
        state,
        [
            Action::Paste(own(OwnPart::Handle), "who".to_owned()),
            Action::Paste(own(OwnPart::CallUuid), String::new()),
            Action::Fix(own(OwnPart::MakesUuid), OwnPart::YES.to_owned()),
            Action::Edit(own(OwnPart::Unreadable), "crash".to_owned()),
        ],
    );
    assert_eq!(forecast(&described), PhoneRule::Reported);
    let profile: Value = serde_json::from_str(&described.form.app_profile()).unwrap();
    assert_eq!(profile["handle"]["paths"], json!(["who"]));
    assert_eq!(profile["call_uuid"], json!({ "else": "made" }));
    assert_eq!(profile["rules"][0]["then"], "crash");
    let other = after(
        described,
        [Action::Paste(Field::Payload, r#"{"who":7}"#.to_owned())],
    );
    assert_eq!(forecast(&other), PhoneRule::AppCrashed);
}

#[test]
fn a_line_that_is_no_path_is_told_beside_its_field_once_it_was_left() {
    let text = "from\ninner..who".to_owned();
    let typed = after(
        choose(State::default(), OWN_APP),
        [Action::Paste(own(OwnPart::Handle), text)],
    );
    assert_eq!(typed.finding(own(OwnPart::Handle)), None);
    let left = after(typed, [Action::Leave(own(OwnPart::Handle))]);
    let finding = left.finding(own(OwnPart::Handle)).unwrap();
    assert_eq!(finding.code, "path_empty_name");
    assert!(finding.sentence.starts_with("Line 2: There is no name at"));
    let alone = after(
        left,
        [
            Action::Paste(own(OwnPart::Handle), "a..b".to_owned()),
            Action::Leave(own(OwnPart::Handle)),
        ],
    );
    let finding = alone.finding(own(OwnPart::Handle)).unwrap();
    assert!(finding.sentence.starts_with("There is no name at"));
}

#[test]
fn what_the_form_can_show_goes_from_words_to_json_and_back() {
    let words = choose(with_payload(r#"{"who":"alice","callUUID":""}"#), OWN_APP);
    let words = after(
        words,
        [Action::Paste(own(OwnPart::Name), "Calls".to_owned())],
    );
    let json = choose(words.clone(), OWN_JSON);
    assert!(json.form.is_app_in_json() && json.form.app.contains("\"Calls\""));
    assert_eq!(choose(json.clone(), OWN_JSON).form, json.form);
    let renamed = json.form.app.replace("Calls", "Phone");
    let typed = after(json, [Action::Paste(Field::App, renamed)]);
    let back = choose(typed, OWN_APP);
    assert_eq!(back.form.text(own(OwnPart::Name)), "Phone");
    assert_eq!(back.form.app, OWN_APP);
}

#[test]
fn an_import_is_shown_in_words_if_it_can_be_and_else_as_json() {
    let words = choose(State::default(), OWN_APP);
    let exported = words.form.app_text();
    let state = import(choose(words.clone(), "wire"), &exported);
    assert_eq!(state.form.app_text(), exported);
    assert_eq!(
        (state.form.app.as_str(), &state.import_error),
        (OWN_APP, &None)
    );

    let state = import(words.clone(), RICH);
    assert_eq!(state.form.app, RICH);
    assert_eq!(state.form.own, words.form.own);
    assert_eq!(after(state, [Action::Undo]).form, words.form);
}

#[test]
fn an_import_that_cannot_be_read_changes_nothing_and_is_told() {
    let words = choose(State::default(), OWN_APP);
    for (text, code) in [
        ("{", "profile_not_json"),
        (r#"{"name":"x","colour":1}"#, "profile_unknown_key"),
        (
            r#"{"name":"x","handle":{"paths":["a..b"]}}"#,
            "profile_bad_path",
        ),
        ("{}", "profile_missing_key"),
    ] {
        let state = import(words.clone(), text);
        assert_eq!(state.form, words.form, "{text}");
        assert_eq!(state.import_error.as_ref().unwrap().code(), code, "{text}");
        let next = after(state, [Action::Edit(Field::BundleId, "x".to_owned())]);
        assert_eq!(next.import_error, None);
    }
    let nested = (0..12).fold(r#"{"has":"a"}"#.to_owned(), |inner, _| {
        format!(r#"{{"not":{inner}}}"#)
    });
    let deep =
        format!(r#"{{"name":"x","rules":[{{"if":{nested},"then":"crash","because":"x."}}]}}"#);
    let state = import(words.clone(), &deep);
    assert_eq!(state.import_error.unwrap().code(), "profile_too_deep");
    let large = after(
        words.clone(),
        [Action::ImportApp("{".to_owned(), 1024 * 1024)],
    );
    let told = large.import_error.unwrap().to_string();
    assert!(told.contains("1048576 bytes"), "{told}");
    assert_eq!(large.form, words.form);
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(MOST_BYTES));
    let code = import(words, &long).import_error.unwrap().code();
    assert_eq!(code, "profile_too_large");
}

#[test]
fn the_description_outlives_the_tab_also_while_another_app_is_chosen() {
    for app in [OWN_APP, "", "wire", RICH] {
        let described = after(
            choose(State::default(), OWN_APP),
            [
                Action::Paste(own(OwnPart::Handle), "a\nb".to_owned()),
                Action::Paste(own(OwnPart::EndPath), "type".to_owned()),
            ],
        );
        let form = Form {
            app: app.to_owned(),
            ..described.form
        };
        assert_eq!(form_of(&Draft::of(&form).to_text()).unwrap(), form);
    }
}

/// Draft of a version with paths beside a recognised app.
fn old_draft(app: &str, payload: &str, paths: &[(&str, &str)]) -> Form {
    let mut stored = json!({ "payload": payload, "app-profile": app });
    for name in [
        "path-handle",
        "path-caller-name",
        "path-call-uuid",
        "path-has-video",
    ] {
        stored[name] = "".into();
    }
    for (name, text) in paths {
        stored[*name] = (*text).into();
    }
    form_of(&stored.to_string()).unwrap()
}

#[test]
fn paths_of_an_older_draft_become_an_own_app() {
    let payload = r#"{"meta":{"call_id":"{{uuid}}"},"who":"alice","callerName":"Alice"}"#;
    let form = old_draft("", payload, &[("path-handle", "who")]);
    assert_eq!(form.app, OWN_APP);
    for (part, text) in [
        (OwnPart::Handle, "who"),
        (OwnPart::CallUuid, "meta.call_id"),
        (OwnPart::CallerName, "callerName"),
        (OwnPart::HasVideo, ""),
        (OwnPart::Unreadable, "no-report"),
    ] {
        assert_eq!(form.text(own(part)), text, "{part:?}");
    }
    let wrong = old_draft("", "{", &[("path-call-uuid", "a..b")]);
    assert_eq!(wrong.text(own(OwnPart::CallUuid)), "a..b");
    assert_eq!(wrong.text(own(OwnPart::Handle)), "handle");

    let none = old_draft("", payload, &[]);
    assert_eq!((none.app.as_str(), none.own.is_blank()), ("", true));
    let chosen = old_draft("wire", payload, &[("path-handle", "who")]);
    assert_eq!(chosen.app, "wire");
}

#[test]
fn a_preset_with_paths_describes_an_own_app() {
    let preset = json!({ "name": "Calls", "path_handle": "who", "path_call_uuid": "ref" });
    let info = json!({ "access": { "granted": true }, "presets": [preset] });
    let state = after(
        State::default(),
        [
            Action::RelayInfo(RelayInfo::new(info)),
            Action::UsePreset("Calls".to_owned()),
        ],
    );
    assert_eq!(state.form.app, OWN_APP);
    assert_eq!(state.form.text(own(OwnPart::CallUuid)), "ref");
}
