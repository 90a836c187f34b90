//! A relay that goes and comes back, and the phone that follows it.

use serde_json::Value;

use super::IDLE;
use crate::driver::by_test;
use crate::support::trill::Trill;
use crate::visit::{SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_goes_with_the_relay_and_comes_back_with_it() {
    let mut visit = Visit::new().await;
    visit.demo_rings().await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit
        .tab
        .wait_for(&format!("{IDLE}[data-link=\"lost\"]"), SOON)
        .await;
    assert!(
        visit
            .caption()
            .await
            .starts_with("The connection to Trill is lost")
    );
    assert!(!visit.tab.has(&by_test("accept")).await);
    visit.trill = Trill::start_on(&address, &[]);
    visit
        .tab
        .wait_for(&format!("{IDLE}[data-link=\"live\"]"), SOON)
        .await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rang", "good", "rang")
        .await;
    // Key and phone are there again, without a press.
    assert_eq!(
        visit.control("GET", "devices", &Value::Null)["devices"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    let statuses: Vec<_> = visit
        .decisions()
        .iter()
        .map(|decision| decision["status"].clone())
        .collect();
    assert_eq!(statuses, [200]);

    // Also when nobody had the time to notice.
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(IDLE, SOON).await;
    visit.trill.stop();
    visit.trill = Trill::start_on(&address, &[]);
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
}
