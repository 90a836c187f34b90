//! The words on the page, whatever it has not loaded: before somebody has signed in, and without the
//! relay.

use serde_json::{Value, json};

use crate::driver::{NONE, by_test};
use crate::front::{Front, Manner};
use crate::visit::{KeyFile, SOON, Visit};

/// Text of the page, without the names of apps, what somebody typed, what a script would send and what is there for tests.
const WRITTEN: &str = "(() => {
    const body = document.body.cloneNode(true);
    body.querySelectorAll('#receiving-app, textarea, pre, kbd, dl, script, .mono:not(.answer)').forEach(element => element.remove());
    const said = [body.textContent];
    for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
        body.querySelectorAll(`[${name}]`).forEach(element => said.push(element.getAttribute(name)));
    return said.join('\\n');
})()";

/// Words that stand for a sentence instead of being one.
const CODE_WORDS: &str =
    r"/\b[a-z0-9]+_[a-z0-9_]+\b|\b(said|code is|ended with)\b|\b[a-z]+\.[a-z]+-[a-z]+\b/g";

impl Visit {
    /// Fails if a code word stands on the page.
    async fn assert_plain_words(&self, place: &str) {
        let words = self
            .tab
            .eval(&format!("{WRITTEN}.match({CODE_WORDS})"))
            .await;
        let written = self.tab.eval(WRITTEN).await;
        assert_eq!(words, Value::Null, "{place}: {written}");
        assert!(
            written.as_str().unwrap().contains("Device token"),
            "{place}: {written}"
        );
    }

    /// Everything somebody can do who does not get what the page loads: look, mistype, send.
    async fn walk(&self, place: &str) {
        self.assert_plain_words(place).await;
        // Every field says something about this.
        for field in ["key-id", "team-id", "bundle-id", "device-token", "payload"] {
            self.fill(field, "x y").await;
        }
        self.send().await;
        self.tab.wait_for(&by_test("stopped"), SOON).await;
        self.assert_plain_words(place).await;
        let wrong = KeyFile::new();
        std::fs::write(
            wrong.path(),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        )
        .unwrap();
        self.drop_key(wrong.path()).await;
        self.assert_plain_words(place).await;

        self.fill_all(&KeyFile::new(), r#"{"handle": 1, "handle": 2}"#)
            .await;
        for environment in ["sandbox", "production", "simulator"] {
            self.choose_environment(environment).await;
            self.assert_plain_words(place).await;
        }
        self.send().await;
        self.tab.wait_for(&by_test("outcome"), SOON).await;
        // All of it, also what is behind a line.
        self.tab
            .eval("document.querySelectorAll('details').forEach(details => details.open = true)")
            .await;
        self.assert_plain_words(place).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_sign_in_there_are_words() {
    let visit = Visit::closed(&[]).await;
    let front = Front::guarded(&visit.trill);
    visit.tab.goto(&format!("{}/", front.origin())).await;
    let dialog = format!("{}[open]", by_test("sign-in"));
    visit.tab.wait_for(&dialog, SOON).await;
    visit.assert_plain_words("the sign-in").await;
    visit.tab.press("Escape", NONE).await;
    visit
        .tab
        .wait_until(
            &format!("document.querySelector({}) === null", json!(dialog)),
            SOON,
        )
        .await;
    visit.walk("before sign-in").await;
    assert!(
        visit
            .tab
            .text(&by_test("outcome"))
            .await
            .contains("This page needs access.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_apns_is_put_in_words() {
    let visit = Visit::closed(&[]).await;
    let front = Front::of(
        &visit.trill,
        Manner {
            offers: json!({}),
            ..Manner::default()
        },
    );
    visit.tab.goto(&format!("{}/", front.origin())).await;
    visit
        .tab
        .wait_for("[data-test=relay][data-state=up]", SOON)
        .await;
    visit.walk("with a refusal of APNs").await;
    assert_eq!(
        visit
            .tab
            .attribute(&by_test("outcome"), "data-reason")
            .await
            .as_deref(),
        Some("InvalidProviderToken")
    );
    assert!(
        visit
            .tab
            .text(&by_test("outcome"))
            .await
            .contains("provider token is invalid"),
        "what APNs says is put in words"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_relay_there_are_words() {
    let mut visit = Visit::new().await;
    visit.trill.stop();
    visit.walk("without the relay").await;
    visit.wait_for_outcome("not-sent", SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_everything_there_are_words_too() {
    let visit = Visit::new().await;
    visit.walk("with everything").await;
    visit.wait_for_outcome("rejected", SOON).await;
    visit.tab.click(&by_test("demo")).await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit.assert_plain_words("after the demo").await;
}
