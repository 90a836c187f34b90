//! Stored texts of the first version of the page, which had one draft for all tabs. They still load.

use serde_json::Value;
use trill::apns::{DeviceToken, Environment, PushType};
use trill::app::app_choice::OWN_APP;
use trill::app::draft::Draft;
use trill::app::form::Field;
use trill::app::preset;
use trill::call::OwnPart;
use trill::diagnosis::DeviceMemory;

const DRAFT: &str = include_str!("../fixtures/first_version/draft.json");
const DEVICES: &str = include_str!("../fixtures/first_version/devices.txt");
const PRESETS: &str = include_str!("../fixtures/first_version/presets.json");
const DEVICE_TOKEN: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";

#[test]
fn every_field_of_a_draft_is_there_again() {
    let stored: Value = serde_json::from_str(DRAFT).unwrap();
    let form = Draft::read(DRAFT).unwrap().form();
    assert_eq!(
        (form.environment, form.push_type),
        (Environment::Sandbox, PushType::PushToTalk)
    );
    for (name, text) in stored.as_object().unwrap() {
        if let Some(field) = Field::named(name) {
            assert_eq!(form.text(field), text, "{name}");
        }
    }
    // The first version had paths beside a recognised app.
    assert_eq!(form.app, OWN_APP);
    assert_eq!(form.text(Field::Own(OwnPart::Unreadable)), "no-report");
}

#[test]
fn the_memory_of_a_device_is_there_again() {
    let memory = DeviceMemory::read(DEVICES);
    let token = DeviceToken::parse(DEVICE_TOKEN).unwrap();
    assert_eq!(memory.home(&token), Some(Environment::Sandbox));
    let history = memory.history(&token);
    assert_eq!(
        history.len(),
        2,
        "it worked in one place and was refused in the other"
    );
    assert_eq!(memory.to_text(), DEVICES);
}

#[test]
fn a_preset_fills_every_field_that_it_names() {
    let presets: Value = serde_json::from_str(PRESETS).unwrap();
    let full = &presets[0];
    assert_eq!(preset::environment(full), Some(Environment::Sandbox));
    assert_eq!(preset::push_type(full), Some(PushType::Voip));
    for (field, text) in [
        (Field::KeyId, "ABC123DEFG"),
        (Field::TeamId, "TEAM654321"),
        (Field::Certificate, ""),
        (Field::BundleId, "com.example.calls"),
        (Field::DeviceToken, DEVICE_TOKEN),
        (Field::Payload, "{\"handle\":\"alice\",\"aps\":{}}"),
    ] {
        assert_eq!(preset::text(full, field), Some(text), "{}", field.name());
    }
    let bare = &presets[1];
    assert!(
        Field::ALL
            .iter()
            .all(|field| preset::text(bare, *field).is_none())
    );
}
