//! The inspector of the simulator: phones, faults, keys and the journal, as a visitor works them.

use serde_json::{Value, json};

use crate::driver::{NONE, by_test};
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, Visit};

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

#[tokio::test(flavor = "multi_thread")]
async fn only_the_simulator_has_an_inside_to_look_into() {
    let visit = Visit::new().await;
    visit.choose_environment("sandbox").await;
    assert!(!visit.tab.has(SUMMARY).await);
    visit.choose_environment("simulator").await;
    visit.tab.wait_for(SUMMARY, SOON).await;
    assert!(!visit.tab.has("#journal").await, "it is closed at first");
    visit.open_inspector().await;
    for empty in [
        "No phone is enrolled",
        "No fault is on",
        "No key is enrolled",
        "Nothing was pushed yet",
    ] {
        visit.wait_for_text(empty).await;
    }
    visit.tab.click(SUMMARY).await;
    visit
        .tab
        .wait_until("document.querySelector('#journal') === null", SOON)
        .await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_it_is_reached_with_the_keyboard_alone() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    visit.tab.tab_to(SUMMARY).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
    visit.assert_focus(SUMMARY).await;
    visit.tab.tab_to(PHONE_LINE).await;
    visit.tab.press(" ", NONE).await;
    visit.tab.wait_for(&by_test("setting-name"), SOON).await;
    visit.assert_focus(PHONE_LINE).await;

    // A name is taken with Enter, and the focus stays where it was.
    visit.tab.tab_to(&by_test("setting-name")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("Alice").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=simulated-phone] strong').innerText === 'Alice'",
            SOON,
        )
        .await;
    visit.assert_focus(&by_test("setting-name")).await;

    // Two callers one after the other: the field is empty and has the focus again.
    visit.tab.tab_to(&by_test("setting-blocked")).await;
    for handle in ["bob", "carol, at work"] {
        visit.tab.type_text(handle).await;
        visit.tab.press("Enter", NONE).await;
        visit.wait_for_text(handle).await;
        visit.tab.wait_until("document.activeElement.id === 'setting-blocked' && document.activeElement.value === ''", SOON).await;
    }
    assert_eq!(
        phones(&visit)[0]["blocked"],
        json!(["bob", "carol, at work"])
    );
    visit.tab.tab_to(&by_test("unblock")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=blocked]').length === 1",
            SOON,
        )
        .await;
    assert_eq!(phones(&visit)[0]["blocked"], json!(["carol, at work"]));

    // The button that was pressed is gone, and the focus is at the heading of its part.
    visit.tab.tab_to(&by_test("remove-phone")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'devices'", SOON)
        .await;
    visit.tab.tab_to(&by_test("remove-key")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'keys'", SOON)
        .await;
    visit.tab.tab_to(DECISION_LINE).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_text("No rule is broken.").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=decision] dl') === null",
            SOON,
        )
        .await;
    visit.tab.tab_back_to(SUMMARY).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.querySelector('#journal') === null", SOON)
        .await;
    visit.assert_focus(SUMMARY).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_phone_its_key_and_its_push_stand_in_it() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    let key_id = visit.tab.text(&by_test("key-id")).await;
    assert!(
        visit
            .tab
            .text("[data-test=\"simulated-key\"] .line")
            .await
            .contains(&key_id)
    );
    let phone = visit.tab.text(PHONE_LINE).await;
    for word in [
        "Demo iPhone",
        "com.example.calls",
        "VoIP",
        "Sandbox",
        "Active",
        "ringing",
    ] {
        assert!(phone.contains(word), "{word}: {phone}");
    }
    assert!(
        visit
            .tab
            .has("[data-test=\"simulated-phone\"] [aria-current=\"true\"]")
            .await,
        "it is the one in the form"
    );
    visit.open_phone().await;
    visit.tab.wait_for(&by_test("whole-token"), SOON).await;
    assert_eq!(
        visit.tab.text(&by_test("whole-token")).await,
        visit.tab.text(&by_test("device-token")).await
    );
    visit.tab.click(DECISION_LINE).await;
    for text in [
        "accepted, documented",
        "No rule is broken.",
        "The app reported the call to CallKit",
        "com.example.calls.voip",
    ] {
        visit.wait_for_text(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_switched_offline_does_not_ring_and_the_journal_says_why_at_once() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.click(&by_test("decline")).await;
    visit.open_phone().await;
    visit.choose_label("online", "Offline").await;
    visit.wait_for_text("com.example.calls · Offline").await;
    let before = phones(&visit)[0].clone();
    assert_eq!(
        (&before["online"], &before["name"]),
        (&json!(false), &json!("Demo iPhone"))
    );

    visit.send().await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=decision]').length === 2",
            SOON,
        )
        .await;
    visit.wait_for_status(200).await;
    visit.tab.click(DECISION_LINE).await;
    visit.wait_for_text("The iPhone is offline.").await;
    assert!(!visit.tab.has(RINGING).await);
    assert_eq!(phones(&visit)[0]["online"], false);

    visit.choose_label("state", "Unregistered").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('#setting-state').selectedOptions[0].text === 'Unregistered'",
            SOON,
        )
        .await;
    visit
        .wait_for_text("Offline · VoIP · Sandbox · Unregistered")
        .await;
    visit.send().await;
    visit.wait_for_status(410).await;
    visit.tab.click(DECISION_LINE).await;
    for text in [
        "device-unregistered, documented",
        "The phone is enrolled as unregistered.",
        "Handling notification responses",
    ] {
        visit.wait_for_text(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_switched_on_strikes_and_is_switched_off() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.choose_label("fault", "503 ServiceUnavailable").await;
    visit.choose_label("times", "3 times").await;
    visit.tab.click(&by_test("fault-on")).await;
    visit.wait_for_text("struck 0 of 3").await;
    visit.send().await;
    visit
        .tab
        .wait_for(
            "[data-test=\"outcome\"][data-reason=\"ServiceUnavailable\"]",
            SOON,
        )
        .await;
    visit.wait_for_status(503).await;
    visit.wait_for_text("struck 1 of 3").await;

    // Another one is added to it, and the one that is on goes on where it was.
    visit.choose_label("fault", "Answer 3 s late").await;
    visit.tab.click(&by_test("fault-on")).await;
    visit.wait_for_text("Answer 3 s late").await;
    visit.wait_for_text("struck 0 of 2").await;
    visit.tab.click(&by_test("fault-off")).await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=fault]').length === 1",
            SOON,
        )
        .await;
    visit.tab.click(&by_test("faults-off")).await;
    visit.wait_for_text("No fault is on").await;
    visit.send().await;
    visit.wait_for_outcome("accepted", SOON).await;
    visit.wait_for_status(200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_added_used_and_rings_and_its_app_installed_anew() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.fill("bundle-id", "com.example.other").await;
    visit.tab.click(&by_test("add-phone")).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'setting-name'", SOON)
        .await;
    assert_eq!(
        visit.tab.text(&by_test("setting-bundle_id")).await,
        "com.example.other"
    );
    let token = visit.tab.text(&by_test("whole-token")).await;
    visit.fill("bundle-id", "").await;
    visit.tab.click(&by_test("use-phone")).await;
    visit.wait_for_value("device-token", &token).await;
    visit.wait_for_value("bundle-id", "com.example.other").await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"idle\"]", SOON)
        .await;
    visit.send().await;
    visit.tab.wait_for(RINGING, SOON).await;

    visit.tab.click(&by_test("reinstall-phone")).await;
    visit
        .tab
        .wait_until(
            &format!(
                "document.querySelector({})?.innerText !== {}",
                json!(by_test("whole-token")),
                json!(token)
            ),
            SOON,
        )
        .await;
    visit.send().await;
    visit.wait_for_status(410).await;
    visit.tab.click(&by_test("use-phone")).await;
    visit.send().await;
    visit.tab.wait_for(RINGING, SOON).await;
    assert_eq!(phones(&visit).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_simulator_refuses_is_said_with_its_fix_and_stays_typed() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.open_phone().await;
    visit
        .tab
        .set_value(&by_test("setting-bundle_id"), "two words")
        .await;
    visit.tab.press("Enter", NONE).await;
    visit
        .wait_for_text("Send the bundle ID of the app, such as com.example.calls.")
        .await;
    assert!(
        visit
            .tab
            .text(&by_test("refusal"))
            .await
            .starts_with("The field “bundle_id” is empty, too long")
    );
    assert_eq!(
        visit.tab.text(&by_test("setting-bundle_id")).await,
        "two words"
    );
    assert_eq!(phones(&visit)[0]["bundle_id"], "com.example.calls");
    visit
        .tab
        .set_value(&by_test("setting-bundle_id"), "com.example.mended")
        .await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=refusal]') === null",
            SOON,
        )
        .await;
    assert_eq!(phones(&visit)[0]["bundle_id"], "com.example.mended");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_shows_by_itself_and_typing_goes_on() {
    let visit = Visit::new().await;
    let key = KeyFile::new();
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.open_inspector().await;
    assert!(
        visit
            .tab
            .text("[data-test=\"simulated-key\"] .line")
            .await
            .contains(KEY_ID)
    );
    visit.open_phone().await;
    visit.tab.wait_for(&by_test("setting-name"), SOON).await;
    visit.tab.click(&by_test("setting-name")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("Half a na").await;
    let body = json!({ "name": "<img src=x onerror=alert(1)>", "bundle_id": BUNDLE_ID, "do_not_disturb": true });
    let path = format!(
        "/api/simulator/devices/{}",
        DEVICE_TOKEN.replacen("6f", "70", 1)
    );
    visit.trill.request(
        "PUT",
        &path,
        &[("content-type", "application/json")],
        body.to_string().as_bytes(),
    );
    visit.wait_for_text("<img src=x onerror=alert(1)>").await;
    visit.wait_for_text("Do Not Disturb").await;
    visit.tab.type_text("me").await;
    assert_eq!(
        visit.tab.text(&by_test("setting-name")).await,
        "Half a name"
    );
    let push = visit.trill.request(
        "POST",
        "/simulator/3/device/00",
        &[("apns-topic", "a.voip")],
        b"{}",
    );
    assert_eq!(push.status, 403, "without a provider token");
    visit.wait_for_status(403).await;
    assert_eq!(
        visit
            .tab
            .attribute(&by_test("decision"), "data-rule")
            .await
            .as_deref(),
        Some("authorization-missing")
    );
    assert_eq!(
        visit
            .tab
            .eval("document.querySelectorAll('img').length")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_one_stream_and_none_of_the_inspector_when_that_is_closed() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    let streams = async || {
        let capture = visit.tab.capture().await;
        capture
            .requests_to("GET", "/api/events")
            .iter()
            .map(|request| request.url.clone())
            .collect::<Vec<_>>()
    };
    assert!(
        !streams().await.last().unwrap().contains("device="),
        "{:?}",
        streams().await
    );
    visit.tab.click(SUMMARY).await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"idle\"]", SOON)
        .await;
    assert!(
        streams().await.last().unwrap().contains("device="),
        "{:?}",
        streams().await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_somebody_has_chosen_from_follows_what_others_change() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.open_phone().await;
    visit.choose_label("online", "Offline").await;
    visit.wait_for_text("com.example.calls · Offline").await;
    let mut phone = phones(&visit)[0].clone();
    let path = format!(
        "/api/simulator/devices/{}",
        phone["device_token"].as_str().unwrap()
    );
    for derived in [
        "device_token",
        "topic",
        "phone",
        "stored",
        "unreported_pushes",
    ] {
        phone.as_object_mut().unwrap().remove(derived);
    }
    phone["online"] = json!(true);
    let answer = visit.trill.request(
        "PUT",
        &path,
        &[("content-type", "application/json")],
        phone.to_string().as_bytes(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    visit
        .tab
        .wait_until(
            "document.querySelector('#setting-online').selectedOptions[0].text === 'Online'",
            SOON,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_fits_a_small_screen() {
    let visit = Visit::new().await;
    for width in [390, 360, 820, 1440] {
        let size =
            json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        visit
            .tab
            .call("Emulation.setDeviceMetricsOverride", size)
            .await;
        if width == 390 {
            visit.demo_and_inspector().await;
            visit.open_phone().await;
            visit.tab.click(DECISION_LINE).await;
            visit
                .tab
                .wait_for("[data-test=\"decision\"] dl", SOON)
                .await;
            visit.tab.click(&by_test("fault-on")).await;
            visit.tab.wait_for(&by_test("fault"), SOON).await;
        }
        let over = visit
            .tab
            .eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(over, 0, "at {width}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_relay_is_said_and_what_begins_anew_is_shown() {
    let mut visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit
        .wait_for_text("The relay has stopped, and its simulator with it.")
        .await;
    visit.tab.click(&by_test("add-phone")).await;
    visit.trill = Trill::start_on(&address, &[]);
    visit.wait_for_text("No phone is enrolled").await;
    visit.wait_for_text("Nothing was pushed yet").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=refusal]') === null",
            SOON,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_opens_again_after_a_reload() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.reload().await;
    visit.tab.wait_for(SUMMARY, SOON).await;
    visit.open_inspector().await;
    visit.tab.wait_for(DECISION_LINE, SOON).await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
}
