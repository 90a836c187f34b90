//! Everything that goes wrong: the wrong file, the wrong text, a key APNs does not know, nobody
//! there. Nothing typed is lost, and what cannot be sent does not leave.

use std::time::Duration;

use serde_json::json;
use trill::apns::SigningKey;
use trill::call::template::ARTICLE;

use crate::capture::NO_ANSWER;
use crate::driver::{CONTROL, NONE, by_test};
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, TEAM_ID, Visit};

/// The page's own deadline is 20 seconds, and it asks once more before it says what happened.
const PAGE_DEADLINE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_is_named_beside_the_field_and_the_right_one_still_works() {
    let p256 = openssl::p256_key();
    let wrong = [
        (
            "p384.p8",
            openssl::key(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ),
        (
            "rsa.p8",
            openssl::key(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        ),
        ("ed25519.p8", openssl::key(&["-algorithm", "ED25519"])),
        ("encrypted.p8", openssl::encrypted(&p256)),
        ("public.pem", openssl::public_key(&p256)),
        ("aps.cer", openssl::certificate(&p256)),
        ("empty.p8", String::new()),
        ("cut.p8", p256[..120].to_owned()),
    ];
    let folder = TempDir::new();
    let visit = Visit::new().await;
    for (name, contents) in wrong {
        let complaint = SigningKey::from_bytes(contents.as_bytes())
            .expect_err(name)
            .to_string();
        visit.drop_key(&folder.write(name, &contents)).await;
        visit
            .tab
            .wait_until(&beside_key_file(&complaint), SOON)
            .await;
    }
    let key = KeyFile::new();
    visit.drop_key(key.path()).await;
    visit.wait_for_value("key-id", KEY_ID).await;
    let last = SigningKey::from_bytes(&p256.as_bytes()[..120])
        .expect_err("it was cut")
        .to_string();
    visit
        .tab
        .wait_until(&format!("!({})", beside_key_file(&last)), SOON)
        .await;
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_quiet(&[]);
}

/// Condition that the panel for the key shows a text.
fn beside_key_file(text: &str) -> String {
    let field = json!(by_test("key-file"));
    format!(
        "(field => (field.closest('section, fieldset') ?? document.body).innerText.includes({}))(document.querySelector({field}))",
        json!(text)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn older_forms_of_the_key_are_read_too() {
    let key = openssl::p256_key();
    let folder = TempDir::new();
    let visit = Visit::new().await;
    for (key_id, contents) in [
        ("SEC1AAAAAA", openssl::to_sec1(&key)),
        ("PKCS8AAAAA", openssl::to_pkcs8(&key)),
    ] {
        visit
            .drop_key(&folder.write(&format!("AuthKey_{key_id} (1).p8"), contents))
            .await;
        visit.wait_for_value("key-id", key_id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_does_not_leave_and_is_not_lost() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.fill_all(&key, ARTICLE).await;
    let padding = "x".repeat(5_121 - r#"{"a":""}"#.len());
    let too_large = format!(r#"{{"a":"{padding}"}}"#);
    assert_eq!(too_large.len(), 5_121);
    let short_token = &DEVICE_TOKEN[1..];
    for (field, bad, good) in [
        ("payload", r#"{"aps": {"#, ARTICLE),
        ("payload", "[1, 2, 3]", ARTICLE),
        ("payload", "", ARTICLE),
        ("payload", &too_large, ARTICLE),
        ("device-token", "not a token", DEVICE_TOKEN),
        ("device-token", short_token, DEVICE_TOKEN),
        ("device-token", "", DEVICE_TOKEN),
    ] {
        visit.fill(field, bad).await;
        visit.tab.press("Enter", CONTROL).await;
        if !visit
            .tab
            .has(&format!("{}:disabled", by_test("send")))
            .await
        {
            visit.send().await;
        }
        assert_eq!(
            visit.tab.text(&by_test(field)).await,
            bad,
            "what was typed is still there"
        );
        let pushes = visit.tab.capture().await;
        assert_eq!(
            pushes.requests_to("POST", "/simulator/3/device/").len(),
            0,
            "{field} {bad:.30} left the page"
        );
        visit.fill(field, good).await;
    }
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_apns_does_not_know_is_rejected_with_apples_reason() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_device();
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    let reason = visit
        .tab
        .attribute(&by_test("outcome"), "data-reason")
        .await;
    assert_eq!(reason.as_deref(), Some("InvalidProviderToken"));
    assert_eq!(visit.tab.text(&by_test("payload")).await, ARTICLE);
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[(DEVICE_TOKEN, 403)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_relay_means_not_sent_and_a_returned_one_sends() {
    let key = KeyFile::new();
    let mut visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit.send().await;
    visit.wait_for_outcome("not-sent", PAGE_DEADLINE).await;
    assert_eq!(visit.tab.text(&by_test("payload")).await, ARTICLE);
    assert_eq!(visit.tab.text(&by_test("device-token")).await, DEVICE_TOKEN);

    visit.trill = Trill::start_on(&address, &[]);
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.send().await;
    visit.wait_for_outcome("accepted", PAGE_DEADLINE).await;
    assert_eq!(
        visit.decisions().len(),
        1,
        "the push that was not sent did not come late"
    );
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[("", NO_ANSWER)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_and_topics_of_another_form_are_pointed_out_beside_their_field() {
    let visit = Visit::new().await;
    for (field, text, rule) in [
        ("key-id", "abc123defg", "key_id_case"),
        ("team-id", "TEAM65432", "team_length"),
        ("bundle-id", "com/example", "topic_char"),
        ("device-token", "abcg", "token_char"),
    ] {
        visit.fill(field, text).await;
        let finding = format!(".field:has({}) [data-test=\"finding\"]", by_test(field));
        assert!(
            !visit.tab.has(&finding).await,
            "{field}: nobody is corrected while still typing"
        );
        visit.tab.press("Tab", NONE).await;
        visit
            .tab
            .wait_for(&format!("{finding}[data-rule=\"{rule}\"]"), SOON)
            .await;
        assert_eq!(visit.tab.text(&by_test(field)).await, text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_key_leaves_the_box_and_anything_else_stays_in_it() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    let paste = by_test("key-paste");
    visit
        .tab
        .set_value(
            &paste,
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        )
        .await;
    visit
        .tab
        .wait_for("[data-rule=\"key_is_cert\"]", SOON)
        .await;
    assert!(visit.tab.text(&paste).await.contains("CERTIFICATE"));
    visit.tab.set_value(&paste, &key.text).await;
    visit.tab.wait_for(&by_test("forget-key"), SOON).await;
    visit.assert_key_not_kept(&key).await;
    visit.tab.click(&by_test("forget-key")).await;
    visit.tab.wait_for(&paste, SOON).await;
    assert_eq!(visit.tab.text(&paste).await, "");
    visit.tab.capture().await.assert_no_key(&key.scalar);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apns_that_cannot_be_reached_was_sent_nothing_and_is_named() {
    let key = KeyFile::new();
    let visit = Visit::with(&["--upstream", "sandbox=https://localhost:1"]).await;
    visit.fill_all(&key, ARTICLE).await;
    visit.choose_environment("sandbox").await;
    visit.send().await;
    visit.wait_for_outcome("not-sent", SOON).await;
    assert!(
        visit
            .tab
            .text(&by_test("outcome"))
            .await
            .contains("Cannot connect to localhost")
    );
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_quiet(&[(DEVICE_TOKEN, 502)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn production_asks_before_the_first_push() {
    let key = KeyFile::new();
    let visit = Visit::with(&["--upstream", "production=https://localhost:1"]).await;
    visit.fill_all(&key, ARTICLE).await;
    visit.choose_environment("production").await;
    visit.send().await;
    let question = visit.tab.text(&by_test("ask-production")).await;
    for named in [
        BUNDLE_ID,
        &DEVICE_TOKEN[DEVICE_TOKEN.len() - 8..],
        KEY_ID,
        TEAM_ID,
    ] {
        assert!(question.contains(named), "{named} in {question}");
    }
    visit.tab.click(&by_test("production-no")).await;
    visit.wait_for_focus("send").await;
    // The same by keyboard alone: the question has the focus, and Escape takes it back to where it was.
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_focus("production-no").await;
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_focus("production-no").await;
    visit.tab.press("Escape", NONE).await;
    visit
        .tab
        .wait_until(
            "!document.querySelector('[data-test=ask-production]')",
            SOON,
        )
        .await;
    visit.wait_for_focus("send").await;
    assert_eq!(
        visit
            .tab
            .capture()
            .await
            .requests_to("POST", "/production/")
            .len(),
        0
    );
    visit.send().await;
    visit.tab.click(&by_test("production-yes")).await;
    visit.wait_for_outcome("not-sent", SOON).await;
    visit.send().await;
    visit
        .tab
        .wait_until(
            "!document.querySelector('[data-test=ask-production]')",
            SOON,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_helped_in_the_simulator_does_not_send_to_production_unasked() {
    let key = KeyFile::new();
    let visit = Visit::with(&["--upstream", "production=https://localhost:1"]).await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    visit.choose_environment("production").await;
    visit.tab.click(&by_test("enrol")).await;
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
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_key_does_not_leave_for_production() {
    let visit = Visit::with(&[
        "--upstream",
        "production=https://localhost:1",
        "--upstream",
        "sandbox=https://localhost:1",
    ])
    .await;
    visit.tab.click(&by_test("demo")).await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit.choose_environment("sandbox").await;
    visit
        .tab
        .wait_for(
            "[data-test=finding][data-rule=demo-key-unknown][data-severity=error]",
            SOON,
        )
        .await;
    visit.choose_environment("production").await;
    visit.send().await;
    visit.wait_for_focus("production-no").await;
    assert!(
        visit
            .tab
            .text(&by_test("ask-production"))
            .await
            .contains("Apple does not know the demo key")
    );
    assert!(!visit.tab.has(&by_test("production-yes")).await);
    visit.tab.click(&by_test("to-simulator")).await;
    visit
        .tab
        .wait_for(
            "[data-test=environment] input[value=simulator]:checked",
            SOON,
        )
        .await;
    visit
        .tab
        .wait_until(
            "!document.querySelector('[data-test=ask-production], [data-rule=demo-key-unknown]')",
            SOON,
        )
        .await;
    assert_eq!(
        visit
            .tab
            .capture()
            .await
            .requests_to("POST", "/production/")
            .len(),
        0
    );
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_enrols_an_own_key_and_phone_with_the_simulator() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    visit.tab.click(&by_test("enrol")).await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"ringing\"]", SOON)
        .await;
    visit.tab.capture().await.assert_no_key(&key.scalar);
}
