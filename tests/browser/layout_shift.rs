//! Layout shift: what somebody looks at or types into does not move by itself.

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

/// Sum of all shifts of a visit, those soon after an input too.
const MOST_SHIFT: f64 = 0.02;
/// Keys that break and mend a payload, so that findings come and go.
const KEYS: &str = "{\"handle\": 7, \"call\": {\"x\": [1, 2, \"aps\"}, 'a', \"handle\": 1]}";
/// Keys after which the editor is left once: only then is the text judged as a whole.
const LEAVE_AFTER: usize = 8;
const LEAVE: &str = "(editor => { editor.blur();
    return new Promise(done => requestAnimationFrame(() => { editor.focus(); done(true); })); })
    (document.activeElement)";
/// Pixels that rounding may add.
const ROUNDING: f64 = 0.5;
/// Notes every shift from the beginning, with what has moved.
const OBSERVE: &str = "window.shifts = []; new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.shifts.push([shift.value,
        shift.sources.map(({ node, previousRect: a, currentRect: b }) =>
            `${node?.dataset?.test ?? node?.className ?? node?.nodeName} ${a.y} to ${b.y}`).join(', ')]);
    }).observe({ type: 'layout-shift', buffered: true });";
/// Place of the editor and of Send in the document.
const PLACES: &str = "['payload', 'send'].flatMap(name => {
    const box = document.querySelector(`[data-test=${name}]`).getBoundingClientRect();
    return [box.top + scrollY, box.height]; })";

impl Visit {
    /// A visit on a screen of this size whose shifts are noted.
    async fn observed(width: u32, height: u32) -> Self {
        let visit = Self::closed(&[]).await;
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        visit
            .tab
            .call("Emulation.setDeviceMetricsOverride", size)
            .await;
        visit
            .tab
            .call(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": OBSERVE }),
            )
            .await;
        visit.open().await;
        visit
    }

    /// Sum of the shifts so far, and each of them.
    async fn shifts(&self) -> (f64, Value) {
        let shifts = self.tab.eval("window.shifts").await;
        let all = shifts.as_array().into_iter().flatten();
        (all.filter_map(|shift| shift[0].as_f64()).sum(), shifts)
    }
}

async fn check_typing(width: u32, height: u32) {
    let visit = Visit::observed(width, height).await;
    let editor = by_test("payload");
    visit.tab.click(&editor).await;
    visit.tab.select_all().await;
    let mut last = visit.tab.eval(PLACES).await;
    let mut moves: Vec<String> = Vec::new();
    for (number, key) in KEYS.chars().enumerate() {
        visit.tab.type_text(&key.to_string()).await;
        if number % LEAVE_AFTER == 0 {
            visit.tab.eval(LEAVE).await;
        }
        let now = visit.tab.eval(PLACES).await;
        let differs = |index: usize| {
            let (a, b) = (last[index].as_f64(), now[index].as_f64());
            (a.unwrap_or_default() - b.unwrap_or_default()).abs() > ROUNDING
        };
        if (0..4).any(differs) {
            moves.push(format!("key {number} {key:?}: {last} to {now}"));
        }
        last = now;
    }
    assert!(KEYS.len() > 60);
    assert!(
        moves.is_empty(),
        "{width} px; top and height of the editor, then of Send:\n{}",
        moves.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn editor_and_send_stand_still_while_sixty_keys_are_typed_on_a_wide_screen() {
    check_typing(1440, 900).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn editor_and_send_stand_still_while_sixty_keys_are_typed_on_a_phone() {
    check_typing(390, 844).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn start_first_ring_and_answer_shift_next_to_nothing() {
    let visit = Visit::observed(1440, 900).await;
    let (start, _) = visit.shifts().await;
    visit.tab.click(&by_test("demo")).await;
    let ringing = "[data-test=\"phone\"][data-state=\"ringing\"]";
    visit.tab.wait_for(ringing, SOON).await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit.tab.click(&by_test("accept")).await;
    let gone = format!("document.querySelector({}) === null", json!(ringing));
    visit.tab.wait_until(&gone, SOON).await;
    let (sum, shifts) = visit.shifts().await;
    assert!(
        sum <= MOST_SHIFT,
        "{sum} of {MOST_SHIFT}, {start} of it at the start: {shifts:#}"
    );
}
