//! The templates, and the placeholders in them.

use std::collections::BTreeSet;

use serde_json::Value;
use trill::apns::uuid::Uuid;
use trill::apns::{DeviceToken, Finding, Payload, PushType, Severity};
use trill::call::placeholder::{self, Values};
use trill::call::profile::{self, Profile};
use trill::call::template::{Template, list};
use trill::call::{
    AppChoice, IncomingCall, PhoneRule as Rule, PhoneState, ReceivingApp, phone, template,
};
use trill::lint::Request;
use trill::lint::call::{Subject, check};

use crate::{OTHER_UUID, UUID};

#[test]
fn the_articles_payload_is_recognised_with_any_uuid() {
    let fresh = template::article();
    assert!(fresh.contains("\"{{uuid}}\""));
    for text in [
        &fresh,
        &template::ARTICLE.replace(UUID, OTHER_UUID),
        template::ARTICLE,
    ] {
        assert!(template::is_article(text), "{text}");
    }
    for own in [
        "",
        "{}",
        &template::ARTICLE.replace("alice", "bob"),
        &format!("{} ", template::ARTICLE),
    ] {
        assert!(!template::is_article(own), "{own}");
    }
}

#[test]
fn placeholders_are_filled_and_unknown_words_stay() {
    let values = Values {
        uuid: Uuid::parse(UUID).unwrap(),
        now_ms: 1_709_210_096_789,
        counter: 7,
        device: Some(DeviceToken::from_bytes(&[0xab; 2])),
    };
    let text = r#"{"id":"{{uuid}}","at":{{now}},"ms":{{now_ms}},"iso":"{{iso_now}}","n":{{counter}},"to":"{{device}}","x":"{{what}}"}"#;
    let filled = format!(
        r#"{{"id":"{UUID}","at":1709210096,"ms":1709210096789,"iso":"2024-02-29T12:34:56Z","n":7,"to":"abab","x":"{{{{what}}}}"}}"#
    );
    assert_eq!(placeholder::fill(text, &values), filled);
    assert!(placeholder::has_any(text) && !placeholder::has_any("{{what}}"));
    for (seconds, iso) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
    ] {
        assert_eq!(
            placeholder::fill(
                "{{iso_now}}",
                &Values {
                    now_ms: seconds * 1000,
                    ..values.clone()
                }
            ),
            iso
        );
    }
}

fn values() -> Values {
    Values {
        uuid: Uuid::parse(UUID).unwrap(),
        now_ms: 1_709_210_096_789,
        counter: 1,
        device: None,
    }
}

/// The payload of a template as it is sent, within the limit of its type.
fn payload(template: &Template) -> Value {
    let text = placeholder::fill(&template.text, &values());
    Payload::parse(&text, template.push_type)
        .unwrap_or_else(|error| panic!("{}: {error}", template.id))
        .value()
        .clone()
}

fn choice(template: &Template) -> AppChoice {
    AppChoice::parse(&template.app).unwrap()
}

fn findings(template: &Template, payload: &Value, topic: &str) -> Vec<Finding> {
    let app = choice(template).resolve(payload);
    let call = app.read(payload);
    let request = Request {
        push_type: template.push_type,
        topic: Some(topic),
        ..Request::voip(payload)
    };
    check(&Subject::new(request, &app, &call))
}

fn of_type(push_type: PushType) -> impl Iterator<Item = &'static Template> {
    list::all()
        .iter()
        .filter(move |template| template.push_type == push_type)
}

/// Template of an app, and the app's profile.
fn of_apps() -> impl Iterator<Item = (&'static Template, &'static Profile)> {
    of_type(PushType::Voip).map(|template| {
        let id = template.id.strip_suffix("-cancel").unwrap_or(&template.id);
        let profile = profile::all().iter().find(|profile| profile.id == id);
        (template, &**profile.unwrap())
    })
}

#[test]
fn every_template_is_for_its_app_and_rings_and_every_cancel_does_not() {
    for (template, profile) in of_apps() {
        let (id, payload) = (&template.id, payload(template));
        match choice(template).resolve(&payload) {
            ReceivingApp::Known(app) => assert_eq!(app.id, profile.id, "{id}"),
            app => assert!(
                app.is_unknown() && profile.kind == "pattern",
                "{id}: {app:?}"
            ),
        }
        let outcome = phone::forecast(&payload, &choice(template));
        let is_cancel = template.id.ends_with("-cancel");
        assert_eq!(
            outcome.rule == Rule::Reported,
            !is_cancel,
            "{id}: {outcome:?}"
        );
        if !is_cancel {
            assert!(matches!(outcome.state, PhoneState::Ringing(_)), "{id}");
        }
    }
}

#[test]
fn the_linter_has_little_to_say_about_templates() {
    for template in list::all()
        .iter()
        .filter(|template| !template.id.ends_with("-cancel"))
    {
        let payload = payload(template);
        let topic = ["com.example.calls", template.push_type.topic_suffix()].concat();
        let found = findings(template, &payload, &topic);
        assert!(
            found
                .iter()
                .all(|finding| finding.severity == Severity::Note
                    || finding.code == "app-versions-differ"),
            "{}: {found:#?}",
            template.id
        );
        let topic = findings(template, &payload, "com.example.other.complication");
        assert!(
            topic
                .iter()
                .any(|finding| finding.code == "push-type-not-of-topic"
                    || finding.code == "topic-without-suffix")
        );
    }
}

#[test]
fn push_to_talk_has_a_speaker_or_leaves_or_updates() {
    let payloads: Vec<Value> = of_type(PushType::PushToTalk).map(payload).collect();
    let [speaker, leave, update] = payloads.as_slice() else {
        panic!("{payloads:?}")
    };
    assert!(speaker["activeSpeaker"].is_string());
    assert!(leave.get("activeSpeaker").is_none() && leave.get("aps").is_none());
    assert_eq!(update["aps"]["ptt-push-type"], "service-update");
    for template in of_type(PushType::PushToTalk) {
        assert!(
            template.app.is_empty() && IncomingCall::read(&payload(template)).title().is_none(),
            "{}",
            template.id
        );
    }
}

/// Returns `true` if the app makes the UUID of a call, so that no value is new in each payload.
fn makes_uuid(template: &Template) -> bool {
    profile::find(&template.id).is_some_and(|profile| profile.call_uuid.is_made)
}

#[test]
fn templates_have_names_and_fresh_values() {
    let templates = list::all();
    let ids: BTreeSet<&str> = templates
        .iter()
        .map(|template| template.id.as_str())
        .collect();
    let names: BTreeSet<&str> = templates
        .iter()
        .map(|template| template.name.as_str())
        .collect();
    assert_eq!((ids.len(), names.len()), (templates.len(), templates.len()));
    for template in templates {
        let id = &template.id;
        assert!(
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{id}"
        );
        assert!(!template.name.is_empty(), "{id}");
        assert!(
            id == "article" || placeholder::has_any(&template.text) || makes_uuid(template),
            "{id}"
        );
        assert!(
            !placeholder::fill(&template.text, &values()).contains("{{"),
            "{id}"
        );
    }
    assert_eq!(
        (templates[0].id.as_str(), templates[0].text.as_str()),
        ("article", template::ARTICLE)
    );
}
