//! Several tabs: each keeps its own draft, and none overwrites another's.

use serde_json::{Value, json};

use crate::driver::{NONE, Tab, by_test};
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, SOON, TEAM_ID, Visit};

/// Copies what a duplicated tab takes along.
const SESSION: &str = "JSON.stringify({ ...sessionStorage })";

async fn holds(tab: &Tab, field: &str, value: &str) {
    tab.wait_for(&by_test("demo"), SOON).await;
    tab.wait_until(
        &format!(
            "document.querySelector('{}')?.value === {}",
            by_test(field),
            json!(value)
        ),
        SOON,
    )
    .await;
}

async fn fill(tab: &Tab, field: &str, value: &str) {
    tab.set_value(&by_test(field), value).await;
    // A tab in the background takes its time.
    holds(tab, field, value).await;
}

impl Visit {
    async fn another_tab(&self) -> Tab {
        let tab = self.new_tab().await;
        tab.goto(&format!("{}/", self.trill.origin())).await;
        tab.wait_for(&by_test("demo"), SOON).await;
        tab
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_keep_two_drafts_over_reloads() {
    let visit = Visit::new().await;
    fill(&visit.tab, "bundle-id", "com.acme.first").await;
    let other = visit.another_tab().await;
    fill(&other, "bundle-id", "com.acme.second").await;
    fill(&other, "payload", "{\"second\": 1}").await;
    fill(&visit.tab, "team-id", TEAM_ID).await;
    for _ in 0..2 {
        visit.tab.reload().await;
        other.reload().await;
        holds(&visit.tab, "bundle-id", "com.acme.first").await;
        holds(&visit.tab, "team-id", TEAM_ID).await;
        holds(&other, "bundle-id", "com.acme.second").await;
        holds(&other, "payload", "{\"second\": 1}").await;
    }
    // The draft of a tab that was closed greets the next new one, and that one alone.
    other.close().await;
    let next = visit.another_tab().await;
    holds(&next, "bundle-id", "com.acme.second").await;
    fill(&next, "bundle-id", "com.acme.third").await;
    next.reload().await;
    holds(&next, "bundle-id", "com.acme.third").await;
    holds(&visit.tab, "bundle-id", "com.acme.first").await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_tab_shows_the_same_and_shares_nothing() {
    let visit = Visit::new().await;
    fill(&visit.tab, "bundle-id", BUNDLE_ID).await;
    visit
        .tab
        .wait_until(&format!("({SESSION}).length > 2"), SOON)
        .await;
    let session = visit.tab.eval(SESSION).await;
    // A duplicate begins with a copy of the session storage.
    let duplicate = visit.new_tab().await;
    let copy = format!(
        "for (const [name, text] of Object.entries({})) sessionStorage.setItem(name, text)",
        session.as_str().unwrap()
    );
    duplicate
        .call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": format!("if (!sessionStorage.length) {{ {copy} }}") }),
        )
        .await;
    duplicate.goto(&format!("{}/", visit.trill.origin())).await;
    holds(&duplicate, "bundle-id", BUNDLE_ID).await;
    assert_ne!(
        duplicate.eval(SESSION).await,
        session,
        "it has a draft of its own"
    );
    fill(&duplicate, "bundle-id", "com.acme.duplicate").await;
    fill(&visit.tab, "team-id", TEAM_ID).await;
    duplicate.reload().await;
    visit.tab.reload().await;
    holds(&duplicate, "bundle-id", "com.acme.duplicate").await;
    holds(&duplicate, "team-id", "").await;
    holds(&visit.tab, "bundle-id", BUNDLE_ID).await;
    holds(&visit.tab, "team-id", TEAM_ID).await;
    assert_eq!(visit.tab.eval(SESSION).await, session);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_set_aside_by_the_demo_survive_a_reload() {
    let visit = Visit::new().await;
    for (field, text) in [
        ("team-id", TEAM_ID),
        ("bundle-id", "com.acme.mine"),
        ("device-token", DEVICE_TOKEN),
    ] {
        fill(&visit.tab, field, text).await;
    }
    visit.tab.click(&by_test("demo")).await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"ringing\"]", SOON)
        .await;
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("bring-back"), SOON).await;
    holds(&visit.tab, "bundle-id", BUNDLE_ID).await;
    visit.tab.click(&by_test("bring-back")).await;
    for (field, text) in [
        ("team-id", TEAM_ID),
        ("bundle-id", "com.acme.mine"),
        ("device-token", DEVICE_TOKEN),
    ] {
        holds(&visit.tab, field, text).await;
    }
    visit.tab.reload().await;
    holds(&visit.tab, "bundle-id", "com.acme.mine").await;
    assert!(!visit.tab.has(&by_test("bring-back")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_letter_before_a_reload_is_kept_and_the_draft_of_an_older_version_too() {
    let visit = Visit::closed(&[]).await;
    visit
        .tab
        .goto(&format!("{}/healthz", visit.trill.origin()))
        .await;
    visit.tab.eval(r#"localStorage.setItem("trill.draft", '{"environment":"sandbox","bundle-id":"com.acme.old"}')"#).await;
    visit.open().await;
    holds(&visit.tab, "bundle-id", "com.acme.old").await;
    assert_eq!(
        visit.tab.eval("localStorage.getItem('trill.draft')").await,
        Value::Null
    );
    visit.tab.click(&by_test("bundle-id")).await;
    visit.tab.type_text("x").await;
    let typed = visit.tab.text(&by_test("bundle-id")).await;
    visit.tab.reload().await;
    holds(&visit.tab, "bundle-id", &typed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_busy_page_has_not_handled_yet_is_kept_over_a_reload() {
    let visit = Visit::new().await;
    fill(&visit.tab, "team-id", "ABCD").await;
    let headers = format!("{} summary", by_test("headers"));
    visit.tab.click(&headers).await;
    visit.tab.wait_for(&by_test("push-type"), SOON).await;
    // The page yields to the browser after 16 ms of work: here after each message, and for long.
    let busy = "(() => {
        const [now, timeout] = [Date.now, window.setTimeout];
        let ahead = 0;
        Date.now = () => now() + (ahead += 20);
        window.setTimeout = (work, wait) => timeout(work, wait === 0 ? 60_000 : wait);
    })()";
    visit.tab.eval(busy).await;
    visit.tab.click(&by_test("team-id")).await;
    visit.tab.press("End", NONE).await;
    visit.tab.type_text("EFGH").await;
    visit.tab.tab_to(&by_test("push-type")).await;
    visit.tab.type_text("b").await;
    visit.choose_environment("sandbox").await;
    assert_eq!(visit.tab.text(&by_test("team-id")).await, "ABCDEFGH");
    visit.tab.reload().await;
    holds(&visit.tab, "team-id", "ABCDEFGH").await;
    holds(&visit.tab, "push-type", "background").await;
    let sandbox = "[data-test=environment] input[value=sandbox]:checked";
    visit.tab.wait_for(sandbox, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_storage_is_said_once_and_stops_nothing() {
    let visit = Visit::new().await;
    fill(&visit.tab, "bundle-id", BUNDLE_ID).await;
    let full = "(() => { let size = 1 << 20; for (let n = 0; size > 0 && n < 500; n++) { \
        try { localStorage.setItem('full' + n, 'x'.repeat(size)) } catch { size = size >> 1 } } })()";
    visit.tab.eval(full).await;
    fill(
        &visit.tab,
        "payload",
        &format!("{{\"a\":\"{}\"}}", "b".repeat(2_000)),
    )
    .await;
    visit.tab.wait_for(&by_test("unsaved"), SOON).await;
    visit.tab.type_text("  ").await;
    assert_eq!(
        visit
            .tab
            .eval("document.querySelectorAll('[data-test=unsaved]').length")
            .await,
        1
    );
    visit.tab.eval("localStorage.removeItem('full0')").await;
    // Nothing more is typed: the page tries again by itself.
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=unsaved]') === null",
            SOON,
        )
        .await;
    let typed = visit.tab.text(&by_test("payload")).await;
    visit.tab.reload().await;
    holds(&visit.tab, "payload", &typed).await;
}
