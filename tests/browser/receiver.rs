//! The app's half: code that reads the payload on the page, its marked lines, and its way out.

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

const POINTED: &str = "mark.pointed";
const PRESSED: &str = "[data-test=receiver-field][aria-pressed=true]";

impl Visit {
    /// Opens the app's half.
    pub(crate) async fn open_receiver(&self) {
        let summary = format!("{} > summary", by_test("receiver"));
        self.tab.wait_for(&summary, SOON).await;
        self.tab.click(&summary).await;
    }

    /// Waits until the code has this part.
    pub(crate) async fn wait_for_code(&self, part: &str) {
        let code = format!(
            "document.querySelector('{}')?.textContent.includes({})",
            by_test("receiver-code"),
            serde_json::json!(part)
        );
        self.tab.wait_until(&code, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pointing_at_a_field_marks_its_line_and_pointing_at_a_line_its_field() {
    let visit = Visit::new().await;
    let payload =
        r#"{"from":{"handle":"+15551234567"},"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;
    visit.fill("payload", payload).await;
    visit.open_receiver().await;
    visit
        .wait_for_code(r#"Self.nonEmpty(Self.value(["from", "handle"], in: payload))"#)
        .await;
    visit.tab.tab_to(&by_test("receiver-field")).await;
    visit.tab.wait_for(POINTED, SOON).await;
    let path = visit.tab.attribute(POINTED, "data-path").await;
    assert_eq!(path.as_deref(), Some("from.handle"));
    visit.tab.tab_to("mark[data-path=callUUID]").await;
    let field = format!("document.querySelector('{PRESSED}')?.textContent == 'callUUID'");
    visit.tab.wait_until(&field, SOON).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_copied_and_downloaded_as_it_was_chosen() {
    let visit = Visit::new().await;
    visit.open_receiver().await;
    visit.wait_for_code("nonisolated struct CallPayload").await;
    visit
        .tab
        .eval(
            "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); };
             HTMLAnchorElement.prototype.click = function () { window.saved = [this.download, this.href]; }",
        )
        .await;
    visit.tab.tab_to(&by_test("receiver-flavour")).await;
    visit.tab.type_text("L").await;
    visit.tab.tab_to(&by_test("receiver-file")).await;
    visit.tab.type_text("Calls").await;
    visit.wait_for_code("import LiveCommunicationKit").await;
    visit.tab.tab_to(&by_test("receiver-copy")).await;
    visit.tab.press("Enter", 0).await;
    visit
        .tab
        .wait_until(
            "window.copied == document.querySelector('[data-test=receiver-code]').textContent",
            SOON,
        )
        .await;
    visit.tab.click(&by_test("receiver-zip")).await;
    visit
        .tab
        .wait_until(
            "window.saved[0] == 'TrillCalls.zip'
             && atob(window.saved[1].split(',')[1]).startsWith('PK')
             && atob(window.saved[1].split(',')[1]).includes('import LiveCommunicationKit')",
            SOON,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sdk_gets_its_own_set_up_and_no_code() {
    let visit = Visit::new().await;
    let payload = r#"{"stream":{"call_cid":"default:1","created_by_id":"alice"}}"#;
    // Opened first: what is known of a recognised app comes a moment later and moves the summary.
    visit.open_receiver().await;
    visit.wait_for_code("nonisolated struct CallPayload").await;
    visit.fill("payload", payload).await;
    visit.tab.tab_to(&by_test("app")).await;
    // Without a space, which would open the list if the machine is slow.
    visit.tab.type_text("ZEGO").await;
    visit.wait_for_value("app", "zego").await;
    let set_up = format!(
        "document.querySelector('{}')?.textContent.includes('https://zegocloud.com/')",
        by_test("receiver-own")
    );
    visit.tab.wait_until(&set_up, SOON).await;
    assert!(!visit.tab.has(&by_test("receiver-code")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_stays_while_the_relay_is_gone() {
    let mut visit = Visit::new().await;
    visit.open_receiver().await;
    visit.wait_for_code("nonisolated struct CallPayload").await;
    visit.trill.stop();
    visit.fill("receiver-ringtone", "ring.caf").await;
    visit.tab.wait_for(&by_test("receiver-problem"), SOON).await;
    let sentence = visit.tab.text(&by_test("receiver-problem")).await;
    assert!(sentence.contains("did not answer"), "{sentence}");
    assert!(visit.tab.has(&by_test("receiver-code")).await);
    visit.wait_for_value("receiver-ringtone", "ring.caf").await;
}
