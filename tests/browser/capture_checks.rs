//! The capture sees what leaves a page and what goes wrong in it: each check of the other tests is
//! shown here a page that it must refuse.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64ct::{Base64, Encoding};
use futures_util::StreamExt;
use serde_json::json;
use tokio::net::TcpListener;

use crate::capture::{Body, Capture, NO_ANSWER};
use crate::driver::{Browser, Tab};
use crate::stand_in::{self, Page};

/// A key without a pattern in it, which pages here give away.
const SCALAR: [u8; 32] =
    *b"\x8b\x1f\xd2\x07\xee\x53\xa9\x34\xc0\x7a\x16\xf5\x9d\x42\xb8\x61\x2c\xe7\x05\x9a\x73\xdf\x48\xb1\x1e\x86\xca\x3f\x90\x5d\xf4\x27";

static PAGES: [Page; 3] = [
    Page {
        path: "/",
        headers: "content-type: text/html\r\n",
        html: r#"<!doctype html><link rel="icon" href="data:,"><p>Quiet</p>"#,
    },
    Page {
        path: "/strict",
        headers: "content-type: text/html\r\ncontent-security-policy: default-src 'none'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'\r\n",
        html: r#"<!doctype html><link rel="icon" href="data:,"><p>Strict</p>"#,
    },
    Page {
        path: "/redirect",
        headers: "content-type: text/html\r\n",
        html: "<!doctype html><p>Here",
    },
];

async fn on(browser: &Browser, path: &str) -> (Tab, String) {
    let origin = stand_in::serve(&PAGES);
    let tab = browser.tab().await;
    tab.goto(&format!("{origin}{path}")).await;
    (tab, origin)
}

fn refusal(check: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(check)).err()?;
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}

