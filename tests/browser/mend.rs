//! The buttons that mend the payload in place, and Undo, which brings back what was typed. All of
//! it with the keyboard.

use serde_json::json;

use crate::driver::{NONE, by_test};
use crate::visit::{SOON, Visit};

/// Note beneath the editor.
const NOTE: &str = "#payload-note";

impl Visit {
    /// Types a payload and leaves the editor.
    async fn write_payload(&self, payload: &str) {
        self.tab.copy(payload).await;
        self.tab.tab_to(&by_test("payload")).await;
        self.tab.select_all().await;
        self.tab.paste().await;
        self.tab.press("Tab", NONE).await;
        self.wait_for_value("payload", payload).await;
    }

    /// Walks to the button that mends what a rule found, and presses it.
    async fn mend(&self, place: &str, rule: &str) {
        let found = format!("{place} [data-rule=\"{rule}\"]");
        self.tab.wait_for(&found, SOON).await;
        // In a list each finding has its own button; beneath the editor there is one.
        let own = format!("{found} {}", by_test("fix"));
        let button = if self.tab.has(&own).await {
            own
        } else {
            format!("{place} {}", by_test("fix"))
        };
        self.tab.tab_back_to(&by_test("payload")).await;
        self.tab.tab_to(&button).await;
        self.tab.press("Enter", NONE).await;
        self.tab
            .wait_until(
                &format!("document.querySelector({}) === null", json!(found)),
                SOON,
            )
            .await;
    }

