//! Configuration file of the first version: the same policy and presets come of it.

use serde_json::Value;

use crate::support::trill::Trill;

const SETTINGS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/first_version/trill.toml"
);
const PRESETS: &str = include_str!("../fixtures/first_version/presets.json");

#[test]
fn its_policy_and_presets_are_offered_as_before() {
    let trill = Trill::start(&["--config", SETTINGS]);
    let relay = trill.request("GET", "/api/relay", &[], b"").json();
    let presets: Value = serde_json::from_str(PRESETS).unwrap();
    assert_eq!(relay["presets"], presets);
    let policy = &relay["policy"];
    assert_eq!(
        (&policy["topics"][1], &policy["environments"]["production"]),
        (&Value::from("com.example.beta.*"), &Value::from("confirm"))
    );
}