fn leaks(capture: &Capture) -> String {
    refusal(|| capture.assert_no_key(&SCALAR)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_page_passes_every_check() {
    let browser = Browser::launch().await;
    let (tab, origin) = on(&browser, "/strict").await;
    tab.eval(
        "fetch('/3/device/00', { method: 'POST', body: 'hello' }).then(answer => answer.text())",
    )
    .await;
    let capture = tab.capture().await;
    capture.assert_own_origin_only(&origin);
    capture.assert_no_key(&SCALAR);
    capture.assert_quiet(&[]);
    assert_eq!(capture.requests_to("GET", "/strict").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sees_method_headers_and_body_of_a_post() {
    let browser = Browser::launch().await;
    let (tab, origin) = on(&browser, "/").await;
    tab.eval("fetch('/send?now', { method: 'POST', headers: { 'apns-topic': 'com.example.voip' }, body: '{\"ü\": 1}' })").await;
    tab.eval("fetch('/bytes', { method: 'POST', body: new Uint8Array([0, 255, 128]) })")
        .await;
    tab.eval("fetch('/long', { method: 'POST', body: 'x'.repeat(70000) })")
        .await;
    let capture = tab.capture().await;
    let [send] = capture.requests_to("POST", "/send")[..] else {
        panic!("{capture:?}")
    };
    assert_eq!(send.url, format!("{origin}/send?now"));
    assert_eq!(send.header("apns-topic"), Some("com.example.voip"));
    // Only the browser itself knows these.
    assert_eq!(send.header("sec-fetch-site"), Some("same-origin"));
    assert_eq!(send.header("content-length"), Some("9"));
    assert_eq!(send.bytes(), "{\"ü\": 1}".as_bytes());
    assert_eq!(
        capture.requests_to("POST", "/bytes")[0].bytes(),
        [0, 255, 128]
    );
    assert_eq!(
        capture.requests_to("POST", "/long")[0].bytes().len(),
        70_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_capture_finds_a_leaked_key_in_every_part_of_a_request() {
    let hex: String = SCALAR.iter().map(|byte| format!("{byte:02X}")).collect();
    let base64 = Base64::encode_string(&SCALAR);
    let raw = json!(SCALAR[5..17]);
    let cases = [
        (format!("fetch('/?key={hex}')"), "its address, hex"),
        (
            format!("fetch('/', {{ headers: {{ 'x-note': 'k{base64}' }} }})"),
            "its header x-note, base64",
        ),
        (
            format!(
                "fetch('/', {{ method: 'POST', body: JSON.stringify({{ key: '{base64}' }}) }})"
            ),
            "its body, base64",
        ),
        (
            format!("fetch('/', {{ method: 'POST', body: new Uint8Array({raw}) }})"),
            "its body, raw",
        ),
        (
            format!("navigator.sendBeacon('/', 'a' + {raw})"),
            "its body, decimal",
        ),
        (format!("document.cookie = 'key={hex}'; fetch('/')"), "hex"),
        (
            format!("new Image().src = '/' + encodeURIComponent('{base64}')"),
            "its address, base64",
        ),
    ];
    let browser = Browser::launch().await;
    for (script, place) in cases {
        let (tab, _) = on(&browser, "/").await;
        tab.eval(&format!("void ({{}}, {})", script.replace("; ", ", ")))
            .await;
        let complaint = leaks(&tab.capture().await);
        assert!(complaint.ends_with(place), "{script}: {complaint:?}");
        tab.eval("document.cookie = 'key=; max-age=0'").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_seen_is_not_taken_for_innocent() {
    let browser = Browser::launch().await;
    let (tab, _) = on(&browser, "/").await;
    let mut capture = tab.capture().await;
    capture.requests[0].body = Body::Unseen;
    assert!(leaks(&capture).contains("did not show the body"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_capture_finds_a_key_in_a_web_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        socket.next().await
    });
    let browser = Browser::launch().await;
    let (tab, origin) = on(&browser, "/").await;
    let key = json!(SCALAR);
    tab.eval(&format!("{{ const s = new WebSocket('ws://{address}/'); s.onopen = () => s.send(new Uint8Array({key})) }}")).await;
    server.await.unwrap();
    let capture = tab.capture().await;
    assert_eq!(leaks(&capture), "a WebSocket message carries the key, raw");
    assert!(
        refusal(|| capture.assert_own_origin_only(&origin))
            .unwrap()
            .contains(&format!("ws://{address}/"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_another_origin_is_refused_even_if_nobody_is_there() {
    let browser = Browser::launch().await;
    let (tab, origin) = on(&browser, "/").await;
    let other = stand_in::serve(&PAGES);
    tab.eval(&format!("fetch('{other}/', {{ mode: 'no-cors' }})"))
        .await;
    let capture = tab.capture().await;
    assert!(
        refusal(|| capture.assert_own_origin_only(&origin))
            .unwrap()
            .contains(&other)
    );
    // An origin that only begins like ours is another one.
    assert!(
        refusal(|| capture
            .assert_own_origin_only(origin.trim_end_matches(|digit: char| digit.is_ascii_digit())))
        .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exceptions_and_console_errors_are_complaints() {
    let browser = Browser::launch().await;
    for (script, complaint) in [
        (
            "void setTimeout(() => { throw Error('thrown later') }, 0)",
            "exception: Error: thrown later",
        ),
        (
            "void Promise.reject(Error('never awaited'))",
            "exception: Error: never awaited",
        ),
        ("console.error('panicked at', 7)", "console: panicked at"),
        ("console.warn('careful')", "console: careful"),
        ("console.assert(false, 'not so')", "console: not so"),
    ] {
        let (tab, _) = on(&browser, "/").await;
        tab.eval(script).await;
        let capture = tab.capture().await;
        let refusal = refusal(|| capture.assert_quiet(&[])).unwrap_or_default();
        assert!(refusal.contains(complaint), "{script}: {refusal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_violated_policy_is_reported() {
    let browser = Browser::launch().await;
    for (script, directive) in [
        (
            "void document.body.setAttribute('style', 'color: red')",
            "style-src",
        ),
        (
            "try { document.body.innerHTML = '<b>' } catch {}",
            "require-trusted-types-for",
        ),
        (
            "void (new Image().src = 'http://127.0.0.1:9/pixel')",
            "img-src",
        ),
        (
            "fetch('http://127.0.0.1:9/').catch(() => {})",
            "connect-src",
        ),
    ] {
        let (tab, _) = on(&browser, "/strict").await;
        tab.eval(script).await;
        let capture = tab.capture().await;
        let refusal = refusal(|| capture.assert_quiet(&[])).unwrap_or_default();
        assert!(
            refusal.contains(&format!("policy: {directive}")),
            "{script}: {refusal:?} {:?}",
            capture.complaints()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expected_refusal_stands_for_exactly_one_answer() {
    let browser = Browser::launch().await;
    let (tab, origin) = on(&browser, "/").await;
    tab.eval("fetch('/missing')").await;
    let once = tab.capture().await;
    once.assert_quiet(&[("/missing", 404)]);
    assert!(
        refusal(|| once.assert_quiet(&[]))
            .unwrap()
            .contains(&format!("unexpected 404 from {origin}/missing"))
    );
    assert!(
        refusal(|| once.assert_quiet(&[("/missing", 403)]))
            .unwrap()
            .contains("expected 403")
    );
    assert!(
        refusal(|| once.assert_quiet(&[("/missing", 404), ("/missing", 404)]))
            .unwrap()
            .contains("did not come")
    );
    tab.eval("fetch('/missing')").await;
    let twice = tab.capture().await;
    assert!(refusal(|| twice.assert_quiet(&[("/missing", 404)])).is_some());
    twice.assert_quiet(&[("/missing", 404), ("/missing", 404)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_stands_for_any_number_of_attempts_but_not_for_none() {
    let browser = Browser::launch().await;
    let (tab, _) = on(&browser, "/").await;
    let gone = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let quiet = tab.capture().await;
    assert!(refusal(|| quiet.assert_quiet(&[("/gone", NO_ANSWER)])).is_some());
    for _ in 0..2 {
        tab.eval(&format!(
            "fetch('http://{gone}/gone', {{ mode: 'no-cors' }}).catch(() => {{}})"
        ))
        .await;
    }
    let capture = tab.capture().await;
    capture.assert_quiet(&[("/gone", NO_ANSWER)]);
    assert!(refusal(|| capture.assert_quiet(&[])).is_some());
}
