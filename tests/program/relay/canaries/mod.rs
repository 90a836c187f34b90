//! Canaries: secrets in every place where a request can hold one, looked for in everything the real program writes at
//! its finest level.
//!
//! Two places hold some of them on purpose, and only those: the simulator's journal and events tell the device tokens
//! and payloads that were sent to it to the person who enrolled those phones. An answer of APNs goes back as it
//! came, to the one who sent the push, whatever a server wrote into it.

mod canary;
mod journal;
mod stage;

use serde_json::{Value, json};

use super::peer::{ACCEPT, Deed, Manners, Peer, Raw};
use crate::support::push::{KEY_ID, TEAM_ID};
use canary::Canaries;
use stage::Stage;

const BUNDLE_ID: &str = "com.example.calls";
const TOPIC: &str = "com.example.calls.voip";

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

async fn nobody_reads_them(format: &str) {
    let mut canaries = Canaries::new();
    let said = canaries.said();
    let farewell = Manners {
        raw: Some(Raw::LastWords(leak(said.clone()).as_bytes())),
        ..Manners::default()
    };
    let farewell = Peer::start(farewell, |_, _| ACCEPT).await;
    let long = leak(json!({ "reason": said }).to_string());
    let short = leak(json!({ "reason": canaries.token.text }).to_string());
    let id: &[(&str, &str)] =
        Box::leak(Box::new([("apns-id", leak(canaries.device.text.clone()))]));
    let answers = [(400, short), (200, long), (500, long)];
    let script =
        move |number: usize, _: &_| Deed::Answer(answers[number % 3].0, id, answers[number % 3].1);
    let echo = Peer::start(Manners::default(), script).await;
    let format = format.to_owned();
    tokio::task::spawn_blocking(move || look_everywhere(&mut canaries, &format, &farewell, &echo))
        .await
        .expect("nothing is found");
}

fn look_everywhere(canaries: &mut Canaries, format: &str, farewell: &Peer, echo: &Peer) {
    let mut stage = Stage::start(canaries, format, farewell, echo);
    // Requests that a browser sends from then on.
    canaries.session = stage.sign_in();
    let canaries = &*canaries;
    let key =
        json!({ "team_id": TEAM_ID, "public_key": canaries.key.public_key().to_pem() }).to_string();
    let phone = json!({ "bundle_id": BUNDLE_ID }).to_string();
    assert_eq!(
        stage
            .ask(
                "PUT",
                &format!("/api/simulator/keys/{KEY_ID}"),
                &[],
                key.as_bytes()
            )
            .status,
        201
    );
    assert_eq!(
        stage
            .ask(
                "PUT",
                &format!("/api/simulator/devices/{}", canaries.device.text),
                &[],
                phone.as_bytes()
            )
            .status,
        201
    );
    let authorization = format!("bearer {}", canaries.token.text);
    let token = ("authorization", authorization.as_str());
    assert_eq!(stage.push(canaries, "simulator", token), "accepted");
    assert_eq!(
        stage.push(canaries, "simulator", ("trill-identity", "one")),
        "accepted"
    );
    assert_eq!(
        stage.push(canaries, "simulator", ("trill-identity", "other")),
        "accepted"
    );
    assert_eq!(stage.push(canaries, "sandbox", token), "not-sent");
    for outcome in ["rejected", "accepted", "rejected"] {
        assert_eq!(stage.push(canaries, "production", token), outcome);
    }
    stage.blunder(canaries);
    canaries.look_into("/metrics", &stage.get("/metrics"), &[]);
    canaries.look_into(
        "the journal",
        &stage.get("/api/simulator/journal"),
        &["device token", "payload"],
    );
    assert_eq!(stage.trill.end_by("-TERM"), Some(0));

    let log = stage.trill.stderr();
    assert!(
        log.lines().count() > stage.sends + 10,
        "the log is silent: {log}"
    );
    canaries.look_into("standard output", stage.trill.stdout().as_bytes(), &[]);
    canaries.look_into("standard error", log.as_bytes(), &[]);
    let audit =
        std::fs::read_to_string(stage.folder.path().join("audit.jsonl")).expect("it is there");
    let lines = audit
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    let sends: Vec<Value> = lines.filter(|line| line["event"] == "send").collect();
    for phase in ["begun", "ended"] {
        assert_eq!(
            sends.iter().filter(|line| line["phase"] == phase).count(),
            stage.sends,
            "{phase}: {audit}"
        );
    }
    canaries.look_into("the audit file", audit.as_bytes(), &[]);
    let mut files = 0;
    for file in std::fs::read_dir(stage.folder.path().join("data")).expect("it is there") {
        let path = file.expect("it can be listed").path();
        let bytes = std::fs::read(&path).expect("it can be read");
        canaries.look_into(&path.display().to_string(), &bytes, &[]);
        files += usize::from(!bytes.is_empty());
    }
    assert!(
        files >= 3,
        "the hash key, the pushes and the issue times are kept"
    );
    assert!(stage.problems.len() > 2_000, "there were problems");
    canaries.look_into("problem answers", &stage.problems, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_anything_the_program_writes_as_text() {
    nobody_reads_them("text").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_in_anything_the_program_writes_as_json() {
    nobody_reads_them("json").await;
}
