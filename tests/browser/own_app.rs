//! The app that gets the push: recognised, chosen from the list, or described by its user.

use serde_json::json;
use trill::call::template::{ARTICLE, list};

use crate::driver::{CONTROL, NONE, by_test};
use crate::support::temp_dir::TempDir;
use crate::visit::{DEVICE_TOKEN, KeyFile, SOON, Visit};

fn phone(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", by_test("phone"))
}

impl Visit {
    /// Picks a template by the first letters of its name.
    async fn pick_template(&self, id: &str, letters: &str) {
        let template = list::all()
            .iter()
            .find(|template| template.id == id)
            .expect("there is such a template");
        self.tab
            .wait_for(&format!("option[value={id}]"), SOON)
            .await;
        self.tab.tab_to(&by_test("template")).await;
        self.tab.type_text(letters).await;
        self.wait_for_value("payload", &template.text).await;
    }

    async fn caller(&self) -> String {
        self.tab.text(".caller-name").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_phone_finds_the_call_where_each_sdk_puts_it() {
    let visit = Visit::new().await;
    for (id, letters, handle) in [
        ("flutter-callkit-incoming", "flutter_c", "+15551234567"),
        ("rocketchat", "Ro", ""),
        ("connectycube-flutter-call-kit", "Con", ""),
        ("telnyx-flutter", "Tel", "+15551234567"),
    ] {
        visit.pick_template(id, letters).await;
        visit.tab.click(&by_test("demo")).await;
        visit.tab.wait_for(&phone("ringing"), SOON).await;
        visit
            .tab
            .wait_until(
                &format!(
                    "document.querySelector('.phone-place').innerText.includes({})",
                    json!(handle)
                ),
                SOON,
            )
            .await;
        assert_eq!(visit.caller().await, "Alice Example", "{id}");
        visit.tab.click(&by_test("decline")).await;
        visit.tab.wait_for(&phone("idle"), SOON).await;
    }
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_phone_is_enrolled_with_the_app_of_the_form() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.fill_all(&key, "{}").await;
    visit.pick_template("telnyx-flutter", "Tel").await;
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    visit.tab.click(&by_test("enrol")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "Alice Example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrolled_from_the_page_learns_which_app_the_next_template_is_for() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    // Its explanation stands above the button.
    visit.wait_for_cause("key-not-enrolled").await;
    visit.tab.click(&by_test("enrol")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit.pick_template("telnyx-flutter", "Tel").await;
    visit.tab.press("Enter", CONTROL).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "Alice Example");
    assert_eq!(visit.decisions().len(), 3, "one rejected, two accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_told_nothing_of_the_mapping_finds_no_call() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    let path = format!("/api/simulator/devices/{DEVICE_TOKEN}");
    let enrol = |body: serde_json::Value| {
        let answer = visit.trill.request(
            "PUT",
            &path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    };
    let payload = r#"{"inner":{"deep":{"who":"alice","call":"{{uuid}}"}}}"#;
    visit.fill_all(&key, payload).await;
    enrol(json!({ "bundle_id": "com.example.calls" }));
    visit.send().await;
    visit.tab.wait_for(&phone("killed"), SOON).await;
    enrol(
        json!({ "bundle_id": "com.example.calls", "mapping": { "handle": "inner.deep.who", "call_uuid": "inner.deep.call" } }),
    );
    visit.send().await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "alice");
}

impl Visit {
    pub(crate) async fn wait_to_say(&self, selector: &str, text: &str) {
        let includes = format!(
            "document.querySelector({})?.innerText.includes({})",
            json!(selector),
            json!(text)
        );
        self.tab.wait_until(&includes, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_recognised_by_its_payload_and_changed_by_the_list() {
    let visit = Visit::new().await;
    let keys = r#"{"id":"{{uuid}}","nameCaller":"Alice Example","handle":"alice"}"#;
    visit.fill("payload", keys).await;
    let known = by_test("app-known");
    visit
        .wait_to_say(
            &known,
            "flutter_callkit_incoming, recognised by id, nameCaller.",
        )
        .await;
    let source = format!("{known} a[href^='https://github.com/hiennguyen92/']");
    visit.tab.wait_for(&source, SOON).await;
    visit
        .wait_to_say(
            "#payload-note",
            "rings with an audio call from Alice Example",
        )
        .await;
    visit.tab.tab_to(&by_test("app")).await;
    visit.tab.type_text("Wire").await;
    visit.wait_for_value("app", "wire").await;
    visit.wait_to_say(&known, "wireapp/").await;
    let rings = "document.querySelector('#payload-note').innerText.includes('rings with')";
    visit.tab.wait_until(&format!("!{rings}"), SOON).await;
    visit.tab.press("z", CONTROL).await;
    visit.wait_for_value("app", "").await;
    visit.tab.wait_until(rings, SOON).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_app_is_described_by_keyboard_wrong_first_and_kept_over_a_reload() {
    let visit = Visit::new().await;
    visit.tab.tab_to(&by_test("payload")).await;
    visit.tab.select_all().await;
    visit
        .tab
        .type_text(r#"{"inner":{"deep":{"who":"alice"}},"type":"call"}"#)
        .await;
    visit.describe_own_app().await;
    visit.wait_for_value("path-handle", "handle").await;
    visit
        .wait_to_say("#path-handle-note", "Not in this payload.")
        .await;

    let wrong = "#path-handle-note [data-test=finding][data-severity=error]";
    visit.tab.tab_to(&by_test("path-handle")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("from\ninner..who").await;
    assert!(
        !visit.tab.has(wrong).await,
        "nobody is corrected while typing"
    );
    visit.tab.press("Tab", NONE).await;
    visit
        .wait_to_say(wrong, "Line 2: There is no name at character 7")
        .await;
    visit.tab.tab_back_to(&by_test("path-handle")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("from\ninner.deep.who").await;
    visit.tab.press("Tab", NONE).await;
    visit
        .wait_to_say("#path-handle-note", "Finds “alice”.")
        .await;

    visit.tab.tab_to(&by_test("path-call-uuid")).await;
    visit.tab.select_all().await;
    visit.tab.press("Delete", NONE).await;
    visit.tab.tab_to(&by_test("makes-uuid")).await;
    visit.tab.press(" ", NONE).await;
    visit.tab.tab_to(&by_test("unreadable")).await;
    visit.tab.type_text("Cra").await;
    visit.wait_for_value("unreadable", "crash").await;
    visit.tab.tab_to(&by_test("path-end")).await;
    visit.tab.type_text("type").await;
    visit.wait_to_say("#path-end-note", "Finds “call”.").await;
    visit.tab.tab_to(&by_test("end-value")).await;
    visit.tab.type_text("cancel").await;
    visit
        .wait_to_say("#payload-note", "rings with an audio call from alice")
        .await;

    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("demo"), SOON).await;
    for (field, text) in [
        ("app", "own"),
        ("path-handle", "from\ninner.deep.who"),
        ("path-call-uuid", ""),
        ("unreadable", "crash"),
        ("path-end", "type"),
        ("end-value", "cancel"),
    ] {
        visit.wait_for_value(field, text).await;
    }
    assert!(visit.tab.has("#makes-uuid:checked").await);
    visit
        .wait_to_say("#payload-note", "rings with an audio call from alice")
        .await;
    visit.tab.tab_to(&by_test("demo")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "alice");

    visit.tab.tab_to(&by_test("payload")).await;
    visit.tab.select_all().await;
    visit.tab.type_text(r#"{"who":7}"#).await;
    visit.wait_to_say("#payload-note", "crashed").await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_app_is_exported_imported_and_edited_as_json() {
    let folder = TempDir::new();
    let plain = folder.write(
        "plain.json",
        r#"{"name":"Calls","handle":{"paths":["from"],"takes":["non-empty"]},"call_uuid":{"else":"made"},
            "rules":[{"if":{"not":{"any":[{"is":{"path":"from","forms":["non-empty"]}}]}},"then":"no-report",
                      "because":"It needs a handle: a text at from.","at":"from"}]}"#,
    );
    let rich = folder.write(
        "rich.json",
        r#"{"name":"Calls","handle":{"paths":["from"],"else":"Unknown"}}"#,
    );
    let wrong = folder.write("wrong.json", r#"{"name":"Calls","colour":1}"#);
    let large = folder.write("large.json", "x".repeat(1024 * 1024));

    let visit = Visit::new().await;
    visit.describe_own_app().await;
    visit.tab.choose_file(&by_test("app-import"), &plain).await;
    visit.wait_for_value("own-app-name", "Calls").await;
    visit.wait_for_value("path-handle", "from").await;
    visit.wait_for_value("unreadable", "no-report").await;
    let exported = visit
        .tab
        .eval("fetch(document.querySelector('[data-test=app-export]').href).then(r => r.json()).catch(() => JSON.parse(decodeURIComponent(document.querySelector('[data-test=app-export]').href.split(',').slice(1).join(','))))")
        .await;
    assert_eq!(exported["handle"]["paths"], json!(["from"]));
    assert_eq!(exported["call_uuid"], json!({ "else": "made" }));

    for (file, says) in [
        (&wrong, "The profile has an unknown key at profile."),
        (
            &large,
            "The profile has 1048576 bytes; at most 65,536 are read.",
        ),
    ] {
        visit.tab.choose_file(&by_test("app-import"), file).await;
        visit.wait_to_say(&by_test("mapping"), says).await;
        visit.wait_for_value("path-handle", "from").await;
    }

    visit.tab.choose_file(&by_test("app-import"), &rich).await;
    visit
        .wait_for_value(
            "app-profile",
            r#"{"name":"Calls","handle":{"paths":["from"],"else":"Unknown"}}"#,
        )
        .await;
    visit.wait_for_value("app", "json").await;
    visit.tab.press("z", CONTROL).await;
    visit.wait_for_value("own-app-name", "Calls").await;
}
