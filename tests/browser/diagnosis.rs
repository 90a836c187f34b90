//! Why a send ended as it did, and the click that helps: from a rejection to a ringing phone.

use serde_json::json;
use trill::call::template::ARTICLE;

use crate::driver::{NONE, by_test};
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KeyFile, SOON, Visit};

fn ringing() -> String {
    format!("{}[data-state=\"ringing\"]", by_test("phone"))
}

impl Visit {
    /// Waits for the likeliest cause, the one that is told first.
    pub(crate) async fn wait_for_cause(&self, cause: &str) {
        let first = "document.querySelector('[data-test=diagnosis] [data-cause]')?.dataset.cause";
        self.tab
            .wait_until(&format!("{first} === {}", json!(cause)), SOON)
            .await;
        // The relay supplies the explanation of most causes.
        let lines = format!(
            "document.querySelector('[data-test=diagnosis] [data-cause=\"{cause}\"]').innerText.split('\\n')"
        );
        let is_explained = format!("{lines}.some(line => line.length > 40)");
        self.tab.wait_until(&is_explained, SOON).await;
    }

    async fn reason(&self) -> Option<String> {
        self.tab.attribute(&by_test("outcome"), "data-reason").await
    }

    /// Presses Send and waits for a rejection with this reason.
    async fn send_in_vain(&self, reason: &str) {
        self.send().await;
        self.wait_for_outcome("rejected", SOON).await;
        assert_eq!(self.reason().await.as_deref(), Some(reason));
    }

    /// Presses the button that enrols, with the keyboard, and waits until the phone rings.
    async fn enrol_and_ring(&self) {
        self.tab
            .tab_to(&format!("{} {}", by_test("diagnosis"), by_test("enrol")))
            .await;
        self.tab.press("Enter", NONE).await;
        self.wait_for_outcome("accepted", SOON).await;
        self.tab.wait_for(&ringing(), SOON).await;
    }

    fn enrol_device_with(&self, more: (&str, &str)) {
        let mut body = json!({ "bundle_id": BUNDLE_ID, "kind": "voip", "state": "active" });
        body[more.0] = json!(more.1);
        let path = format!("/api/simulator/devices/{DEVICE_TOKEN}");
        let answer = self.trill.request(
            "PUT",
            &path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_the_simulator_does_not_know_is_enrolled_and_the_phone_rings() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send_in_vain("InvalidProviderToken").await;
    visit.wait_for_cause("key-not-enrolled").await;
    visit.enrol_and_ring().await;
    assert_eq!(visit.tab.text(".caller-name").await, "alice@example.com");
    let statuses: Vec<_> = visit
        .decisions()
        .iter()
        .map(|decision| decision["status"].clone())
        .collect();
    assert_eq!(statuses, [403, 200]);
    let capture = visit.tab.capture().await;
    capture.assert_no_key(&key.scalar);
    capture.assert_own_origin_only(&visit.trill.origin());
    capture.assert_quiet(&[(DEVICE_TOKEN, 403)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_the_simulator_does_not_know_is_enrolled_and_rings() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.fill_all(&key, ARTICLE).await;
    visit.send_in_vain("BadDeviceToken").await;
    visit.wait_for_cause("phone-not-enrolled").await;
    visit.enrol_and_ring().await;
    visit
        .tab
        .capture()
        .await
        .assert_quiet(&[(DEVICE_TOKEN, 400)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_another_environment_app_or_time_is_enrolled_anew_and_rings() {
    for (more, reason, cause) in [
        (
            ("environment", "production"),
            "BadDeviceToken",
            "phone-not-enrolled",
        ),
        (
            ("bundle_id", "com.example.other"),
            "DeviceTokenNotForTopic",
            "phone-not-enrolled",
        ),
        (
            ("state", "unregistered"),
            "Unregistered",
            "token-unregistered",
        ),
    ] {
        let key = KeyFile::new();
        let visit = Visit::new().await;
        visit.enrol_key(&key);
        visit.enrol_device_with(more);
        visit.fill_all(&key, ARTICLE).await;
        visit.send_in_vain(reason).await;
        visit.wait_for_cause(cause).await;
        if cause == "token-unregistered" {
            // A phone that is to be enrolled anew is the less likely of the two causes.
            visit
                .tab
                .tab_to(&format!("{} summary", by_test("diagnosis")))
                .await;
            visit.tab.press("Enter", NONE).await;
        }
        visit.enrol_and_ring().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_id_that_was_used_gets_replaced_and_the_phone_rings_again() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.tab.wait_for(&ringing(), SOON).await;
    visit.send().await;
    visit.wait_for_cause("call-id-used").await;
    let button = format!(
        "{} [data-cause=\"call-id-used\"] {}",
        by_test("diagnosis"),
        by_test("act")
    );
    visit.tab.tab_to(&button).await;
    visit.tab.press("Enter", NONE).await;
    let mended = ARTICLE.replace("db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "{{uuid}}");
    visit.wait_for_value("payload", &mended).await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .tab
        .wait_for(&format!("{}[data-state=\"idle\"]", by_test("phone")), SOON)
        .await;
    visit.send().await;
    visit.tab.wait_for(&ringing(), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stops_a_send_stops_the_button_that_enrols_and_is_said() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send_in_vain("InvalidProviderToken").await;
    visit.fill("payload", "{\"handle\": ").await;
    visit.tab.tab_to(&by_test("enrol")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("stopped"), SOON).await;
    visit
        .tab
        .wait_for("#payload-note [data-rule=json_unclosed]", SOON)
        .await;
    assert_eq!(visit.tab.text(&by_test("payload")).await, "{\"handle\": ");
    assert_eq!(visit.decisions().len(), 1);
}
