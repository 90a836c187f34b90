//! Wrong first, then right, with the keyboard alone: no mouse, nothing set from outside. Nobody is
//! corrected while still typing, what was typed stays, and in the end the phone rings.

use serde_json::json;
use trill::call::template::ARTICLE;

use crate::driver::{CONTROL, NONE, by_test};
use crate::support::openssl;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, TEAM_ID, Visit};

/// Finding about a field, which is told in its note.
fn finding(field: &str) -> String {
    match field {
        "key-paste" => format!("{} {}", by_test("key-file"), by_test("finding")),
        _ => format!("#{field}-note {}", by_test("finding")),
    }
}

impl Visit {
    /// Types into a field, whatever stood there, and makes sure that nothing is said about it meanwhile.
    async fn type_into(&self, field: &str, text: &str) {
        self.tab.select_all().await;
        for character in text.chars() {
            self.tab.type_text(&character.to_string()).await;
            let said = self.tab.has(&finding(field)).await;
            assert!(
                !said,
                "{field}: corrected while still typing, at {}",
                self.tab.text(&by_test(field)).await
            );
        }
        assert_eq!(self.tab.text(&by_test(field)).await, text);
    }

    /// Types something wrong, leaves the field, and comes back when it is told what is wrong.
    async fn type_wrong(&self, field: &str, wrong: &str, rule: &str) {
        let place = by_test(field);
        self.tab.tab_to(&place).await;
        self.type_into(field, wrong).await;
        self.tab.press("Tab", NONE).await;
        self.tab
            .wait_for(&format!("{}[data-rule=\"{rule}\"]", finding(field)), SOON)
            .await;
        assert_eq!(
            self.tab.text(&place).await,
            wrong,
            "what was typed is still there"
        );
        self.tab.tab_back_to(&place).await;
    }

    /// Goes on to a field and types what belongs there.
    async fn type_right(&self, field: &str, right: &str) {
        self.tab.tab_to(&by_test(field)).await;
        self.tab.select_all().await;
        self.tab.type_text(right).await;
        self.tab.press("Tab", NONE).await;
        self.assert_nothing_wrong(field).await;
        assert_eq!(self.tab.text(&by_test(field)).await, right);
    }

    async fn assert_nothing_wrong(&self, field: &str) {
        self.tab
            .wait_until(
                &format!("document.querySelector({}) === null", json!(finding(field))),
                SOON,
            )
            .await;
    }

    /// Pastes a key as its text.
    async fn paste_key(&self, key: &str) {
        self.tab.copy(key).await;
        self.tab.tab_to(&by_test("key-paste")).await;
        self.tab.select_all().await;
        self.tab.paste().await;
    }

    /// Presses what sends, and waits until the phone rings.
    async fn ring_by_keyboard(&self, key: &KeyFile) {
        self.tab.press("Enter", CONTROL).await;
        self.wait_for_outcome("accepted", SOON).await;
        self.tab
            .wait_for("[data-test=\"phone\"][data-state=\"ringing\"]", SOON)
            .await;
        let capture = self.tab.capture().await;
        capture.assert_no_key(&key.scalar);
        capture.assert_quiet(&[]);
        assert_eq!(
            self.decisions().len(),
            1,
            "nothing left the page before it was right"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_then_the_right_one() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    let without_end = key.text.replace("-----END PRIVATE KEY-----", "");
    let other = openssl::p256_key();
    for (wrong, rule) in [
        (openssl::public_key(&other), "key_is_public"),
        (openssl::certificate(&other), "key_is_cert"),
        (without_end, "key_cut_end"),
        (key.text.replacen('M', "ü", 1), "key_bad_char"),
    ] {
        visit.paste_key(&wrong).await;
        visit.tab.press("Tab", NONE).await;
        visit
            .tab
            .wait_for(
                &format!("{}[data-rule=\"{rule}\"]", finding("key-paste")),
                SOON,
            )
            .await;
        assert_eq!(
            visit.tab.text(&by_test("key-paste")).await,
            wrong,
            "what was pasted is still there"
        );
        visit.tab.tab_back_to(&by_test("key-paste")).await;
    }
    visit.paste_key(&key.text).await;
    visit.tab.wait_for(&by_test("forget-key"), SOON).await;
    visit.assert_nothing_wrong("key-paste").await;
    for (field, right) in [
        ("key-id", KEY_ID),
        ("team-id", TEAM_ID),
        ("bundle-id", BUNDLE_ID),
        ("device-token", DEVICE_TOKEN),
    ] {
        visit.type_right(field, right).await;
    }
    visit.ring_by_keyboard(&key).await;
    visit.assert_key_not_kept(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_about_a_key_before_its_box_is_left() {
    let visit = Visit::new().await;
    visit
        .type_wrong("key-paste", "-----BEGIN PRIVATE KEY-----", "key_cut_end")
        .await;
    visit.tab.select_all().await;
    visit.tab.press("Delete", NONE).await;
    visit.tab.press("Tab", NONE).await;
    visit.assert_nothing_wrong("key-paste").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_name_of_key_team_app_or_phone_and_then_the_right_one() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.paste_key(&key.text).await;
    let with_wrong_character = DEVICE_TOKEN.replacen("5a", "5g", 1);
    let voip = format!("{BUNDLE_ID}.voip");
    let voip_twice = format!("{voip}.voip");
    for (field, right, wrongs) in [
        (
            "key-id",
            KEY_ID,
            vec![("abc123defg", "key_id_case"), ("ABC", "key_id_length")],
        ),
        ("team-id", TEAM_ID, vec![("TEAM65432", "team_length")]),
        (
            "bundle-id",
            BUNDLE_ID,
            vec![
                ("com.example/calls", "topic_char"),
                (&voip_twice, "topic_voip_form"),
            ],
        ),
        (
            "device-token",
            DEVICE_TOKEN,
            vec![
                (with_wrong_character.as_str(), "token_char"),
                (&DEVICE_TOKEN[1..], "token_odd"),
            ],
        ),
    ] {
        for (wrong, rule) in wrongs {
            visit.type_wrong(field, wrong, rule).await;
        }
        visit.type_right(field, right).await;
    }
    // The topic as APNs has it is as good as the bundle ID.
    visit.tab.tab_back_to(&by_test("bundle-id")).await;
    visit.type_right("bundle-id", &voip).await;
    visit.ring_by_keyboard(&key).await;
    assert_eq!(visit.decisions()[0]["topic"], voip);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_payload_and_then_the_right_one() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.paste_key(&key.text).await;
    for (field, right) in [
        ("key-id", KEY_ID),
        ("team-id", TEAM_ID),
        ("bundle-id", BUNDLE_ID),
        ("device-token", DEVICE_TOKEN),
    ] {
        visit.type_right(field, right).await;
    }
    for (wrong, rule) in [
        (r#"{"handle": "alice", }"#, "json_trailing_comma"),
        (
            "{\n  \"handle\": \"alice\"\n  \"callUUID\": \"1\"\n}",
            "json_missing_comma",
        ),
        ("{'handle': 'alice'}", "json_single_quotes"),
        ("{“handle”: “alice”}", "json_smart_quotes"),
        (r#"{"handle": "alice", "n": "#, "json_unclosed"),
    ] {
        visit.type_wrong("payload", wrong, rule).await;
    }
    // A wrong payload does not leave the page either.
    visit.tab.press("Enter", CONTROL).await;
    visit.tab.wait_for(&by_test("stopped"), SOON).await;
    visit.type_right("payload", ARTICLE).await;
    visit.ring_by_keyboard(&key).await;
    assert_eq!(visit.tab.text(".caller-name").await, "alice@example.com");
}
