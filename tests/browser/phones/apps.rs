//! Registered apps: their secrets, their end, and the page of another user.

use serde_json::{Value, json};

use super::{JSON, Stage, arguments, rows};
use crate::driver::{NONE, by_test};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_registered_by_keyboard_and_its_secret_is_shown_once() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    visit.tab.tab_to(&by_test("phones")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("app-form"), SOON).await;
    visit.tab.tab_to(&by_test("app-bundle-ids")).await;
    visit.tab.type_text("com.example.calls, my app!").await;
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    let name = "#app-name-note [data-test=finding]";
    visit.tab.wait_for(name, SOON).await;
    let sentence = visit.tab.text(name).await;
    assert!(
        sentence.starts_with("The field “name” is blank"),
        "{sentence}"
    );
    visit.tab.tab_back_to(&by_test("app-name")).await;
    visit.tab.type_text("Calls").await;
    assert!(!visit.tab.has(name).await, "its text has changed");
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    let ids = "#app-bundle-ids-note [data-test=finding]";
    visit.tab.wait_for(ids, SOON).await;
    visit.fill("app-bundle-ids", "com.example.calls").await;
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("app-secret"), SOON).await;
    let has_focus = "document.activeElement.id === 'new-secret'";
    visit.tab.wait_until(has_focus, SOON).await;
    let code = "document.querySelector('[data-test=qr-code] path').getAttribute('d').startsWith('M0 0h7v1h-7z')";
    assert_eq!(visit.tab.eval(code).await, true);
    let copied = "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }";
    visit.tab.eval(copied).await;
    visit.tab.tab_to(&by_test("copy-secret")).await;
    visit.tab.press("Enter", NONE).await;
    let secret = visit.tab.text(&by_test("app-secret")).await;
    assert_eq!(visit.tab.eval("window.copied").await, secret.as_str());
    stage.register(&secret, &Value::Null);
    stage.wait_for_device("registered").await;
    visit.tab.tab_to(&by_test("hide-secret")).await;
    visit.tab.press("Enter", NONE).await;
    let gone = "document.querySelector('[data-test=new-secret]') === null";
    visit.tab.wait_until(gone, SOON).await;
    let kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])";
    let kept = visit.tab.eval(kept).await;
    assert!(
        !kept.as_str().unwrap().contains(&secret),
        "it was shown once"
    );
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("phones"), SOON).await;
    stage.open_card().await;
    assert!(!visit.tab.has(&by_test("app-secret")).await);
    assert_eq!(rows(visit, "registered-app").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_renewed_and_revoked_and_an_app_deleted_after_a_question() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    let first = stage.app();
    stage.register(&first, &Value::Null);
    stage.open_card().await;
    visit.tab.click(&by_test("renew-secret")).await;
    visit.tab.wait_for(&by_test("app-secret"), SOON).await;
    let second = visit.tab.text(&by_test("app-secret")).await;
    let path = format!("/api/devices/{DEVICE_TOKEN}");
    let status = |secret: &str| {
        stage
            .as_app(
                secret,
                "PUT",
                &path,
                &json!({ "bundle_id": BUNDLE_ID, "environment": "sandbox" }),
            )
            .status
    };
    assert_eq!((status(&first), status(&second)), (401, 200));
    visit.tab.click(&by_test("revoke-secret")).await;
    let revoked = "document.querySelector('[data-test=revoke-secret]') === null";
    visit.tab.wait_until(revoked, SOON).await;
    assert_eq!(status(&second), 401);
    visit.tab.tab_to(&by_test("delete-app")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("ask-delete"), SOON).await;
    visit.wait_for_focus("delete-no").await;
    let question = visit.tab.text("#ask-delete").await;
    assert_eq!(
        question,
        "Delete Calls, its 1 device, their sends and receipts?"
    );
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("delete-app"), SOON).await;
    visit.tab.click(&by_test("delete-app")).await;
    visit.tab.wait_for(&by_test("delete-yes"), SOON).await;
    visit.tab.click(&by_test("delete-yes")).await;
    let none = "document.querySelector('[data-test=registered-app], [data-test=registered-device]') === null";
    visit.tab.wait_until(none, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_page_shows_nothing_of_an_app() {
    let mut visit = Visit::closed(&[]).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let folder = TempDir::new();
    let [phones, data] = arguments(&folder);
    let public = format!("--public-url=http://{address}");
    let users = [
        "--user-header=x-user",
        "--trusted-proxy=127.0.0.1",
        "--insecure-http",
    ];
    visit.trill = Trill::start_on(
        &address,
        &[&[phones.as_str(), &data, &public], users.as_slice()].concat(),
    );
    let body = json!({ "name": "Calls", "bundle_ids": [BUNDLE_ID] }).to_string();
    let alice = [JSON, ("x-user", "alice")];
    let app = visit
        .trill
        .request("POST", "/api/apps", &alice, body.as_bytes());
    assert_eq!(app.status, 201, "{}", app.text());
    for (user, apps) in [("alice", 1), ("bob", 0)] {
        let headers = json!({ "headers": { "x-user": user } });
        visit.tab.call("Network.setExtraHTTPHeaders", headers).await;
        visit.open().await;
        visit.tab.wait_for(&by_test("phones"), SOON).await;
        visit.tab.click(&by_test("phones")).await;
        visit.tab.wait_for(&by_test("app-form"), SOON).await;
        let shown = format!(
            "document.querySelector('[data-test=relay]').textContent === '{user}' && document.querySelectorAll('[data-test=registered-app]').length === {apps}"
        );
        visit.tab.wait_until(&shown, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_push_server_one_line_says_how_to_get_one() {
    let visit = Visit::new().await;
    visit
        .tab
        .wait_for("[data-test=phones-off] [aria-hidden=false] code", SOON)
        .await;
    let line = visit.tab.text(&by_test("phones-off")).await;
    assert!(line.contains("trill serve --phones ADDR"), "{line}");
    assert!(!visit.tab.has(&by_test("phones")).await);
}
