//! The way to the relay breaks: the relay is killed while the page waits, the page is loaded again in mid-send, the
//! network is gone for a while. The page says what is true, and nothing typed is lost.

use std::time::Duration;

use serde_json::json;
use trill::call::template::ARTICLE;

use crate::capture::NO_ANSWER;
use crate::driver::by_test;
use crate::support::trill::Trill;
use crate::visit::{DEVICE_TOKEN, KEY_ID, KeyFile, SOON, Visit};

/// The page's own deadline is 20 seconds, and it asks once more before it says what happened.
const PAGE_DEADLINE: Duration = Duration::from_secs(30);

impl Visit {
    /// Has the simulator answer the next push late.
    fn delay_the_next(&self, milliseconds: u64) {
        let script = json!([{ "fault": "delay", "ms": milliseconds, "next": 1 }]).to_string();
        let answer = self.trill.request(
            "PUT",
            "/api/simulator/faults",
            &[("content-type", "application/json")],
            script.as_bytes(),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Waits until the simulator has decided so many pushes.
    async fn wait_for_decisions(&self, count: usize) {
        for _ in 0..400 {
            if self.decisions().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the push did not arrive: {:?}", self.decisions());
    }

    async fn assert_draft_is_there(&self) {
        assert_eq!(self.tab.text(&by_test("payload")).await, ARTICLE);
        assert_eq!(self.tab.text(&by_test("device-token")).await, DEVICE_TOKEN);
        assert_eq!(self.tab.text(&by_test("key-id")).await, KEY_ID);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_killed_while_the_page_waits_leaves_the_outcome_unknown() {
    let key = KeyFile::new();
    let mut visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.delay_the_next(8_000);
    visit.send().await;
    visit.wait_for_decisions(1).await;
    let decided = visit.decisions();
    let apns_id = decided[0]["apns_id"]
        .as_str()
        .expect("a string")
        .to_lowercase();
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit.wait_for_outcome("unknown", PAGE_DEADLINE).await;
    // Folded under “What was sent”.
    let said = visit
        .tab
        .eval("document.querySelector('[data-test=outcome]').textContent.toLowerCase()")
        .await;
    assert!(
        said.as_str().is_some_and(|said| said.contains(&apns_id)),
        "{apns_id} is not in: {said}"
    );
    visit.assert_draft_is_there().await;

    // The key is still in the page, and the next push goes out.
    visit.trill = Trill::start_on(&address, &[]);
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.send().await;
    visit.wait_for_outcome("accepted", PAGE_DEADLINE).await;
    assert_eq!(
        visit.decisions().len(),
        1,
        "the push that may have rung was not sent again"
    );
    visit.tab.capture().await.assert_no_key(&key.scalar);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_in_mid_send_sends_nothing_twice_and_keeps_the_draft() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.delay_the_next(1_500);
    visit.send().await;
    visit.wait_for_decisions(1).await;
    let apns_id = visit.decisions()[0]["apns_id"]
        .as_str()
        .expect("a string")
        .to_owned();
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("demo"), SOON).await;
    visit.assert_draft_is_there().await;
    // The relay has gone on without its page, and knows how it ended.
    let path = format!("/api/sends/{apns_id}");
    let mut known = visit.trill.request("GET", &path, &[], b"");
    for _ in 0..200 {
        if known.status != 202 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
        known = visit.trill.request("GET", &path, &[], b"");
    }
    assert_eq!(
        (known.status, &known.json()["outcome"]),
        (200, &json!("accepted"))
    );
    assert_eq!(visit.decisions().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_network_sends_nothing_late() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.enrol_key(&key);
    visit.enrol_device();
    let network = async |is_offline: bool| {
        let conditions = json!({ "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        visit
            .tab
            .call("Network.emulateNetworkConditions", conditions)
            .await;
    };
    network(true).await;
    visit.send().await;
    visit.wait_for_outcome("not-sent", PAGE_DEADLINE).await;
    visit.assert_draft_is_there().await;
    assert!(visit.decisions().is_empty());
    network(false).await;
    visit.send().await;
    visit.wait_for_outcome("accepted", PAGE_DEADLINE).await;
    assert_eq!(
        visit.decisions().len(),
        1,
        "what was not sent did not come late"
    );
    visit.tab.capture().await.assert_quiet(&[("", NO_ANSWER)]);
}
