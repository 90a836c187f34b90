//! States of the page that a visitor can see, for what has to hold in every one of them.

use serde_json::{Value, json};
use trill::call::template::ARTICLE;

use crate::driver::by_test;
use crate::phones::Stage;
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KeyFile, SOON, Visit};

const RINGING: &str = "[data-test=\"phone\"][data-state=\"ringing\"]";
/// A payload that reaches the phone and rings it.
const CALL: &str = r#"{ "handle": "alice", "callUUID": "{{uuid}}", "aps": {} }"#;
/// A payload with an error, warnings and notes.
const FINDINGS: &str =
    r#"{ "handle": 7, "callUUID": "x", "Handle": "a", "aps": { "alert": "Hi" } }"#;
/// One fault that strikes every push to the simulator.
const FAULTS: [(&str, &str, &str); 2] = [
    (
        "rejected",
        r#"[{"fault":"refuse","reason":"TooManyRequests"}]"#,
        "rejected",
    ),
    (
        "unknown",
        r#"[{"fault":"hang-up","how":"reset","when":"judged"}]"#,
        "unknown",
    ),
];

/// One state of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    FirstVisit,
    Ringing,
    InCall,
    Declined,
    OwnKey,
    Findings,
    Blocked,
    Headers,
    Receiver,
    Accepted,
    Rejected,
    Unknown,
    Killed,
    Silent,
    Sandbox,
    ProductionQuestion,
    OversizedPaste,
    KeptOut,
    Inspector,
    InspectorDetails,
    Phones,
    PhonesQuestion,
    Certificate,
    SignIn,
    SharedPage,
    RelayLost,
}

impl State {
    /// Every state.
    pub(crate) const ALL: [Self; 26] = [
        Self::FirstVisit,
        Self::Ringing,
        Self::InCall,
        Self::Declined,
        Self::OwnKey,
        Self::Findings,
        Self::Blocked,
        Self::Headers,
        Self::Receiver,
        Self::Accepted,
        Self::Rejected,
        Self::Unknown,
        Self::Killed,
        Self::Silent,
        Self::Sandbox,
        Self::ProductionQuestion,
        Self::OversizedPaste,
        Self::KeptOut,
        Self::Inspector,
        Self::InspectorDetails,
        Self::Phones,
        Self::PhonesQuestion,
        Self::Certificate,
        Self::SignIn,
        Self::SharedPage,
        Self::RelayLost,
    ];

    /// Name of the screen, for files and complaints.
    pub(crate) fn name(self) -> String {
        let mut name = String::new();
        for character in format!("{self:?}").chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }

    /// A visit in this state.
    pub(crate) async fn show(self) -> Visit {
        match self {
            Self::FirstVisit => Visit::new().await,
            Self::Ringing | Self::InCall | Self::Declined => rung(self).await,
            Self::OwnKey | Self::Findings | Self::Blocked | Self::Headers | Self::Receiver => {
                written(self).await
            }
            Self::Accepted | Self::Rejected | Self::Unknown | Self::Killed | Self::Silent => {
                sent(self).await
            }
            Self::Sandbox | Self::ProductionQuestion => elsewhere(self).await,
            Self::OversizedPaste | Self::KeptOut => pasted(self).await,
            Self::Inspector | Self::InspectorDetails => inspected(self).await,
            Self::Phones | Self::PhonesQuestion => registered(self).await,
            Self::Certificate => with_certificate().await,
            Self::SignIn | Self::SharedPage => shared(self).await,
            Self::RelayLost => {
                let mut visit = Visit::new().await;
                visit.trill.stop();
                let lost = "[data-test=\"relay\"][data-state=\"down\"]";
                visit.tab.wait_for(lost, SOON * 3).await;
                visit
            }
        }
    }
}

impl Visit {
    /// Asks the simulator's control interface.
    pub(crate) fn ask_simulator(&self, method: &str, path: &str, body: &str) {
        let answer = self.trill.request(
            method,
            &format!("/api/simulator/{path}"),
            &[("content-type", "application/json")],
            body.as_bytes(),
        );
        assert!(answer.status < 300, "{path}: {}", answer.text());
    }

    /// Fills in a call to a phone that the simulator knows.
    async fn ready_to_send(payload: &str, phone: &Value) -> Self {
        let visit = Self::new().await;
        let key = KeyFile::new();
        visit.enrol_key(&key);
        let mut body = json!({ "name": "Alice’s iPhone", "bundle_id": BUNDLE_ID });
        for (name, value) in phone.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        visit.ask_simulator("PUT", &format!("devices/{DEVICE_TOKEN}"), &body.to_string());
        visit.fill_all(&key, payload).await;
        visit
    }
}

/// The demo phone has rung.
async fn rung(state: State) -> Visit {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    let button = match state {
        State::InCall => "accept",
        State::Declined => "decline",
        _ => return visit,
    };
    visit.tab.click(&by_test(button)).await;
    let gone = format!("document.querySelector({}) === null", json!(RINGING));
    visit.tab.wait_until(&gone, SOON).await;
    visit
}

