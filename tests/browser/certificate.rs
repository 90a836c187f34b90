//! Sending with a certificate and no key: the relay holds it, and the page chooses it by its name.

use serde_json::{Value, json};
use trill::call::template::ARTICLE;

use crate::driver::{CONTROL, NONE, by_test};
use crate::support::push_files::{BUNDLE_ID, PushFiles, TOPIC};
use crate::support::temp_dir::TempDir;
use crate::visit::{DEVICE_TOKEN, KeyFile, SOON, Visit};

/// The page of a relay that holds these certificates, by these names.
async fn visit(files: &[(&str, &PushFiles)]) -> Visit {
    let folder = TempDir::new();
    let paths: Vec<_> = files
        .iter()
        .map(|(name, file)| folder.write(&format!("{name}.pem"), file.pem()))
        .collect();
    let arguments: Vec<_> = paths
        .iter()
        .flat_map(|path| ["--identity", path.to_str().unwrap()])
        .collect();
    let visit = Visit::with(&arguments).await;
    visit.tab.wait_for(&by_test("certificate"), SOON).await;
    visit
}

/// The name of the one draft there is.
const DRAFT: &str = "Object.keys(localStorage).find(name => name.startsWith('trill.draft.'))";

impl Visit {
    /// Goes to a list with the keyboard and down to its next entry.
    pub(crate) async fn choose_next(&self, list: &str, wanted: &str) {
        self.tab.tab_to(&by_test(list)).await;
        self.tab.press("ArrowDown", NONE).await;
        self.wait_for_value(list, wanted).await;
    }

    fn rule(name: &str) -> String {
        format!(
            "{}[data-rule=\"{name}\"][data-severity=\"warning\"]",
            by_test("finding")
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_chosen_and_sent_with_by_keyboard_alone() {
    let visit = visit(&[("calls", &PushFiles::universal(365))]).await;
    visit.enrol_device();
    visit.choose_next("certificate", "calls").await;
    visit.tab.wait_for(&by_test("identity"), SOON).await;
    for gone in ["key-id", "team-id", "key-file"] {
        assert!(
            !visit.tab.has(&by_test(gone)).await,
            "{gone} is of no use now"
        );
    }
    // The second of its topics, the one for calls, fills in the app.
    visit
        .tab
        .tab_to(&format!("{} + {}", by_test("topic"), by_test("topic")))
        .await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;
    visit.tab.tab_to(&by_test("device-token")).await;
    visit.tab.type_text(DEVICE_TOKEN).await;
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_outcome("accepted", SOON).await;

    let capture = visit.tab.capture().await;
    let [push] = capture.requests_to("POST", "/simulator/3/device/")[..] else {
        panic!("one push: {:?}", capture.requests)
    };
    assert_eq!(
        (push.header("trill-identity"), push.header("authorization")),
        (Some("calls"), None)
    );
    assert_eq!(push.header("apns-topic"), Some(TOPIC));
    assert_eq!(
        capture.requests_to("GET", "/api/tokens/").len(),
        0,
        "no token is made, so no time is asked for"
    );
    let decisions = visit.decisions();
    assert_eq!(
        (
            decisions.len(),
            &decisions[0]["status"],
            &decisions[0]["payload"]
        ),
        (1, &json!(200), &json!(ARTICLE))
    );
    assert!(
        !visit.tab.has(&Visit::rule("certificate-expires")).await,
        "it lasts another year"
    );

    // Remembered by its name, and by nothing else.
    visit.tab.reload().await;
    let draft = visit.tab.eval(&format!("localStorage[{DRAFT}]")).await;
    let draft: Value = serde_json::from_str(draft.as_str().unwrap()).unwrap();
    assert_eq!(draft["form"]["certificate"], "calls");
    visit.tab.wait_for(&by_test("identity"), SOON).await;
    visit.wait_for_value("certificate", "calls").await;
    capture.assert_own_origin_only(&visit.trill.origin());
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_outside_what_it_is_for_is_pointed_out_and_apns_has_the_last_word() {
    let production = PushFiles::named(
        &format!("Apple Production IOS Push Services: {BUNDLE_ID}"),
        BUNDLE_ID,
    );
    let visit = visit(&[("soon", &PushFiles::universal(12)), ("store", &production)]).await;
    visit.choose_next("certificate", "soon").await;
    visit
        .tab
        .wait_for(&Visit::rule("certificate-expires"), SOON)
        .await;
    assert!(
        visit
            .tab
            .text(&Visit::rule("certificate-expires"))
            .await
            .contains("expires in 1")
    );

    visit.fill("bundle-id", "com.example.other").await;
    visit.fill("device-token", DEVICE_TOKEN).await;
    let outside = Visit::rule("certificate-not-for-topic");
    visit.tab.wait_for(&outside, SOON).await;
    let says = visit.tab.text(&format!("{outside} span")).await;
    assert!(says.contains("com.example.other.voip"), "{says}");
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    assert_eq!(
        visit
            .tab
            .attribute(&by_test("outcome"), "data-reason")
            .await
            .as_deref(),
        Some("TopicDisallowed")
    );
    let first = format!("{} [data-cause]", by_test("diagnosis"));
    assert_eq!(
        visit.tab.attribute(&first, "data-cause").await.as_deref(),
        Some("certificate-not-for-topic")
    );
    visit.tab.click(&format!("{outside} button")).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;

    visit.choose_next("certificate", "store").await;
    let elsewhere = Visit::rule("certificate-other-environment");
    visit.tab.wait_for(&elsewhere, SOON).await;
    visit.choose_environment("sandbox").await;
    visit.tab.click(&format!("{elsewhere} button")).await;
    visit
        .tab
        .wait_for("[value=\"production\"]:checked", SOON)
        .await;
    assert!(!visit.tab.has(&elsewhere).await);
    let rejected = format!("/simulator/3/device/{DEVICE_TOKEN}");
    visit.tab.capture().await.assert_quiet(&[(&rejected, 400)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_brought_signs_again_and_a_certificate_that_is_gone_is_forgotten() {
    let key = KeyFile::new();
    let visit = visit(&[("calls", &PushFiles::universal(365))]).await;
    visit.choose_next("certificate", "calls").await;
    // A missing key stops nothing here: only the device token is missing.
    visit.send().await;
    visit.tab.wait_for(&by_test("stopped"), SOON).await;
    assert!(
        !visit
            .tab
            .has("[data-rule=\"key_missing\"], [data-rule=\"team_missing\"]")
            .await
    );
    assert!(
        visit
            .tab
            .has("#device-token-note [data-rule=\"token_missing\"]")
            .await
    );

    visit.tab.tab_to(&by_test("certificate")).await;
    visit.tab.press("ArrowUp", NONE).await;
    visit.drop_key(key.path()).await;
    visit.tab.wait_for(&by_test("forget-key"), SOON).await;
    visit.choose_next("certificate", "calls").await;
    visit.tab.wait_for(&by_test("identity"), SOON).await;
    // The draft remembers a name the relay no longer has.
    visit
        .tab
        .goto(&format!("{}/healthz", visit.trill.origin()))
        .await;
    visit
        .tab
        .eval(&format!(
            "localStorage[{DRAFT}] = localStorage[{DRAFT}].replace('\"calls\"', '\"former\"')"
        ))
        .await;
    visit.open().await;
    visit.tab.wait_for(&by_test("certificate"), SOON).await;
    visit.tab.wait_for(&by_test("key-file"), SOON).await;
    visit.wait_for_value("certificate", "").await;
    visit.tab.capture().await.assert_quiet(&[]);
}
