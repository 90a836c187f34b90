//! Secrets that reach the page: no field gets them, no draft holds them, and the page says where they went.

use serde_json::json;
use trill::apns::key_file;
use trill::apns::secret::{self, Secret};
use trill::app::action::Action;
use trill::app::draft::{Draft, KeptText};
use trill::app::form::{Field, Form};
use trill::app::inspector::state::Change;
use trill::app::relay_info::RelayInfo;
use trill::app::secret_guard::{self, KeptOut, Place, admit};
use trill::app::state::State;
use trill::call::template::Template;

use super::{after, article, filled, key};

const KEY: &str = include_str!("../fixtures/keys/rfc7515-apple.p8");
const OTHER_KEY: &str = include_str!("../fixtures/keys/rsa-pkcs1.pem");
const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ.WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo";

fn secrets() -> [String; 4] {
    let body: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    [
        KEY.to_owned(),
        body,
        TOKEN.to_owned(),
        json!({ "handle": "alice", "key": KEY }).to_string(),
    ]
}

#[test]
fn no_action_puts_a_secret_into_a_field() {
    for text in secrets() {
        for field in Field::ALL {
            for action in [
                Action::Edit(field, text.clone()),
                Action::Fix(field, text.clone()),
            ] {
                let state = after(State::opening(Some(filled())), [action]);
                assert_eq!(state.form, filled(), "{field:?}");
                assert!(
                    state.kept_out_of(Place::Field(field)).is_some(),
                    "{field:?}"
                );
                let next = after(state, [Action::Edit(field, "x".to_owned())]);
                assert_eq!(
                    (next.form.text(field), next.kept_out_of(Place::Field(field))),
                    ("x", None)
                );
            }
        }
    }
}

#[test]
fn what_an_operator_prepared_is_kept_out_too() {
    let template = Template {
        text: json!({ "key": KEY }).to_string(),
        ..*article()
    };
    let state = after(
        State::opening(Some(filled())),
        [Action::UseTemplate(Box::new(template))],
    );
    assert_eq!(state.form.payload, filled().payload);
    assert_eq!(
        state.kept_out,
        Some((Place::Field(Field::Payload), KeptOut::Prepared))
    );

    let preset = json!({ "name": "Calls", "team_id": "TEAM654321", "payload": json!({ "token": TOKEN }).to_string(), "device_token": KEY });
    let info = json!({ "access": { "mode": "open", "granted": true }, "presets": [preset] });
    let state = after(
        State::opening(Some(filled())),
        [
            Action::RelayInfo(RelayInfo::new(info)),
            Action::UsePreset("Calls".to_owned()),
        ],
    );
    assert_eq!(
        state.form,
        Form {
            team_id: "TEAM654321".to_owned(),
            ..filled()
        }
    );
}

#[test]
fn a_draft_cannot_hold_a_secret() {
    assert_eq!(KeptText::new(KEY), Err(Secret::Key));
    assert_eq!(KeptText::new(TOKEN), Err(Secret::ProviderToken));
    for text in secrets() {
        for field in Field::ALL {
            let mut form = filled();
            form.set(field, text.clone());
            let draft = Draft::of(&form);
            assert_eq!(secret::find(&draft.to_text()), None, "{field:?}");
            let mut rest = filled();
            rest.set(field, Form::default().text(field).to_owned());
            assert_eq!(draft.form(), rest, "{field:?}");
            // As an older version wrote it.
            let mut old =
                json!({ "environment": "sandbox", "push-type": "voip", "forgotten": text });
            for other in Field::ALL {
                old[other.name()] = json!(form.text(other));
            }
            assert_eq!(Draft::read(&old.to_string()), Some(draft), "{field:?}");
        }
    }
}

#[test]
fn what_comes_in_one_piece_goes_to_the_key_holder_and_the_field_keeps_what_it_held() {
    let pasted = admit(Some("ABC123"), &["ABC", KEY, "123"].concat()).unwrap();
    assert_eq!(
        (pasted.secret, pasted.keeps.as_str()),
        (Secret::Key, "ABC123")
    );
    let (kept_out, offer) = pasted.offer();
    assert_eq!(kept_out, KeptOut::Key);
    let state = after(
        State::opening(Some(filled())),
        [Action::KeepOut(
            Place::Field(Field::KeyId),
            kept_out,
            offer.map(|offer| ("Pasted key".to_owned(), offer)),
        )],
    );
    assert!(state.key.is_some() && state.kept_out_of(Place::Field(Field::KeyId)).is_some());
    assert_eq!(state.kept_out_of(Place::Page), None);

    let in_payload = json!({ "handle": "alice", "key": secrets()[1] }).to_string();
    assert_eq!(
        admit(Some("{}"), &in_payload).unwrap().offer().0,
        KeptOut::Key
    );
    assert_eq!(
        admit(Some("{}"), OTHER_KEY).unwrap().offer().0,
        KeptOut::UselessKey
    );
    let token = admit(Some("x"), &format!("x{TOKEN}")).unwrap();
    assert_eq!(
        (token.keeps.as_str(), token.offer().0),
        ("x", KeptOut::ProviderToken)
    );
    // The second half of a key that came in two.
    let (first, second) = KEY.split_at(70);
    let halves = admit(Some(first), &[first, second].concat()).unwrap();
    assert!(secret::find(&halves.keeps).is_none());
    assert_eq!(halves.offer().0, KeptOut::Key);
    // Nobody said what the field held.
    assert_eq!(
        admit(None, &["{\"a\":\"", TOKEN, "\"}"].concat())
            .unwrap()
            .keeps,
        "{\"a\":\"\"}"
    );
    assert!(admit(Some("ABC"), "ABCD").is_none());
}

