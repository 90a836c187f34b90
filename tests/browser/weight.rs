//! Weight of the page: every byte that a visit brings from the program, whichever route it comes from.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::driver::{Tab, by_test};
use crate::visit::{SOON, Visit};

/// Bytes of a first visit. A draft page has names and checks that nobody loads.
#[cfg(not(debug_assertions))]
const FIRST_VISIT: u64 = 320_000;
/// Bytes of a reload: the document and what may not be cached.
const RELOAD: u64 = 5_000;
/// Bytes of the longest answer that may come uncompressed.
const LONGEST_PLAIN: u64 = 1_000;
/// Longer than the page pauses between two requests of its start.
const QUIET: Duration = Duration::from_millis(1_000);

/// One answer as it came over the wire.
#[derive(Default)]
struct Load {
    url: String,
    encoding: String,
    /// Headers and body, as they were sent.
    sent: u64,
    /// Body, as the page reads it.
    decoded: u64,
    is_cached: bool,
    /// An event stream, whose events leave one by one.
    is_stream: bool,
}

/// Answers that a tab got after its first `seen` events, by their request.
struct Loads(BTreeMap<String, Load>);

impl Loads {
    fn of(tab: &Tab, seen: usize) -> Self {
        let mut loads: BTreeMap<String, Load> = BTreeMap::new();
        for event in tab.events().iter().skip(seen) {
            let params = &event.params;
            let id = params["requestId"].as_str().unwrap_or_default();
            let number = |name: &str| params[name].as_f64().unwrap_or_default() as u64;
            let load = loads.entry(id.to_owned()).or_default();
            match event.method.as_str() {
                "Network.responseReceived" => load.read(&params["response"]),
                "Network.requestServedFromCache" => load.is_cached = true,
                "Network.dataReceived" => load.decoded += number("dataLength"),
                "Network.loadingFinished" => load.sent = number("encodedDataLength"),
                _ => {}
            }
        }
        loads.retain(|_, load| load.url.starts_with("http"));
        Self(loads)
    }

    /// Bytes of all together.
    fn sent(&self) -> u64 {
        self.0.values().map(|load| load.sent).sum()
    }

    /// A line for each, the heaviest first.
    fn table(&self) -> String {
        let mut loads: Vec<&Load> = self.0.values().collect();
        loads.sort_by_key(|load| std::cmp::Reverse(load.sent));
        let mut text = String::new();
        for load in loads {
            let (sent, decoded, url) = (load.sent, load.decoded, &load.url);
            let _ = writeln!(text, "{sent:>8} {decoded:>8} {:<5} {url}", load.encoding);
        }
        text
    }
}

impl Load {
    fn read(&mut self, response: &Value) {
        let header = |name: &str| {
            let headers = response["headers"].as_object().into_iter().flatten();
            headers
                .filter(|(header, _)| header.eq_ignore_ascii_case(name))
                .filter_map(|(_, value)| value.as_str())
                .collect::<String>()
        };
        self.url = response["url"].as_str().unwrap_or_default().to_owned();
        self.encoding = header("content-encoding");
        self.is_stream = header("content-type").starts_with("text/event-stream");
        self.is_cached |= response["fromDiskCache"] == true;
        // An event stream does not finish: of it, the head counts.
        self.sent = response["encodedDataLength"].as_f64().unwrap_or_default() as u64;
    }
}

/// Waits until the page works and nothing more is loaded.
async fn settle(tab: &Tab, seen: usize) -> Loads {
    tab.wait_for(&by_test("demo"), SOON).await;
    loop {
        let before = tab.events().len();
        sleep(QUIET).await;
        if tab.events().len() == before {
            return Loads::of(tab, seen);
        }
    }
}

/// A first visit until its event stream is open, which the first ring needs.
async fn first_visit(visit: &Visit) -> Loads {
    visit.open().await;
    settle(&visit.tab, 0).await;
    visit.tab.click(&by_test("demo")).await;
    let ringing = "[data-test=\"phone\"][data-state=\"ringing\"]";
    visit.tab.wait_for(ringing, SOON).await;
    let loads = settle(&visit.tab, 0).await;
    let is_open = loads
        .0
        .values()
        .any(|load| load.url.contains("/api/events"));
    assert!(is_open, "no event stream:\n{}", loads.table());
    let mut urls = loads.0.values().map(|load| &load.url);
    let has_prose = urls.any(|url| url.contains("/api/causes") || url.contains("/api/rules"));
    assert!(!has_prose, "a call that rang is explained at hand");
    loads
}

#[cfg(not(debug_assertions))]
#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_stays_within_its_budget() {
    let visit = Visit::closed(&[]).await;
    let loads = first_visit(&visit).await;
    println!("{} of {FIRST_VISIT} bytes\n{}", loads.sent(), loads.table());
    let wasm = loads.0.values().find(|load| load.url.ends_with(".wasm"));
    assert_eq!(
        wasm.expect("the page is wasm").encoding,
        "br",
        "{}",
        loads.table()
    );
    assert!(
        loads.sent() <= FIRST_VISIT,
        "{} bytes\n{}",
        loads.sent(),
        loads.table()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_brings_little_more_than_the_document() {
    let visit = Visit::new().await;
    settle(&visit.tab, 0).await;
    let seen = visit.tab.events().len();
    visit.tab.reload().await;
    let loads = settle(&visit.tab, seen).await;
    println!("{} of {RELOAD} bytes\n{}", loads.sent(), loads.table());
    let wasm = loads.0.values().find(|load| load.url.ends_with(".wasm"));
    assert!(wasm.is_some_and(|load| load.is_cached), "{}", loads.table());
    assert!(
        loads.sent() <= RELOAD,
        "{} bytes\n{}",
        loads.sent(),
        loads.table()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_long_answer_comes_uncompressed() {
    let visit = Visit::closed(&[]).await;
    let loads = first_visit(&visit).await;
    let plain: Vec<&str> = loads
        .0
        .values()
        .filter(|load| load.encoding.is_empty() && !load.is_stream)
        .filter(|load| load.decoded > LONGEST_PLAIN)
        .map(|load| load.url.as_str())
        .collect();
    assert!(
        plain.is_empty(),
        "uncompressed: {plain:?}\n{}",
        loads.table()
    );
}
