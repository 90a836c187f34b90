//! A page that somebody runs for a team: what it warns of, what it does not allow, what it has prepared, and how long to wait.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::{NONE, by_test};
use crate::front::{Front, Manner};
use crate::visit::{DEVICE_TOKEN, KEY_ID, KeyFile, SOON, TEAM_ID, Visit};

/// The page of a front that offers this.
async fn visit(offers: Value) -> (Visit, Front) {
    let visit = Visit::closed(&[]).await;
    let front = Front::of(
        &visit.trill,
        Manner {
            offers,
            ..Manner::default()
        },
    );
    visit.tab.goto(&format!("{}/", front.origin())).await;
    visit
        .tab
        .wait_for(&format!("{}[data-state=\"up\"]", by_test("relay")), SOON)
        .await;
    (visit, front)
}

fn policy(sandbox: &str, production: &str) -> Value {
    let environments = json!({ "simulator": "allowed", "simulator-production": "allowed", "sandbox": sandbox, "production": production });
    json!({ "policy": { "topics": null, "environments": environments } })
}

#[tokio::test(flavor = "multi_thread")]
async fn dangers_are_said_beside_the_key() {
    let (visit, _front) =
        visit(json!({ "access": { "mode": "none", "granted": true, "user": null, "insecure": ["http", "no-auth"] } })).await;
    let notices =
        visit.tab.eval("[...document.querySelectorAll('.signer [data-test=notice]')].map(notice => notice.innerText).join('|')").await;
    let (http, no_auth) = notices.as_str().unwrap().split_once('|').unwrap();
    assert!(
        http.starts_with("This page came over plain HTTP") && http.contains("HTTPS"),
        "{http}"
    );
    assert!(
        no_auth.starts_with("Anybody who reaches this page can send"),
        "{no_auth}"
    );
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_is_off_cannot_be_chosen_and_says_why() {
    let (visit, _front) = visit(policy("off", "off")).await;
    for (name, title) in [
        ("sandbox", "Sandbox is off"),
        ("production", "Production is off"),
    ] {
        let radio = format!("input[value=\"{name}\"]");
        assert_eq!(
            visit
                .tab
                .eval(&format!("document.querySelector('{radio}').disabled"))
                .await,
            true
        );
        assert!(visit.tab.text("#where").await.contains(title));
        visit
            .tab
            .eval(&format!(
                "document.querySelector('label:has({radio})').click()"
            ))
            .await;
        assert!(!visit.tab.has(&format!("{radio}:checked")).await);
    }
    // Not by the keyboard either.
    visit.tab.tab_to("input[value=\"simulator\"]").await;
    visit.tab.press("ArrowRight", NONE).await;
    assert!(visit.tab.has("input[value=\"simulator\"]:checked").await);
    // A draft from elsewhere falls back to where no phone rings.
    visit
        .tab
        .eval("localStorage['trill.draft'] = JSON.stringify({ environment: 'production' })")
        .await;
    visit.tab.reload().await;
    visit
        .tab
        .wait_for("input[value=\"production\"]:disabled", SOON)
        .await;
    visit
        .tab
        .wait_for("input[value=\"simulator\"]:checked", SOON)
        .await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn production_asks_where_policy_wants_it_and_nowhere_else() {
    for (word, asks) in [("confirm", true), ("allowed", false)] {
        let key = KeyFile::new();
        let (visit, front) = visit(policy("allowed", word)).await;
        let refusal = json!({ "status": 403, "code": "policy_topic", "title": "The policy does not allow this topic.", "detail": "Use one of its topics." });
        front.manner.lock().unwrap().refusal = Some(("trill-outcome: not-sent\r\n", refusal));
        visit.fill_all(&key, r#"{"handle":"alice"}"#).await;
        visit.choose_environment("production").await;
        visit.send().await;
        if asks {
            visit.tab.wait_for(&by_test("ask-production"), SOON).await;
            assert_eq!(
                visit
                    .tab
                    .capture()
                    .await
                    .requests_to("POST", "/production/")
                    .len(),
                0
            );
            visit.tab.click(&by_test("production-yes")).await;
        }
        visit.wait_for_outcome("not-sent", SOON).await;
        assert!(!visit.tab.has(&by_test("ask-production")).await);
        let says = visit.tab.text(&by_test("outcome")).await;
        assert!(
            says.contains("The policy does not allow this topic. ")
                || says.contains("The policy does not allow this topic."),
            "{says}"
        );
        assert!(says.contains("Use one of its topics."), "{says}");
        visit
            .tab
            .capture()
            .await
            .assert_quiet(&[(DEVICE_TOKEN, 403)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_fills_in_what_it_names_and_undo_takes_it_back() {
    let preset = json!({
        "name": "Alice’s phone", "environment": "sandbox", "key_id": KEY_ID, "team_id": TEAM_ID, "device_token": DEVICE_TOKEN,
        "push_type": "voip", "payload": "{\"handle\":\"preset\"}",
    });
    let (visit, _front) = visit(
        json!({ "presets": [preset, { "name": "Another", "bundle_id": "com.example.another" }] }),
    )
    .await;
    visit.fill("bundle-id", "com.example.mine").await;
    visit.fill("team-id", "MINE").await;
    visit.fill("payload", "{\"mine\": 1}").await;
    visit.choose_next("preset", "Alice’s phone").await;
    for (field, value) in [
        ("key-id", KEY_ID),
        ("team-id", TEAM_ID),
        ("device-token", DEVICE_TOKEN),
        ("payload", "{\"handle\":\"preset\"}"),
        ("bundle-id", "com.example.mine"),
    ] {
        visit.wait_for_value(field, value).await;
    }
    visit
        .tab
        .wait_for("input[value=\"sandbox\"]:checked", SOON)
        .await;
    visit.tab.tab_back_to(&by_test("undo")).await;
    visit.tab.press("Enter", NONE).await;
    for (field, value) in [
        ("key-id", ""),
        ("team-id", "MINE"),
        ("device-token", ""),
        ("payload", "{\"mine\": 1}"),
        ("preset", ""),
    ] {
        visit.wait_for_value(field, value).await;
    }
    visit
        .tab
        .wait_for("input[value=\"simulator\"]:checked", SOON)
        .await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_some_seconds_counts_them_down() {
    let key = KeyFile::new();
    let (visit, front) = visit(policy("allowed", "allowed")).await;
    let refusal = json!({ "status": 429, "code": "device_rate", "title": "Too many pushes to this phone.", "detail": "Send again in 3 s." });
    front.manner.lock().unwrap().refusal =
        Some(("trill-outcome: not-sent\r\nretry-after: 3\r\n", refusal));
    visit.fill_all(&key, r#"{"handle":"alice"}"#).await;
    visit.choose_environment("sandbox").await;
    visit.send().await;
    visit.wait_for_outcome("not-sent", SOON).await;
    assert!(
        visit
            .tab
            .text(&by_test("outcome"))
            .await
            .contains("Too many pushes to this phone.")
    );
    for label in [
        "Send to Sandbox in 3 s",
        "Send to Sandbox in 2 s",
        "Send to Sandbox in 1 s",
        "Send to Sandbox",
    ] {
        let shown = format!(
            "document.querySelector('{}').innerText === {}",
            by_test("send"),
            json!(label)
        );
        visit
            .tab
            .wait_until(&shown, Duration::from_millis(2_500))
            .await;
        if label.ends_with("2 s") {
            // Too early: nothing leaves. Another environment need not wait.
            visit.send().await;
            assert_eq!(
                visit
                    .tab
                    .capture()
                    .await
                    .requests_to("POST", "/sandbox/")
                    .len(),
                1
            );
            assert_eq!(
                visit
                    .tab
                    .attribute(&by_test("send"), "aria-disabled")
                    .await
                    .as_deref(),
                Some("true")
            );
        }
    }
    front.manner.lock().unwrap().refusal = Some((
        "trill-outcome: not-sent\r\n",
        json!({ "status": 403, "code": "policy_topic", "title": "No.", "detail": "No." }),
    ));
    visit.send().await;
    visit
        .tab
        .wait_for(
            &format!("{}[data-reason=\"policy_topic\"]", by_test("outcome")),
            SOON,
        )
        .await;
    visit
        .tab
        .capture()
        .await
        .assert_quiet(&[(DEVICE_TOKEN, 429), (DEVICE_TOKEN, 403)]);
}
