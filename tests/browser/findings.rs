//! Findings before anything is sent: the worst first, each with its rule, and with
//! a button where it can be fixed.

use serde_json::json;

use crate::driver::{CONTROL, NONE, by_test};
use crate::visit::{BUNDLE_ID, KEY_ID, KeyFile, SOON, TEAM_ID, Visit};

/// Rule and severity of each finding, in the order of the page.
const LIST: &str = "[...document.querySelectorAll('[data-test=findings] [data-test=finding]')].map(e => [e.dataset.rule, e.dataset.severity])";

fn found(rule: &str, severity: &str) -> String {
    format!(
        "{} [data-rule=\"{rule}\"][data-severity=\"{severity}\"]",
        by_test("findings")
    )
}

impl Visit {
    async fn findings(&self) -> Vec<(String, String)> {
        serde_json::from_value(self.tab.eval(LIST).await).expect("pairs of rule and severity")
    }

    /// Mends what a rule found with its own button.
    async fn repair(&self, rule: &str, severity: &str) {
        let row = found(rule, severity);
        self.tab.wait_for(&row, SOON).await;
        self.tab.click(&format!("{row} {}", by_test("fix"))).await;
        self.tab
            .wait_until(
                &format!("document.querySelector({}) === null", json!(row)),
                SOON,
            )
            .await;
    }

    /// Opens a part of the form that is folded away.
    async fn unfold(&self, part: &str) {
        self.tab.click(&format!("{} summary", by_test(part))).await;
        self.tab
            .wait_for(&format!("{}[open]", by_test(part)), SOON)
            .await;
    }

