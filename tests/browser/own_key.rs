//! The developer who brings a key, an app and a device.

use trill::apns::provider_token::TokenParts;
use trill::apns::{ProviderToken, SigningKey};
use trill::call::template::ARTICLE;

use crate::driver::{CONTROL, by_test};
use crate::visit::{
    BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, TEAM_ID, Visit, provider_token,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_articles_payload_arrives_byte_for_byte_and_the_key_never_leaves() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;

    let capture = visit.tab.capture().await;
    let path = format!("/simulator/3/device/{DEVICE_TOKEN}");
    let [push] = capture.requests_to("POST", &path)[..] else {
        panic!("one push: {:?}", capture.requests)
    };
    assert_eq!(String::from_utf8_lossy(push.bytes()), ARTICLE);
    let apns_id = push
        .header("apns-id")
        .expect("every press of Send names its push");

    let decisions = visit.decisions();
    let [decision] = &decisions[..] else {
        panic!("one decision: {decisions:?}")
    };
    assert_eq!(decision["status"], 200);
    assert_eq!(decision["payload"], ARTICLE);
    let topic = format!("{BUNDLE_ID}.voip");
    for (name, value) in [
        ("push_type", "voip"),
        ("priority", "10"),
        ("expiration", "0"),
        ("topic", topic.as_str()),
        ("apns_id", apns_id),
    ] {
        assert_eq!(decision[name], value, "{name}");
    }
    assert!(
        !decision.to_string().contains(provider_token(push)),
        "the journal holds a credential"
    );

    let issued_at = TokenParts::read(provider_token(push))
        .expect("a provider token")
        .issued_at;
    let native = SigningKey::from_bytes(key.text.as_bytes()).unwrap();
    let same = ProviderToken::sign(&native, KEY_ID, TEAM_ID, issued_at);
    assert!(
        provider_token(push) == same.secret(),
        "the page and the native build sign differently"
    );

    visit.assert_key_not_kept(&key).await;
    capture.assert_no_key(&key.scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_file_is_as_good_as_a_dropped_one() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit
        .tab
        .choose_file(
            &format!("{} input[type=file]", by_test("key-file")),
            key.path(),
        )
        .await;
    visit.wait_for_value("key-id", KEY_ID).await;
    visit.assert_key_not_kept(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_enter_sends_from_the_editor_and_changes_nothing_in_it() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.fill_all(&key, ARTICLE).await;
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_outcome("accepted", SOON).await;
    assert_eq!(visit.tab.text(&by_test("payload")).await, ARTICLE);
    assert_eq!(visit.decisions().len(), 1);
    visit.tab.capture().await.assert_no_key(&key.scalar);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_the_draft_but_never_the_key() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    let payload = ARTICLE.replace("alice", "björn");
    visit.fill_all(&key, &payload).await;
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("demo"), SOON).await;
    visit.wait_for_value("payload", &payload).await;
    visit.wait_for_value("device-token", DEVICE_TOKEN).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;
    visit.wait_for_value("team-id", TEAM_ID).await;
    visit.assert_key_not_kept(&key).await;

    // Without the key there is nothing to send with, and with it again there is.
    visit.tab.click(&by_test("payload")).await;
    visit.tab.press("Enter", CONTROL).await;
    assert_eq!(
        visit
            .tab
            .capture()
            .await
            .requests_to("POST", "/simulator/3/device/")
            .len(),
        0
    );
    visit.drop_key(key.path()).await;
    visit.wait_for_value("key-id", KEY_ID).await;
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_send_of_a_template_has_values_of_its_own() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    let template = r#"{"callUUID":"{{uuid}}","handle":"alice","at":{{now_ms}},"n":{{counter}},"to":"{{device}}"}"#;
    visit.fill_all(&key, template).await;
    let mut sent = Vec::new();
    for number in 1..=2 {
        visit.send().await;
        visit.tab.wait_until(&format!("document.querySelector('[data-test=sent]')?.textContent.includes('\"n\":{number}')"), SOON).await;
        let record = visit
            .tab
            .eval("document.querySelector('[data-test=sent]').textContent")
            .await;
        sent.push(record.as_str().unwrap().to_owned());
    }
    assert_eq!(visit.tab.text(&by_test("payload")).await, template);
    let arrived: Vec<_> = visit
        .decisions()
        .iter()
        .map(|decision| decision["payload"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        arrived, sent,
        "the page's record of a send shows what was sent"
    );
    let read = |text: &String| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let (first, second) = (read(&sent[0]), read(&sent[1]));
    assert_ne!(first["callUUID"], second["callUUID"]);
    assert!(first["at"].as_u64() < second["at"].as_u64());
    assert_eq!(
        (&first["to"], &second["n"]),
        (&DEVICE_TOKEN.into(), &2.into())
    );
}