#[test]
fn somebody_who_types_a_key_is_stopped_at_its_head() {
    let mut held = "{\"a\":\"".to_owned();
    let mut stops = 0;
    for character in KEY.chars() {
        let next = [held.as_str(), &character.to_string()].concat();
        held = match admit(Some(&held), &next) {
            Some(refused) => {
                stops += 1;
                assert_eq!(refused.offer().0, KeptOut::TypedKey);
                assert!(refused.offer().1.is_none());
                refused.keeps
            }
            None => next,
        };
        assert!(secret::find(&held).is_none());
    }
    assert!(stops >= 2, "the armour, and the base64");
    assert!(held.starts_with("{\"a\":\""));
}

#[test]
fn a_key_file_is_known_by_its_name_and_read_from_what_is_around_it() {
    assert!(
        ["AuthKey_ABC123DEFG.p8", "voip.P12", "a.pem"]
            .into_iter()
            .all(secret_guard::is_key_file)
    );
    assert!(
        !["call.json", "p8.txt"]
            .into_iter()
            .any(secret_guard::is_key_file)
    );
    let bundle = include_bytes!("../fixtures/keys/bundle.p12");
    assert_eq!(key_file::read(bundle).unwrap_err().code(), "key_is_p12");
    let payload = json!({ "handle": "alice", "key": secrets()[1] }).to_string();
    assert!(key_file::read(payload.as_bytes()).is_ok());
}

#[test]
fn a_note_goes_when_somebody_goes_on() {
    let kept_out = || Action::KeepOut(Place::Page, KeptOut::File, None);
    let state = after(State::default(), [kept_out(), Action::Wait(0)]);
    assert!(state.kept_out_of(Place::Page).is_some());
    assert_eq!(
        after(state, [Action::OfferKey("a.p8".to_owned(), Ok(key()))]).kept_out,
        None
    );
}

#[test]
fn the_late_answer_to_an_earlier_order_does_not_take_a_note_away() {
    let note = Action::KeepOut(Place::Simulator, KeptOut::Key, None);
    let state = after(
        State::default(),
        [note, Action::Inspector(Change::Answer(String::new()))],
    );
    assert!(state.kept_out_of(Place::Simulator).is_some());
    assert_eq!(
        after(state, [Action::Inspector(Change::Order)]).kept_out,
        None
    );
}

#[test]
fn every_note_is_short_and_ends() {
    let all = [
        KeptOut::Key,
        KeptOut::UselessKey,
        KeptOut::TypedKey,
        KeptOut::ProviderToken,
        KeptOut::Prepared,
        KeptOut::Stored,
        KeptOut::File,
    ];
    for kept_out in all {
        for place in [
            Place::Page,
            Place::Simulator,
            Place::SignIn,
            Place::Field(Field::Payload),
        ] {
            let says = kept_out.sentence(place);
            assert!(says.chars().count() <= 160 && says.ends_with('.'), "{says}");
        }
    }
}

#[test]
fn an_app_that_cannot_be_read_or_holds_a_secret_is_not_registered() {
    let app_profile = |text: &str| {
        let mut form = Form::default();
        form.set(Field::App, text.to_owned());
        form.app_profile().to_owned()
    };
    assert_eq!(app_profile(" telnyx-ios "), "telnyx-ios");
    assert_eq!(app_profile(r#"{"name":"Calls"}"#), r#"{"name":"Calls"}"#);
    for refused in ["nowhere", "{", r#"{"nam":"x"}"#] {
        assert_eq!(app_profile(refused), "", "{refused}");
    }
    let secret = "-----BEGIN PRIVATE KEY-----";
    assert_eq!(app_profile(&format!(r#"{{"name":"{secret}"}}"#)), "");
    assert_eq!(Field::named("app-profile"), Some(Field::App));
}
