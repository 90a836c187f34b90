//! Faults of the inspector in the verdict.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

/// The relay waits so long for an answer, and the page a little longer.
const NO_ANSWER: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_the_inspector_is_the_first_cause_of_what_it_does() {
    let visit = Visit::ready().await;
    visit.tab.click(&by_test("simulator")).await;
    visit.tab.wait_for(&by_test("setting-fault"), SOON).await;
    let labels = visit.tab.eval("[...document.querySelector('#setting-fault').options].map(option => option.text.split(':')[0])").await;
    let labels: Vec<String> = serde_json::from_value(labels).unwrap();
    assert_eq!(labels.len(), 15);
    for label in labels {
        let choose = format!(
            "(list => {{ list.value = [...list.options].find(option => option.text.split(':')[0] === {}).value;
            list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})(document.querySelector('#setting-fault'))",
            json!(label)
        );
        visit.tab.eval(&choose).await;
        visit.tab.click(&by_test("fault-on")).await;
        visit.tab.wait_for(&by_test("fault"), SOON).await;
        visit.send().await;
        let told = format!(
            "(first => first?.dataset.cause === 'simulator-fault' && first.dataset.rank === 'certain' && first.innerText.includes({}))
            (document.querySelector('[data-test=diagnosis] [data-cause]'))",
            json!(format!("“{label}” struck this push"))
        );
        visit.tab.wait_until(&told, NO_ANSWER).await;
        let said = visit
            .tab
            .eval("document.querySelector('[data-test=outcome]').innerText.toLowerCase()")
            .await;
        let said = said.as_str().unwrap();
        assert!(
            !said.contains("apple.com") && !said.contains("system status"),
            "{label}: {said}"
        );
        // The fault is named once, with one button.
        let names = said.matches(&format!("“{}”", label.to_lowercase())).count();
        assert_eq!(names, 1, "{label}: {said}");
        assert!(!visit.tab.has(&by_test("fault-cause-off")).await, "{label}");
        // One click and the simulator is well.
        visit.tab.click(&by_test("diagnosis-faults-off")).await;
        visit
            .tab
            .wait_until("document.querySelector('[data-test=fault]') === null", SOON)
            .await;
        assert_eq!(
            visit.control("GET", "faults", &Value::Null)["faults"],
            json!([])
        );
    }
}
