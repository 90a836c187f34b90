//! The inspector of the simulator: phones, faults, keys and the journal, as a visitor works them.

mod drawer;
mod faults;
mod phones;
mod updates;

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

const RINGING: &str = "[data-test=\"phone\"][data-state=\"ringing\"]";
const SUMMARY: &str = "[data-test=\"simulator\"]";
const PHONE_LINE: &str = "[data-test=\"simulated-phone\"] summary";
const DECISION_LINE: &str = "[data-test=\"decision\"] summary";

/// Every phone as the control interface tells it.
fn phones(visit: &Visit) -> Vec<Value> {
    visit
        .trill
        .request("GET", "/api/simulator/devices", &[], b"")
        .json()["devices"]
        .as_array()
        .unwrap()
        .clone()
}

impl Visit {
    /// Opens the inspector and waits until the simulator has answered.
    async fn open_inspector(&self) {
        self.tab.click(SUMMARY).await;
        self.tab.wait_for("#journal", SOON).await;
    }

    /// Fails unless this has the focus.
    async fn assert_focus(&self, selector: &str) {
        let has = format!(
            "document.activeElement.matches({}) || document.activeElement.outerHTML.slice(0, 99)",
            json!(selector)
        );
        assert_eq!(self.tab.eval(&has).await, true);
    }

    /// Opens the first phone and waits until its settings are there.
    async fn open_phone(&self) {
        self.tab.click(PHONE_LINE).await;
        self.tab.wait_for(&by_test("setting-name"), SOON).await;
    }

    /// The demo phone rings, and the inspector is open.
    async fn demo_and_inspector(&self) {
        self.tab.click(&by_test("demo")).await;
        self.tab.wait_for(RINGING, SOON).await;
        self.open_inspector().await;
    }

    /// Chooses an entry of a list by its label, with the keyboard, as it works in every browser.
    async fn choose_label(&self, list: &str, label: &str) {
        let id = format!("setting-{list}");
        let choose = format!(
            "(list => {{ list.value = [...list.options].find(option => option.text.startsWith({})).value;
            list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})(document.getElementById({}))",
            json!(label),
            json!(id)
        );
        self.tab.wait_for(&by_test(&id), SOON).await;
        self.tab.eval(&choose).await;
    }

    /// Waits until the newest decision in the inspector has this status.
    async fn wait_for_status(&self, status: u16) {
        self.tab
            .wait_for(
                &format!("[data-test=\"decision\"]:first-child[data-status=\"{status}\"]"),
                SOON,
            )
            .await;
    }

    /// Waits until the inspector says a text.
    async fn wait_for_text(&self, text: &str) {
        self.tab
            .wait_until(
                &format!(
                    "document.querySelector('.inspector').innerText.includes({})",
                    json!(text)
                ),
                SOON,
            )
            .await;
    }
}
