//! Faults in the inspector: one is switched on, strikes, and is switched off.

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_switched_on_strikes_and_is_switched_off() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.choose_label("fault", "503 ServiceUnavailable").await;
    visit.choose_label("times", "3 times").await;
    visit.tab.click(&by_test("fault-on")).await;
    visit.wait_for_text("struck 0 of 3").await;
    visit.send().await;
    visit
        .tab
        .wait_for(
            "[data-test=\"outcome\"][data-reason=\"ServiceUnavailable\"]",
            SOON,
        )
        .await;
    visit.wait_for_status(503).await;
    visit.wait_for_text("struck 1 of 3").await;

    // Another one is added to it, and the one that is on goes on where it was.
    visit.choose_label("fault", "Answer 3 s late").await;
    visit.tab.click(&by_test("fault-on")).await;
    visit.wait_for_text("Answer 3 s late").await;
    visit.wait_for_text("struck 0 of 2").await;
    visit.tab.click(&by_test("fault-off")).await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=fault]').length === 1",
            SOON,
        )
        .await;
    visit.tab.click(&by_test("faults-off")).await;
    visit.wait_for_text("No fault is on").await;
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit.wait_for_status(200).await;
}