    /// Chooses from a list by its first letters, as the keyboard does.
    async fn choose(&self, list: &str, letters: &str) {
        self.tab.tab_to(&by_test(list)).await;
        self.tab.type_text(letters).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_before_warnings_and_warnings_before_notes() {
    let visit = Visit::new().await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    let severities = ["error", "warning", "note"];
    for (payload, expected, some_of_each) in [
        (
            r#"{"aps":{"alert":"x","content-available":1},"uuid":"42","callerName":"Alice Example","handle":"alice","room":null,"apns-priority":10}"#,
            vec![
                "app-crashes",
                "null-value",
                "headers-in-payload",
                "alert-ignored",
            ],
            vec![0, 1, 2],
        ),
        (
            r#"{"call":"{\"handle\":\"a\"}","type":"call_ended"}"#,
            vec!["call-in-text", "looks-like-an-end", "no-sent-time"],
            vec![1, 2],
        ),
    ] {
        visit.fill("payload", payload).await;
        visit
            .tab
            .wait_for(
                &format!("{} [data-rule=\"{}\"]", by_test("findings"), expected[0]),
                SOON,
            )
            .await;
        let list = visit.findings().await;
        let rank = |severity: &str| {
            severities
                .iter()
                .position(|known| *known == severity)
                .expect("a known severity")
        };
        let ranks: Vec<usize> = list.iter().map(|(_, severity)| rank(severity)).collect();
        assert!(ranks.is_sorted(), "{list:?}");
        let mut kinds = ranks.clone();
        kinds.dedup();
        assert_eq!(kinds, some_of_each, "some of each: {list:?}");
        for rule in expected {
            assert!(
                list.iter().any(|(found, _)| found == rule),
                "{rule} is not in {list:?}"
            );
        }
    }
    // A finding that is fixed goes from the list.
    visit
        .fill(
            "payload",
            r#"{"handle":"alice","callUUID":"{{uuid}}","sentAt":"{{iso_now}}"}"#,
        )
        .await;
    visit.tab.wait_until(&format!("({LIST}).every(([rule, severity]) => severity !== 'error' && severity !== 'warning')"), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_do_not_fit_the_template_are_pointed_out_and_mended() {
    let visit = Visit::new().await;
    visit.fill("bundle-id", BUNDLE_ID).await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    visit.choose("template", "Ro").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=payload]').value.includes('incoming_call')",
            SOON,
        )
        .await;
    let template = visit.tab.text(&by_test("payload")).await;
    assert_eq!(
        visit
            .findings()
            .await
            .iter()
            .filter(|(_, severity)| severity != "note")
            .count(),
        0
    );

    // A call with the priority of something that can wait.
    visit.unfold("headers").await;
    visit.fill("priority", "5").await;
    visit.repair("priority-not-10", "warning").await;
    visit.wait_for_value("priority", "10").await;

    // This priority is the wrong one for another push type.
    visit.choose("push-type", "b").await;
    visit.wait_for_value("push-type", "background").await;
    visit.repair("background-priority", "error").await;
    visit.wait_for_value("priority", "5").await;

    // And the other way round.
    visit.tab.tab_back_to(&by_test("push-type")).await;
    visit.tab.type_text("v").await;
    visit.wait_for_value("push-type", "voip").await;
    visit.repair("priority-not-10", "warning").await;

    // Expiration and collapse ID are in the list as well.
    visit.fill("expiration", "in 1 h").await;
    visit.repair("expiration-long", "warning").await;
    visit.wait_for_value("expiration", "0").await;
    visit.fill("collapse-id", "call").await;
    visit
        .tab
        .wait_for(&found("collapse-id-on-call", "note"), SOON)
        .await;
    visit
        .tab
        .click(&format!("{} summary", by_test("findings")))
        .await;
    visit.repair("collapse-id-on-call", "note").await;
    visit.wait_for_value("collapse-id", "").await;
    assert_eq!(
        visit.tab.text(&by_test("payload")).await,
        template,
        "headers are not the payload's business"
    );
    visit.tab.press("Tab", NONE).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_names_are_told_once_beside_them_and_the_click_swaps_them() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.drop_key(key.path()).await;
    visit.wait_for_value("key-id", KEY_ID).await;
    visit.fill("key-id", TEAM_ID).await;
    visit.fill("team-id", KEY_ID).await;
    visit.tab.press("Tab", NONE).await;
    visit
        .tab
        .wait_for("#team-id-note [data-rule=ids_swapped]", SOON)
        .await;
    let told = "[...document.querySelectorAll('[data-test=finding]')].filter(e => e.dataset.severity !== 'note').map(e => e.dataset.rule)";
    assert_eq!(visit.tab.eval(told).await, json!(["ids_swapped"]));
    visit
        .tab
        .click(&format!("#team-id-note {}", by_test("fix")))
        .await;
    visit.wait_for_value("key-id", KEY_ID).await;
    visit.wait_for_value("team-id", TEAM_ID).await;
    assert_eq!(visit.tab.eval(told).await, json!([]));
    // Both are one step.
    visit.tab.press("z", CONTROL).await;
    visit.wait_for_value("key-id", TEAM_ID).await;
    visit.wait_for_value("team-id", KEY_ID).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_paste_into_the_fields_is_understood() {
    let visit = Visit::new().await;
    visit.unfold("headers").await;
    let digits = "b0471188f184d03dcef8efc81ea88daf51ea5b077cf22eb4a073121607049c3d";
    let other = "1c6a41e2b7f05d9938e47a20cc51de08f37b962a4d80e1f55c93a7be04d26f18";
    for (field, pasted, rule, fixed) in [
        (
            "device-token",
            format!("pushRegistry -> deviceToken :{digits}"),
            "token_in_text",
            digits,
        ),
        (
            "device-token",
            format!("{digits}:voip&{other}"),
            "token_in_text",
            digits,
        ),
        (
            "device-token",
            format!("{digits}\n{other}"),
            "token_several",
            digits,
        ),
        (
            "device-token",
            "00008110-001A2C3E0E91801E".to_owned(),
            "token_is_udid",
            "",
        ),
        (
            "bundle-id",
            "<com.example.calls>".to_owned(),
            "topic_char",
            "com.example.calls",
        ),
        (
            "bundle-id",
            "com example calls".to_owned(),
            "topic_char",
            "com.example.calls",
        ),
        (
            "expiration",
            "120".to_owned(),
            "expiration_past",
            "in 120 s",
        ),
    ] {
        visit.tab.copy(&pasted).await;
        visit.tab.click(&by_test(field)).await;
        visit.tab.select_all().await;
        visit.tab.paste().await;
        visit.tab.press("Tab", NONE).await;
        visit
            .tab
            .wait_for(&format!("#{field}-note [data-rule={rule}]"), SOON)
            .await;
        let fix = format!("#{field}-note {}", by_test("fix"));
        if fixed.is_empty() {
            assert!(
                !visit.tab.has(&fix).await,
                "{pasted}: nobody knows what was meant"
            );
        } else {
            visit.tab.click(&fix).await;
            visit.wait_for_value(field, fixed).await;
        }
    }
}
