//! Script time of a key that is typed into a large payload, from the browser's trace.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::driver::{Browser, NONE, by_test};
use crate::program::Program;
use crate::report;

const KEYS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than what a key sets off.
const PAUSE: Duration = Duration::from_millis(60);
/// Trace events that run the page's script.
const SCRIPT: [&str; 6] = [
    "EventDispatch",
    "FunctionCall",
    "RunMicrotasks",
    "TimerFire",
    "FireAnimationFrame",
    "EvaluateScript",
];

/// Types into both, and prints median and p99 of a key.
pub(crate) async fn measure(programs: &[Program; 2]) {
    let mut old = keys(&programs[0]).await;
    let mut new = keys(&programs[1]).await;
    report("script time of a key, median", &mut old, &mut new);
    let (old, new) = (p99(&old), p99(&new));
    report("script time of a key, p99", &mut [old], &mut [new]);
}

/// The value that one in a hundred exceeds; the values are sorted.
fn p99(values: &[f64]) -> f64 {
    values[values.len() * 99 / 100 - 1]
}

/// Script time of each key, in milliseconds.
async fn keys(program: &Program) -> Vec<f64> {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    tab.goto(&format!("{}/", program.origin())).await;
    tab.wait_for(&by_test("demo"), PATIENCE).await;
    tab.set_value(&by_test("payload"), &payload()).await;
    let middle = "(editor => editor.setSelectionRange(2500, 2500))(document.activeElement)";
    tab.eval(middle).await;
    let trace = json!({
        "transferMode": "ReportEvents",
        "traceConfig": { "includedCategories": ["devtools.timeline"] },
    });
    tab.call("Tracing.start", trace).await;
    for number in 0..KEYS {
        let key = ["a", "b", "1", " "][number % 4];
        tab.press(key, NONE).await;
        sleep(PAUSE).await;
    }
    tab.call("Tracing.end", json!({})).await;
    while !has_ended(&tab) {
        sleep(PAUSE).await;
    }
    let events: Vec<Value> = tab
        .events()
        .iter()
        .filter(|event| event.method == "Tracing.dataCollected")
        .filter_map(|event| event.params["value"].as_array().cloned())
        .flatten()
        .collect();
    script_times(&events)
}

fn has_ended(tab: &crate::driver::Tab) -> bool {
    let events = tab.events();
    events
        .iter()
        .any(|event| event.method == "Tracing.tracingComplete")
}

/// A text of 5 KB that stands in no string at its middle.
fn payload() -> String {
    let line = "  \"field\": \"some text of a payload\",\n";
    let mut text = String::from("{\n");
    let mut number = 0;
    while text.len() < 4_900 {
        number += 1;
        text.push_str(&line.replace("field", &format!("field{number}")));
    }
    text + "  \"handle\": \"alice\"\n}"
}

/// Time that script took between each `keydown` and the next, in milliseconds.
fn script_times(events: &[Value]) -> Vec<f64> {
    let number = |event: &Value, name: &str| event[name].as_f64().unwrap_or_default();
    let is_key = |event: &&Value| {
        event["name"] == "EventDispatch" && event["args"]["data"]["type"] == "keydown"
    };
    let mut starts: Vec<(f64, &Value)> = events
        .iter()
        .filter(is_key)
        .map(|event| (number(event, "ts"), &event["tid"]))
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(
        starts.len() >= KEYS,
        "the trace shows {} keys",
        starts.len()
    );
    let thread = starts[0].1;
    let mut spans: Vec<(f64, f64)> = events
        .iter()
        .filter(|event| SCRIPT.iter().any(|name| event["name"] == *name))
        .filter(|event| event["tid"] == *thread)
        .map(|event| {
            (
                number(event, "ts"),
                number(event, "ts") + number(event, "dur"),
            )
        })
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut times = vec![0.0; starts.len()];
    let mut end = f64::MIN;
    for (from, to) in spans {
        // One within another counts once.
        let (from, to) = (from.max(end), to.max(end));
        end = to;
        let key = starts.iter().rposition(|(start, _)| *start <= from);
        if let Some(key) = key {
            times[key] += (to - from) / 1_000.0;
        }
    }
    times
}
