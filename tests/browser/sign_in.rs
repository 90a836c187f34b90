//! A page that asks who is there: by a link, by typing, and again in the middle of everything.

use serde_json::{Value, json};

use crate::driver::{CONTROL, NONE, by_test};
use crate::front::{Front, Manner, TOKEN};
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, TEAM_ID, Visit};

fn open() -> String {
    format!("{}[open]", by_test("sign-in"))
}

impl Visit {
    async fn wait_until_signed_in(&self) {
        self.tab
            .wait_until(
                &format!("document.querySelector({}) === null", json!(open())),
                SOON,
            )
            .await;
        // Paths that only somebody with access gets.
        let relay = json!(by_test("relay"));
        let granted = format!(
            "document.querySelector({relay}).dataset.state === 'up' && document.querySelector({relay}).textContent !== 'Not signed in'"
        );
        self.tab.wait_until(&granted, SOON).await;
    }

    /// Fails if the token stands where somebody could find it.
    async fn assert_token_not_kept(&self, front: &Front) {
        let places = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, document.documentElement.outerHTML, [...document.querySelectorAll('input')].map(field => field.value)])";
        let kept = self.tab.eval(places).await;
        assert!(!kept.as_str().unwrap().contains(TOKEN), "{kept}");
        let history = self.tab.call("Page.getNavigationHistory", json!({})).await;
        // Text that was typed for it; only the browser itself knows it.
        let mut addresses = history["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["url"]);
        assert!(
            addresses.all(|address| !address.to_string().contains(TOKEN)),
            "{history}"
        );
        let capture = self.tab.capture().await;
        for request in &capture.requests {
            assert!(
                !request.url.contains(TOKEN)
                    || request.url == format!("{}/#access={TOKEN}", front.origin()),
                "{}",
                request.url
            );
            let carriers: Vec<_> = request
                .headers
                .iter()
                .filter(|(_, value)| value.contains(TOKEN))
                .map(|(name, _)| name.as_str())
                .collect();
            let may: &[&str] = if request.path() == "/api/session" {
                &["trill-access"]
            } else {
                &[]
            };
            assert!(
                carriers.iter().all(|name| may.contains(name)),
                "{} {} carries it in {carriers:?}",
                request.method,
                request.url
            );
            assert!(!String::from_utf8_lossy(request.bytes()).contains(TOKEN));
        }
        capture.assert_own_origin_only(&front.origin());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_and_its_token_is_gone_before_anything_else_happens() {
    let visit = Visit::closed(&[]).await;
    let front = Front::guarded(&visit.trill);
    visit
        .tab
        .goto(&format!("{}/#access={TOKEN}", front.origin()))
        .await;
    visit.wait_until_signed_in().await;
    assert_eq!(
        visit.tab.eval("location.href").await,
        format!("{}/", front.origin())
    );
    visit.assert_token_not_kept(&front).await;
    let capture = visit.tab.capture().await;
    let calls: Vec<_> = capture
        .requests
        .iter()
        .filter(|request| request.path().starts_with("/api/"))
        .map(|request| (request.method.as_str(), request.path()))
        .collect();
    assert_eq!(
        calls[..2],
        [("POST", "/api/session"), ("GET", "/api/relay")],
        "nothing is asked before"
    );
    capture.assert_quiet(&[]);
    // The cookie alone is enough from now on.
    visit.tab.reload().await;
    visit.wait_until_signed_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_typed_wrong_and_then_right_by_keyboard_alone() {
    let visit = Visit::closed(&[]).await;
    let front = Front::guarded(&visit.trill);
    visit.tab.goto(&format!("{}/", front.origin())).await;
    visit.tab.wait_for(&open(), SOON).await;
    assert_eq!(
        visit.tab.eval("document.activeElement.dataset.test").await,
        "access-token"
    );
    assert_eq!(
        visit.tab.eval("document.activeElement.type").await,
        "password"
    );
    visit.tab.type_text("Wrong").await;
    visit.tab.press("Enter", NONE).await;
    let says = format!("{} [role=alert]", by_test("sign-in"));
    visit
        .tab
        .wait_until(
            &format!(
                "document.querySelector({}).innerText.includes('not the access token')",
                json!(says)
            ),
            SOON,
        )
        .await;
    assert_eq!(
        visit.tab.text(&by_test("access-token")).await,
        "Wrong",
        "what was typed is still there"
    );
    visit.tab.select_all().await;
    visit.tab.type_text(TOKEN).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_until_signed_in().await;
    visit.assert_token_not_kept(&front).await;
    visit
        .tab
        .capture()
        .await
        .assert_quiet(&[("/api/session", 401)]);

    // Out again; what only somebody with access gets is not asked for any more.
    visit.tab.tab_to(&by_test("session")).await;
    assert_eq!(visit.tab.text(&by_test("session")).await, "Sign out");
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&open(), SOON).await;
    assert_eq!(front.manner.lock().unwrap().sessions, 0);
    visit.tab.press("Escape", NONE).await;
    assert_eq!(visit.tab.text(&by_test("session")).await, "Sign in");
    visit
        .tab
        .capture()
        .await
        .assert_quiet(&[("/api/session", 401)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_costs_nothing_that_was_typed() {
    let key = KeyFile::new();
    let visit = Visit::closed(&[]).await;
    let front = Front::guarded(&visit.trill);
    visit
        .tab
        .goto(&format!("{}/#access={TOKEN}", front.origin()))
        .await;
    visit.wait_until_signed_in().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    let payload =
        r#"{"handle":"alice","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","mine":1}"#;
    visit.fill_all(&key, payload).await;
    front.manner.lock().unwrap().sessions = 0;
    visit.send().await;
    visit.tab.wait_for(&open(), SOON).await;
    visit.wait_for_outcome("not-sent", SOON).await;
    assert_eq!(
        visit
            .tab
            .attribute(&by_test("outcome"), "data-reason")
            .await
            .as_deref(),
        Some("sign_in")
    );
    assert!(
        visit
            .tab
            .text(&by_test("outcome"))
            .await
            .contains("This page needs access.")
    );

    visit.tab.type_text(TOKEN).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_until_signed_in().await;
    for (field, value) in [
        ("key-id", KEY_ID),
        ("team-id", TEAM_ID),
        ("bundle-id", BUNDLE_ID),
        ("device-token", DEVICE_TOKEN),
        ("payload", payload),
    ] {
        assert_eq!(visit.tab.text(&by_test(field)).await, value, "{field}");
    }
    assert!(
        visit.tab.has(&by_test("forget-key")).await,
        "the key is still in this tab"
    );
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_outcome("accepted", SOON).await;
    assert_eq!(visit.decisions().len(), 1);
    visit.assert_key_not_kept(&key).await;
    visit.assert_token_not_kept(&front).await;
    visit.tab.capture().await.assert_no_key(&key.scalar);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_there_is_nothing_to_type() {
    let visit = Visit::closed(&[]).await;
    let access = json!({ "mode": "proxy", "granted": true, "user": "alice", "insecure": [] });
    let front = Front::of(
        &visit.trill,
        Manner {
            offers: json!({ "access": access }),
            is_guarded: true,
            ..Manner::default()
        },
    );
    visit.tab.goto(&format!("{}/", front.origin())).await;
    visit.tab.wait_for(&open(), SOON).await;
    assert!(
        visit
            .tab
            .text(&by_test("sign-in"))
            .await
            .contains("did not say who you are")
    );
    assert_eq!(
        visit
            .tab
            .eval("document.querySelector('#access-token').offsetParent")
            .await,
        Value::Null,
        "no field"
    );
    visit.tab.capture().await.assert_quiet(&[]);

    front.manner.lock().unwrap().is_guarded = false;
    visit.tab.reload().await;
    visit.wait_until_signed_in().await;
    assert_eq!(visit.tab.text(&by_test("relay")).await, "alice");
    assert!(
        !visit.tab.has(&by_test("session")).await,
        "the proxy signs people out"
    );
}
