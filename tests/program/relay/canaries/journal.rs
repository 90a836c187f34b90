//! The journal of `trill simulate`, which holds no provider token.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

use super::canary::Canaries;
use super::{BUNDLE_ID, TOPIC};
use crate::support::h2_client::H2Client;
use crate::support::http1;
use crate::support::push::{KEY_ID, TEAM_ID};
use crate::support::simulate::Simulation;
use crate::support::temp_dir::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_of_the_simulator_alone_has_no_provider_token() {
    let canaries = Canaries::new();
    let folder = TempDir::new();
    let journal = folder.path().join("journal.jsonl");
    let mut simulation = Simulation::start(&[
        "--control",
        "127.0.0.1:0",
        "--journal",
        journal.to_str().expect("text"),
    ]);
    let authority = simulation
        .lines
        .iter()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .take_while(|line| *line != "Ready");
    let authority = authority.cloned().collect::<Vec<_>>().join("\n");
    let authority = CertificateDer::from_pem_slice(authority.as_bytes()).expect("a certificate");
    let put = |path: &str, body: Value| {
        let answer = http1::request(
            simulation.control(),
            "PUT",
            path,
            &[],
            body.to_string().as_bytes(),
        );
        assert_eq!(answer.status, 201, "{}", answer.text());
    };
    put(
        &format!("/api/simulator/keys/{KEY_ID}"),
        json!({ "team_id": TEAM_ID, "public_key": canaries.key.public_key().to_pem() }),
    );
    put(
        &format!("/api/simulator/devices/{}", canaries.device.text),
        json!({ "bundle_id": BUNDLE_ID }),
    );
    let client = H2Client::connect(simulation.address(), &authority).await;
    let unsigned = format!("bearer {}x", canaries.token.text);
    for (authorization, status) in [
        (format!("bearer {}", canaries.token.text), 200),
        (unsigned, 403),
        (canaries.access.text.clone(), 403),
    ] {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("authorization", authorization.as_str()),
            ("apns-topic", TOPIC),
            ("cookie", &canaries.cookie.text),
        ] {
            headers.insert(name, value.parse().expect("it is legal"));
        }
        let body = json!({ "handle": canaries.payload.text }).to_string();
        let answer = client
            .send(
                "POST",
                &format!("/3/device/{}", canaries.device.text),
                &headers,
                body.as_bytes(),
            )
            .await;
        assert_eq!(answer.status, status);
    }
    let shown = http1::request(
        simulation.control(),
        "GET",
        "/api/simulator/journal",
        &[],
        b"",
    )
    .body;
    let (code, rest) = simulation.end_by("-TERM");
    assert_eq!(code, Some(0));
    let journal = std::fs::read(journal).expect("it is there");
    assert_eq!(
        journal.split(|byte| *byte == b'\n').count(),
        4,
        "three lines"
    );
    canaries.look_into("--journal", &journal, &["device token", "payload"]);
    canaries.look_into(
        "the journal over HTTP",
        &shown,
        &["device token", "payload"],
    );
    canaries.look_into(
        "standard output",
        (simulation.lines.join("\n") + &rest).as_bytes(),
        &[],
    );
}