/// Something is written, and nothing was sent yet.
async fn written(state: State) -> Visit {
    if state == State::Blocked {
        let visit = Visit::new().await;
        for field in ["key-id", "team-id", "bundle-id", "device-token", "payload"] {
            visit.fill(field, "x y").await;
        }
        visit.send().await;
        visit.tab.wait_for(&by_test("stopped"), SOON).await;
        return visit;
    }
    let payload = if state == State::Findings {
        FINDINGS
    } else {
        CALL
    };
    let visit = Visit::ready_to_send(payload, &Value::Null).await;
    if state == State::Headers {
        visit.describe_own_app().await;
        visit
            .tab
            .click(&format!("{} summary", by_test("headers")))
            .await;
        visit.fill("expiration", "yesterday").await;
        visit.fill("path-handle", "a..b").await;
    }
    if state == State::Receiver {
        visit.open_receiver().await;
        visit.wait_for_code("struct CallPayload").await;
        visit.tab.tab_to(&by_test("receiver-field")).await;
        return visit;
    }
    // A field is judged when it is left.
    visit.tab.click(&by_test("team-id")).await;
    if state == State::Findings {
        visit.tab.wait_for(&by_test("finding"), SOON).await;
    }
    visit
}

/// A push has ended in this outcome.
async fn sent(state: State) -> Visit {
    let (payload, phone) = match state {
        State::Killed => ("{ \"aps\": {} }", Value::Null),
        State::Silent => (CALL, json!({ "do_not_disturb": true })),
        State::Accepted => (ARTICLE, Value::Null),
        _ => (CALL, Value::Null),
    };
    let visit = Visit::ready_to_send(payload, &phone).await;
    let mut outcome = "accepted";
    for (name, script, expected) in FAULTS {
        if name == state.name() {
            visit.ask_simulator("PUT", "faults", script);
            outcome = expected;
        }
    }
    visit.send().await;
    visit.wait_for_outcome(outcome, SOON * 3).await;
    visit
}

/// Apple's environments are chosen.
async fn elsewhere(state: State) -> Visit {
    let visit = Visit::ready_to_send(CALL, &Value::Null).await;
    if state == State::Sandbox {
        visit.choose_environment("sandbox").await;
        return visit;
    }
    visit.choose_environment("production").await;
    visit.send().await;
    visit.tab.wait_for(&by_test("ask-production"), SOON).await;
    visit
}

/// Something was pasted that the page keeps out.
async fn pasted(state: State) -> Visit {
    let visit = Visit::new().await;
    if state == State::KeptOut {
        visit.fill("bundle-id", &KeyFile::new().text).await;
        visit.tab.wait_for(&by_test("kept-out"), SOON).await;
        return visit;
    }
    let text = json!("x".repeat(300_000));
    let paste = format!(
        "(editor => {{ editor.focus(); const data = new DataTransfer();
        data.setData('text/plain', {text});
        editor.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
        }})(document.querySelector('[data-test=payload]'))"
    );
    visit.tab.eval(&paste).await;
    visit.tab.wait_for(&by_test("held"), SOON).await;
    visit
}

/// The inside of the simulator is shown, with everything in it.
async fn inspected(state: State) -> Visit {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    visit.ask_simulator("PUT", "faults", r#"[{"fault":"delay","ms":1}]"#);
    visit.tab.click(&by_test("simulator")).await;
    visit.tab.wait_for(&by_test("decision"), SOON).await;
    if state == State::InspectorDetails {
        for line in ["simulated-phone", "decision"] {
            visit.tab.click(&format!("{} summary", by_test(line))).await;
        }
        visit.tab.wait_for(&by_test("setting-name"), SOON).await;
        visit.tab.wait_for(&by_test("diagnosis"), SOON).await;
    }
    visit
}

/// Apps and devices are registered, and a send has receipts.
async fn registered(state: State) -> Visit {
    let stage = Stage::new().await;
    let secret = stage.app();
    stage.register(
        &secret,
        &json!({ "kinds": ["alert"], "system_version": "18.0" }),
    );
    stage.ready(&Value::Null).await;
    stage.visit.send().await;
    stage.wait_for_ring("rang").await;
    stage.open_card().await;
    stage.wait_for_device("registered").await;
    let visit = stage.visit;
    let (button, shown) = if state == State::Phones {
        ("renew-secret", "app-secret")
    } else {
        ("delete-app", "ask-delete")
    };
    visit.tab.click(&by_test(button)).await;
    visit.tab.wait_for(&by_test(shown), SOON).await;
    visit
}

/// A certificate of the relay is chosen.
async fn with_certificate() -> Visit {
    let folder = TempDir::new();
    let file = folder.write("calls.pem", PushFiles::universal(365).pem());
    let visit = Visit::with(&["--identity", &file.to_string_lossy()]).await;
    visit.tab.wait_for(&by_test("certificate"), SOON).await;
    visit.choose_next("certificate", "calls").await;
    visit.tab.wait_for(&by_test("identity"), SOON).await;
    visit
}

/// The page of a relay that somebody else runs.
async fn shared(state: State) -> Visit {
    if state == State::SignIn {
        let visit = Visit::closed(&["--require-token"]).await;
        visit.tab.goto(&format!("{}/", visit.trill.origin())).await;
        let open = format!("{}[open]", by_test("sign-in"));
        visit.tab.wait_for(&open, SOON).await;
        return visit;
    }
    let folder = TempDir::new();
    let settings = "[policy]\nproduction = \"off\"\n[[preset]]\nname = \"Staging phone\"\n";
    let file = folder.write("trill.toml", settings);
    let visit = Visit::with(&["--config", &file.to_string_lossy()]).await;
    visit
        .tab
        .wait_for("input[value=production]:disabled", SOON)
        .await;
    visit
}
