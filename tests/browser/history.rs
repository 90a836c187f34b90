//! Undo and redo on the page: one history over every field, with the keyboard, the buttons and the browser's own menu.

use serde_json::json;

use crate::driver::{CONTROL, META, NONE, SHIFT, by_test};
use crate::visit::{BUNDLE_ID, SOON, Visit};

impl Visit {
    /// Waits until the caret of a field stands behind so many characters.
    async fn wait_for_caret(&self, field: &str, at: usize) {
        let caret = format!(
            "(e => e.selectionStart === {at} && e.selectionEnd === {at})(document.getElementById({}))",
            json!(field)
        );
        self.tab.wait_until(&caret, SOON).await;
    }

    async fn wait_for_flag(&self, button: &str, disabled: bool) {
        self.tab
            .wait_for(
                &format!("{}[aria-disabled={disabled}]", by_test(button)),
                SOON,
            )
            .await;
    }

    async fn unfold_all(&self) {
        self.describe_own_app().await;
        self.tab
            .click(&format!("{} summary", by_test("headers")))
            .await;
        self.tab
            .wait_for(&format!("{}[open]", by_test("headers")), SOON)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_undone_and_redone_with_the_keyboard() {
    let visit = Visit::new().await;
    visit.unfold_all().await;
    let fields = [
        "key-id",
        "team-id",
        "bundle-id",
        "device-token",
        "priority",
        "expiration",
        "collapse-id",
        "payload",
        "path-handle",
        "path-call-uuid",
        "path-caller-name",
        "path-has-video",
        "path-sent-at",
        "own-app-name",
        "path-end",
        "end-value",
    ];
    for field in fields {
        let first = visit.tab.text(&by_test(field)).await;
        visit.fill(field, "pasted").await;
        visit.tab.type_text("1").await;
        visit.wait_for_value(field, "pasted1").await;
        visit.tab.press("z", CONTROL).await;
        visit.wait_for_value(field, "pasted").await;
        visit.wait_for_caret(field, 6).await;
        visit.tab.press("z", META).await;
        visit.wait_for_value(field, &first).await;
        visit.tab.press("z", CONTROL | SHIFT).await;
        visit.wait_for_value(field, "pasted").await;
        visit.tab.press("y", CONTROL).await;
        visit.wait_for_value(field, "pasted1").await;
        visit.wait_for_focus(field).await;
    }
    // All of it back, whatever has the focus, and what was folded away shows itself.
    visit
        .tab
        .click(&format!("{} summary", by_test("headers")))
        .await;
    let mut presses = 0;
    while !visit.tab.has("[data-test=undo][aria-disabled=true]").await {
        assert!(
            presses <= 2 * fields.len(),
            "two steps for each field, and one for the app"
        );
        visit.tab.press("z", CONTROL).await;
        // Each step is drawn before the next one.
        visit
            .tab
            .eval("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
            .await;
        presses += 1;
    }
    visit.tab.wait_for("[data-test=headers][open]", SOON).await;
    for field in fields.iter().take_while(|field| **field != "payload") {
        visit.wait_for_value(field, "").await;
    }
    assert!(!visit.tab.has(&by_test("mapping")).await);
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_changed_and_what_was_typed_behind_it_are_undone_in_order() {
    let visit = Visit::new().await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    let (wrong, mended) = (
        r#"{ "handle": "alice", "list": [1, 2,], "n": 1 }"#,
        r#"{ "handle": "alice", "list": [1, 2], "n": 1 }"#,
    );
    visit.fill("payload", wrong).await;
    visit.tab.press("Tab", NONE).await;
    visit
        .tab
        .click(&format!("#payload-note {}", by_test("fix")))
        .await;
    visit.wait_for_value("payload", mended).await;
    // The caret stands where the comma was, and so does the focus.
    visit.wait_for_focus("payload").await;
    visit
        .wait_for_caret("payload", mended.find(']').unwrap())
        .await;
    visit.tab.click(&by_test("minify")).await;
    let minified = r#"{"handle":"alice","list":[1,2],"n":1}"#;
    visit.wait_for_value("payload", minified).await;
    visit.tab.tab_to(&by_test("payload")).await;
    visit.tab.press("End", CONTROL).await;
    visit.tab.type_text("x").await;
    visit
        .wait_for_value("payload", &format!("{minified}x"))
        .await;
    visit.tab.tab_back_to(&by_test("template")).await;
    visit.tab.type_text("Ro").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=payload]').value.includes('incoming_call')",
            SOON,
        )
        .await;
    let template = visit.tab.text(&by_test("payload")).await;

    let steps = [&format!("{minified}x"), minified, mended, wrong];
    for text in steps {
        visit.tab.press("z", CONTROL).await;
        visit.wait_for_value("payload", text).await;
    }
    // Typing into the middle of it leaves no stray character behind.
    for text in steps
        .iter()
        .rev()
        .skip(1)
        .copied()
        .chain([template.as_str()])
    {
        visit.tab.press("z", CONTROL | SHIFT).await;
        visit.wait_for_value("payload", text).await;
    }
    visit.wait_for_flag("redo", true).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browsers_own_undo_walks_the_same_history() {
    let visit = Visit::new().await;
    visit.fill("bundle-id", "com.acme").await;
    visit.fill("payload", "{}").await;
    visit.tab.type_text("x").await;
    visit.wait_for_value("payload", "{}x").await;
    visit.tab.undo_by_menu().await;
    visit.wait_for_value("payload", "{}").await;
    // The menu's own redo knows nothing to redo: nothing was undone by it.
    visit.tab.press("y", CONTROL).await;
    visit.wait_for_value("payload", "{}x").await;
    assert_eq!(visit.tab.text(&by_test("bundle-id")).await, "com.acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_keep_their_places_and_the_focus() {
    let visit = Visit::new().await;
    visit.wait_for_flag("undo", true).await;
    visit.wait_for_flag("redo", true).await;
    visit.fill("bundle-id", BUNDLE_ID).await;
    visit.wait_for_flag("undo", false).await;
    visit.tab.tab_to(&by_test("undo")).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("bundle-id", "").await;
    visit.wait_for_flag("undo", true).await;
    visit
        .tab
        .wait_until("document.activeElement.dataset.test === 'undo'", SOON)
        .await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("bundle-id", "").await;
    visit.tab.tab_to(&by_test("redo")).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;
    visit.wait_for_flag("redo", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_no_part_of_the_form_keeps_the_browsers_own_undo() {
    let visit = Visit::new().await;
    visit.fill("bundle-id", BUNDLE_ID).await;
    visit.tab.tab_back_to(&by_test("key-paste")).await;
    visit.tab.type_text("abc").await;
    visit.tab.press("z", CONTROL).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;
}
