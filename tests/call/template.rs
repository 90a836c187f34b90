//! The templates, and the placeholders in them.

use serde_json::Value;
use trill::apns::DeviceToken;
use trill::apns::uuid::Uuid;
use trill::call::phone::receive;
use trill::call::placeholder::{self, Values};
use trill::call::{IncomingCall, PhoneState, Rule, template};

use crate::{OTHER_UUID, UUID};

#[test]
fn the_articles_payload_is_recognised_with_any_uuid() {
    let fresh = template::article(&Uuid::parse(OTHER_UUID).unwrap());
    assert!(fresh.contains(OTHER_UUID));
    assert!(template::is_article(&fresh) && template::is_article(template::ARTICLE));
    for own in ["", "{}", &template::ARTICLE.replace("alice", "bob"), &format!("{} ", template::ARTICLE)] {
        assert!(!template::is_article(own) && !template::is_untouched(own), "{own}");
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
    for (seconds, iso) in [(0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z")] {
        assert_eq!(placeholder::fill("{{iso_now}}", &Values { now_ms: seconds * 1000, ..values.clone() }), iso);
    }
}

#[test]
fn every_template_rings() {
    let values = Values { uuid: Uuid::parse(UUID).unwrap(), now_ms: 0, counter: 1, device: None };
    for template in &template::TEMPLATES {
        let payload: Value = serde_json::from_str(&placeholder::fill(template.text, &values)).unwrap();
        let outcome = receive(&PhoneState::Idle, IncomingCall::read(&payload));
        assert_eq!((outcome.state.as_str(), outcome.rule), ("ringing", Rule::Reported), "{}", template.name);
        assert!(template::is_untouched(template.text));
    }
}
