//! Times of a first visit: paint, a working demo button, the last text.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::{Browser, Tab};
use crate::program::Program;
use crate::report;

/// Longer than the slowest visit with the brake.
const PATIENCE: Duration = Duration::from_secs(60);
/// The processor is this many times slower.
const CPU: u32 = 4;
/// Milliseconds of each request.
const LATENCY_MS: u32 = 150;
/// Bytes a second of 1.6 Mbit/s.
const BYTES_PER_SECOND: u32 = 200_000;

/// Presses the demo button in every frame until that has an effect: the time of that press.
const PRESS: &str = "(() => {
    let pressed = 0;
    const works = () => document.querySelector('[data-test=underway], [data-test=outcome], [data-test=phone][data-state=ringing]');
    const frame = () => {
        if (pressed && works()) { window.worksAt = pressed; return; }
        const button = document.querySelector('[data-test=demo]');
        if (button && !button.disabled) { pressed = performance.now(); button.click(); }
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})()";
/// Notes when the text of the page changed last.
const TEXTS: &str = "(() => {
    let text = '';
    const frame = () => {
        const now = document.body?.textContent ?? '';
        if (now !== text) { text = now; window.textAt = performance.now(); }
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})()";
/// `true` once the button is there and no text has come for a while.
const IS_QUIET: &str = "document.querySelector('[data-test=demo]') !== null && performance.now() - window.textAt > 2000";
const PAINT: &str = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";

/// Times of one visit, in milliseconds.
struct Times {
    paint: f64,
    button: f64,
    texts: f64,
}

/// Visits both programs in turns, and prints what came of it.
pub(crate) async fn measure(programs: &[Program; 2], is_braked: bool, visits: usize) {
    let mut times: [Vec<Times>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..visits {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(visit(program, is_braked).await);
        }
    }
    let brake = if is_braked { ", with the brake" } else { "" };
    for (name, of) in [
        (
            "first contentful paint",
            (|times| times.paint) as fn(&Times) -> f64,
        ),
        ("demo button works", |times| times.button),
        ("every text is there", |times| times.texts),
    ] {
        let [mut old, mut new] = times
            .each_ref()
            .map(|times| times.iter().map(of).collect::<Vec<_>>());
        report(&format!("{name}{brake}"), &mut old, &mut new);
    }
}

async fn visit(program: &Program, is_braked: bool) -> Times {
    let page = open(program, is_braked, TEXTS).await;
    page.1.wait_until(IS_QUIET, PATIENCE).await;
    let (paint, texts) = (
        number(&page.1, PAINT).await,
        number(&page.1, "window.textAt").await,
    );
    drop(page);
    let (_browser, tab) = open(program, is_braked, PRESS).await;
    tab.wait_until("window.worksAt > 0", PATIENCE).await;
    Times {
        paint,
        texts,
        button: number(&tab, "window.worksAt").await,
    }
}

/// Opens the page in a fresh browser, with this script in it from the first moment.
async fn open(program: &Program, is_braked: bool, script: &str) -> (Browser, Tab) {
    let browser = Browser::launch().await;
    let tab = browser.tab().await;
    if is_braked {
        let network = json!({
            "offline": false, "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND,
        });
        tab.call("Network.emulateNetworkConditions", network).await;
        tab.call("Emulation.setCPUThrottlingRate", json!({ "rate": CPU }))
            .await;
    }
    tab.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": script }),
    )
    .await;
    tab.goto(&format!("{}/", program.origin())).await;
    (browser, tab)
}

async fn number(tab: &Tab, expression: &str) -> f64 {
    match tab.eval(expression).await {
        Value::Number(number) => number.as_f64().unwrap_or_default(),
        other => panic!("{expression} is {other}"),
    }
}