    async fn undo(&self) {
        self.tab.tab_back_to(&by_test("undo")).await;
        self.tab.press("Enter", NONE).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_json_forbids_is_mended_beneath_the_editor_and_nothing_else_changes() {
    let visit = Visit::new().await;
    for (rule, typed, mended) in [
        (
            "json_trailing_comma",
            "{\n\t\"handle\" :\"alice\",   \"list\":[1, 2 ,],\n\n  \"note\": \"a, }\",\n}\n",
            "{\n\t\"handle\" :\"alice\",   \"list\":[1, 2 ],\n\n  \"note\": \"a, }\"\n}\n",
        ),
        (
            "json_smart_quotes",
            "{ “handle”:“alice” ,\n\"said\" : \"“so”, she said\" }",
            "{ \"handle\":\"alice\" ,\n\"said\" : \"“so”, she said\" }",
        ),
        (
            "json_single_quotes",
            "{'handle': 'it\\'s',\n    'n' : 1e2}",
            "{\"handle\": \"it's\",\n    \"n\" : 1e2}",
        ),
        (
            "json_comment",
            "{\n  \"n\": 1, // one\n  \"url\": \"http://x\"\n}",
            "{\n  \"n\": 1, \n  \"url\": \"http://x\"\n}",
        ),
    ] {
        visit.write_payload(typed).await;
        visit.mend(NOTE, rule).await;
        visit.wait_for_value("payload", mended).await;
        visit.undo().await;
        visit.wait_for_value("payload", typed).await;
        // The old mistake is back.
        visit
            .tab
            .wait_for(&format!("{NOTE} [data-rule=\"{rule}\"]"), SOON)
            .await;
    }
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_would_trip_over_is_mended_among_the_findings_and_nothing_else_changes() {
    let visit = Visit::new().await;
    let findings = by_test("findings");
    for (rule, typed, mended) in [
        (
            "flag-not-boolean",
            "{\"handle\":\"alice\",\n\n    \"callUUID\" : \"{{uuid}}\" ,\"hasVideo\" : \"yes\",\n\t\"at\":{{now}}, \"n\":1.50 }",
            "{\"handle\":\"alice\",\n\n    \"callUUID\" : \"{{uuid}}\" ,\"hasVideo\" : true,\n\t\"at\":{{now}}, \"n\":1.50 }",
        ),
        (
            "null-value",
            "{ \"handle\": \"alice\", \"room\":null,\n  \"callUUID\": \"{{uuid}}\", \"at\":{{now}} }",
            "{ \"handle\": \"alice\", \"callUUID\": \"{{uuid}}\", \"at\":{{now}} }",
        ),
        (
            "call-in-text",
            "{\"at\" : {{now}},\"call\" : \"{\\\"handle\\\":\\\"alice\\\"}\"}",
            "{\"at\" : {{now}},\"call\" : {\"handle\":\"alice\"}}",
        ),
        (
            "headers-in-payload",
            "{\"handle\":\"alice\",  \"apns-priority\": 10,  \"callUUID\":\"{{uuid}}\",  \"at\":{{now}}}",
            "{\"handle\":\"alice\",  \"callUUID\":\"{{uuid}}\",  \"at\":{{now}}}",
        ),
    ] {
        visit.write_payload(typed).await;
        visit.mend(&findings, rule).await;
        visit.wait_for_value("payload", mended).await;
        visit.undo().await;
        visit.wait_for_value("payload", typed).await;
        visit
            .tab
            .wait_for(&format!("{findings} [data-rule=\"{rule}\"]"), SOON)
            .await;
    }
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_command_or_dict_becomes_a_payload_beneath_the_editor() {
    let visit = Visit::new().await;
    let command = include_str!("../fixtures/cases/payloads/curl-command.txt").trim_end();
    visit.write_payload(command).await;
    visit.mend(NOTE, "payload_command").await;
    visit
        .wait_for_value(
            "payload",
            "{\"aps\":{\"alert\":\"Alice Call\"},\"id\":\"44d915e1-5ff4-4bed-bf13-c423048ec97a\",\"nameCaller\":\"Alice\",\"handle\":\"0123456789\",\"isVideo\":true}",
        )
        .await;
    visit
        .wait_for_value("bundle-id", "com.example.testing")
        .await;
    // One undo takes back every field.
    visit.undo().await;
    visit.wait_for_value("payload", command).await;
    visit.wait_for_value("bundle-id", "").await;
    let dict = include_str!("../fixtures/cases/payloads/python-dict.txt").trim_end();
    visit.write_payload(dict).await;
    visit.mend(NOTE, "payload_python").await;
    visit
        .wait_for_value(
            "payload",
            "{\n  \"aps\": {\n    \"alert\": \"Incoming call\"\n  },\n  \"callUUID\": \"f579cc8c-7127-4ca3-a9f5-dd4a591a2567\",\n  \"handle\": \"alice\",\n  \"hasVideo\": false,\n  \"extra\": null\n}",
        )
        .await;
    visit.undo().await;
    visit.wait_for_value("payload", dict).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fix_all_mends_headers_and_payload_in_one_step_that_undo_takes_back() {
    let visit = Visit::new().await;
    visit
        .tab
        .tab_to(&format!("{} summary", by_test("headers")))
        .await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.tab_to(&by_test("priority")).await;
    visit.tab.type_text("5").await;
    let typed = "{\"handle\":\"alice\",  \"apns-priority\": 10,  \"callUUID\":\"{{uuid}}\",  \"at\":{{now}}}";
    visit.write_payload(typed).await;
    let button = by_test("fix-all");
    visit.tab.wait_for(&button, SOON).await;
    assert_eq!(visit.tab.text(&button).await, "Fix all 2");
    visit.tab.tab_back_to(&by_test("payload")).await;
    visit.tab.tab_to(&button).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("priority", "10").await;
    visit
        .wait_for_value(
            "payload",
            "{\"handle\":\"alice\",  \"callUUID\":\"{{uuid}}\",  \"at\":{{now}}}",
        )
        .await;
    assert!(!visit.tab.has(&button).await);
    visit.undo().await;
    visit.wait_for_value("priority", "5").await;
    visit.wait_for_value("payload", typed).await;
    // Mistakes that hide one another are counted, too.
    let typed = "{'handle': \"alice\", // who\n \"n\": [1, 2,], \"at\": 5,}";
    visit.write_payload(typed).await;
    visit.wait_to_say(&button, "Fix all 4").await;
    visit.tab.tab_back_to(&by_test("payload")).await;
    visit.tab.tab_to(&button).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .wait_for_value(
            "payload",
            "{\"handle\": \"alice\", \n \"n\": [1, 2], \"at\": 5}",
        )
        .await;
    visit.wait_for_value("priority", "10").await;
    visit.undo().await;
    visit.wait_for_value("payload", typed).await;
    visit.tab.capture().await.assert_quiet(&[]);
}
