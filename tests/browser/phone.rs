//! The virtual iPhone on the page: it rings, is answered, hangs up, is declined, and dies.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

fn phone(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", by_test("phone"))
}

/// Condition that the phone's place says a text.
fn says(text: &str) -> String {
    format!(
        "document.querySelector('.phone-place').innerText.includes({})",
        json!(text)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_answered_and_ended_and_the_next_one_declined() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.wait_until(&says("alice@example.com"), SOON).await;
    visit.tab.click(&by_test("accept")).await;
    visit.tab.wait_for(&phone("in-call"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit
        .tab
        .wait_until(&says("The call has ended."), SOON)
        .await;

    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .tab
        .wait_until(&says("The call was declined."), SOON)
        .await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_still_rings_after_a_reload() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.reload().await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("accept")).await;
    visit.tab.wait_for(&phone("in-call"), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_without_a_call_is_foretold_and_kills_the_app() {
    let visit = Visit::new().await;
    visit
        .fill("payload", r#"{"handle": "alice", "callUUID": "42"}"#)
        .await;
    visit
        .tab
        .wait_until(
            &format!(
                "document.body.innerText.includes({})",
                json!("which is not a UUID")
            ),
            SOON,
        )
        .await;
    // Known to the simulator, and then sent as it stands.
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit
        .fill("payload", r#"{"handle": "alice", "callUUID": "42"}"#)
        .await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit.send().await;
    visit.tab.wait_for(&phone("killed"), SOON).await;
    visit.wait_for_outcome("accepted", SOON).await;
    assert_eq!(
        visit.tab.text(&by_test("payload")).await,
        r#"{"handle": "alice", "callUUID": "42"}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_and_never_run() {
    let visit = Visit::new().await;
    let name = "</script><img src=x onerror=alert(1)>";
    let payload = json!({ "callUUID": "db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "handle": "javascript:alert(1)", "callerName": name });
    visit.fill("payload", &payload.to_string()).await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.tab.text(".caller-name").await, name);
    assert_eq!(
        visit
            .tab
            .eval("document.querySelectorAll('img, a[href^=javascript]').length")
            .await,
        Value::from(0)
    );
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_with_the_template_that_was_chosen() {
    let visit = Visit::new().await;
    let template = r#"{"metadata":{"call_id":"{{uuid}}","caller_name":"Bob","caller_number":"+15551234567"},"sentAt":{{now}}}"#;
    visit.fill("payload", template).await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.tab.text(".caller-name").await, "Bob");
    assert_eq!(visit.tab.text(&by_test("payload")).await, template);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_events_were_closed_for_others_says_so_and_does_not_take_them_back() {
    let visit = Visit::with(&["--event-streams-per-client", "1"]).await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;

    let mut other = TcpStream::connect(visit.trill.address()).expect("it listens");
    write!(
        other,
        "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
        visit.trill.address()
    )
    .expect("it is taken");
    let displaced = format!("{}[data-state=\"displaced\"]", by_test("relay"));
    visit.tab.wait_for(&displaced, SOON).await;
    // By itself a browser would open its stream again after three seconds.
    assert!(!read_for(&mut other, Duration::from_secs(5)).contains("event: closed"));
    visit.tab.wait_for(&displaced, SOON).await;

    visit.tab.reload().await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert!(
        read_for(&mut other, Duration::from_secs(1)).contains("event: closed"),
        "whoever looks at it gets it"
    );
}

/// Reads what comes within this time.
fn read_for(stream: &mut TcpStream, time: Duration) -> String {
    let end = std::time::Instant::now() + time;
    let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
    while let Some(left) = end
        .checked_duration_since(std::time::Instant::now())
        .filter(|left| !left.is_zero())
    {
        stream.set_read_timeout(Some(left)).expect("it can be set");
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => received.extend_from_slice(&buffer[..length]),
        }
    }
    String::from_utf8_lossy(&received).into_owned()
}
