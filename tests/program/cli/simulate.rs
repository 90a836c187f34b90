//! `trill simulate`, from outside: what it prints, what it answers, how it ends.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};

use super::{text, trill};
use crate::support::h2_client::{Answer, H2Client};
use crate::support::http1;
use crate::support::push::{KEY_ID, TEAM_ID};
use crate::support::simulate::Simulation;
use crate::support::temp_dir::TempDir;

const PHONE: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
const PRODUCTION_PHONE: &str = "11fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn key() -> SigningKey {
    SigningKey::from_random_bytes(&[7; 32]).expect("a number on the curve")
}

fn keys() -> Value {
    json!([{ "key_id": KEY_ID, "team_id": TEAM_ID, "public_key": key().public_key().to_pem() }])
}

fn devices() -> Value {
    json!([
        { "device_token": PHONE, "bundle_id": "com.example.calls" },
        { "device_token": PRODUCTION_PHONE, "bundle_id": "com.example.calls", "environment": "production" },
    ])
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a temporary path is text")
}

/// One push by a client that trusts the authority in `ca`.
fn push(address: SocketAddr, ca: &[u8], name: &'static str, device_token: &str) -> Answer {
    let authority = CertificateDer::from_pem_slice(ca).expect("a certificate");
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970")
        .as_secs();
    let mut headers = HeaderMap::new();
    let authorization = ProviderToken::sign(&key(), KEY_ID, TEAM_ID, now).authorization();
    for (name, value) in [
        ("authorization", authorization.as_str()),
        ("apns-topic", "com.example.calls.voip"),
        ("apns-push-type", "voip"),
    ] {
        headers.insert(name, HeaderValue::from_str(value).expect("a legal value"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let client = H2Client::connect_as(name, address, &authority, None)
            .await
            .expect("TLS succeeds");
        client
            .send(
                "POST",
                &format!("/3/device/{device_token}"),
                &headers,
                b"{}",
            )
            .await
    })
}

#[cfg(unix)]
#[test]
fn simulate_answers_pushes_and_sums_them_up() {
    let folder = TempDir::new();
    let (ca, journal) = (folder.path().join("ca.pem"), folder.path().join("journal"));
    let (keys, devices) = (
        folder.write("keys.json", keys().to_string()),
        folder.write("devices.json", devices().to_string()),
    );
    let mut simulation = Simulation::start(&[
        "--production",
        "127.0.0.1:0",
        "--control",
        "127.0.0.1:0",
        "--ca-out",
        path(&ca),
        "--keys",
        path(&keys),
        "--devices",
        path(&devices),
        "--journal",
        path(&journal),
        "--name",
        "apns.test",
    ]);
    let (address, production) = (
        simulation.address(),
        simulation.address_after("Production environment at https://"),
    );
    let control = simulation.control();
    assert!(simulation.lines[0].starts_with("Trill simulates APNs at https://127.0.0.1:"));

    let ca = fs::read(&ca).expect("the authority was written");
    assert_eq!(push(address, &ca, "apns.test", PHONE).status, 200);
    assert_eq!(
        push(address, &ca, "api.push.apple.com", PRODUCTION_PHONE).status,
        200
    );
    assert_eq!(
        push(production, &ca, "localhost", PRODUCTION_PHONE).status,
        200
    );
    assert_eq!(
        push(production, &ca, "localhost", PHONE)
            .reason()
            .as_deref(),
        Some("BadDeviceToken")
    );

    let get = |path: &str| http1::request(control, "GET", path, &[], b"");
    let decisions = |query: &str| {
        get(&format!("/api/simulator/journal{query}")).json()["decisions"]
            .as_array()
            .map(Vec::len)
    };
    assert_eq!(decisions(""), Some(4));
    assert_eq!(
        decisions(&format!("?device={PRODUCTION_PHONE}&since=2")),
        Some(1)
    );
    let refused = get("/api/simulator/journal?divice=00");
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (400, Some("unknown_parameter"))
    );
    for path in [
        "/",
        "/api/relay",
        "/production/3/device/00",
        "/api/tokens/A/B",
    ] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    assert_eq!(
        http1::request(
            control,
            "PUT",
            "/api/simulator/devices/00",
            &[("origin", "http://evil.example")],
            b"{}"
        )
        .status,
        403
    );
    assert_eq!(
        http1::request(
            control,
            "POST",
            "/api/simulator/devices/00/answer",
            &[],
            b""
        )
        .status,
        403
    );

    let written = fs::read_to_string(&journal).expect("the journal was written");
    let rules: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["rule"].clone())
        .collect();
    assert_eq!(
        rules,
        [
            "accepted",
            "accepted",
            "accepted",
            "device-of-the-other-environment"
        ]
    );
    assert_eq!(
        simulation.end_by("-TERM"),
        (
            Some(0),
            "3 accepted, 1 refused: 1 BadDeviceToken\n".to_owned()
        )
    );
}

#[cfg(unix)]
#[test]
fn the_authority_is_printed_when_no_file_takes_it() {
    let mut simulation = Simulation::start(&["--accept-any-key"]);
    let pem = simulation.lines.join("\n");
    assert!(
        CertificateDer::from_pem_slice(pem.as_bytes()).is_ok(),
        "{pem}"
    );
    let address = simulation.address();
    assert_eq!(
        push(address, pem.as_bytes(), "localhost", PHONE)
            .reason()
            .as_deref(),
        Some("BadDeviceToken")
    );
    assert_eq!(
        simulation.end_by("-INT"),
        (
            Some(0),
            "0 accepted, 1 refused: 1 BadDeviceToken\n".to_owned()
        )
    );
}

#[test]
fn a_start_that_fails_is_exit_2_and_says_how_it_could_work() {
    let folder = TempDir::new();
    let file =
        |name: &str, content: Value| path(&folder.write(name, content.to_string())).to_owned();
    let with = |name: &str, value: Value| {
        let mut list = keys();
        let first = list[0].clone();
        list.as_array_mut().expect("a list").push(first);
        list[1]["key_id"] = json!("SECOND0000");
        list[1][name] = value;
        list
    };
    let private = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n";
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("it has an address").to_string();
    let broken = path(&folder.write("broken.json", "[{]")).to_owned();
    for (flag, value, part) in [
        (
            "--listen",
            taken.clone(),
            "choose others with --listen 127.0.0.1:0",
        ),
        ("--production", taken.clone(), "a port is taken"),
        (
            "--control",
            taken,
            "choose another with --control 127.0.0.1:0",
        ),
        (
            "--keys",
            "/nowhere/keys.json".to_owned(),
            "check the path given to --keys",
        ),
        (
            "--devices",
            "/nowhere/devices.json".to_owned(),
            "check the path given to --devices",
        ),
        (
            "--journal",
            "/nowhere/journal".to_owned(),
            "check the path given to --journal",
        ),
        (
            "--ca-out",
            "/nowhere/ca.pem".to_owned(),
            "check the path given to --ca-out",
        ),
        ("--keys", broken, "line 1, column 3"),
        ("--keys", file("a", json!({})), "not a list"),
        ("--keys", file("b", json!([7])), "entry 1 is not an object"),
        (
            "--keys",
            file("c", json!([{ "team_id": TEAM_ID }])),
            "entry 1: The field “key_id” is missing",
        ),
        (
            "--keys",
            file("d", with("team_id", Value::Null)),
            "entry 2: The field “team_id” is missing",
        ),
        (
            "--keys",
            file("e", with("key_id", json!("a/b"))),
            "entry 2: The key ID (field “key_id”) is not",
        ),
        (
            "--keys",
            file("f", with("colour", json!("red"))),
            "entry 2: The entry has an unknown field, “colour”",
        ),
        (
            "--keys",
            file("g", with("public_key", json!(private))),
            "private key, which must stay with its owner",
        ),
        (
            "--keys",
            file("h", with("key_id", json!(KEY_ID))),
            "entry 2: The field “key_id” is the same",
        ),
        (
            "--devices",
            file("i", json!([{ "device_token": "xyz", "bundle_id": "a.b" }])),
            "entry 1: The device token (field “device_token”)",
        ),
        (
            "--devices",
            file("j", json!([{ "device_token": "00", "bundle_id": "a b" }])),
            "entry 1: The field “bundle_id”",
        ),
    ] {
        let mut arguments = vec!["simulate", flag, &value];
        if flag != "--listen" {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        let (code, out, err) = text(&trill(&arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{flag} {part}: {err}"
        );
    }
}

#[test]
fn it_begins_with_the_faults_of_a_file() {
    let folder = TempDir::new();
    let script = |name: &str, text: &str| folder.write(name, text).to_string_lossy().into_owned();
    let good = script(
        "good.json",
        r#"[{"fault":"refuse","reason":"Shutdown","rate":0.5,"seed":7}]"#,
    );
    let simulation = Simulation::start(&["--control", "127.0.0.1:0", "--faults", &good]);
    let control = simulation.control();
    let shown = http1::request(control, "GET", "/api/simulator/faults", &[], b"").json();
    assert!(
        shown.to_string().contains("Shutdown") && shown.to_string().contains("\"seed\":7"),
        "{shown}"
    );
    drop(simulation);

    for (text, parts) in [
        ("[{\n]", ["line 2", "column"]),
        (r#"[{"fault":"nonsense"}]"#, ["[0].fault", "bad.json: "]),
    ] {
        let bad = script("bad.json", text);
        let (code, out, err) = super::text(
            &trill(&["simulate", "--listen", "127.0.0.1:0", "--faults", &bad])
                .output()
                .expect("it runs"),
        );
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(
            parts.iter().all(|part| err.contains(part)) && err.lines().count() == 1,
            "{err}"
        );
    }
}

#[test]
fn help_fits_a_screen_and_wrong_usage_is_64() {
    let (code, out, _) = text(&trill(&["simulate", "--help"]).output().expect("it runs"));
    assert_eq!(code, 0);
    assert!(
        out.lines().count() <= 24 && out.lines().all(|line| line.len() <= 80),
        "{out}"
    );
    for (arguments, part) in [
        (&["simulate", "--port", "1"][..], "--help"),
        (&["simulate", "--control", "0.0.0.0:1"], "other machines"),
    ] {
        let (code, out, err) = text(&trill(arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (64, ""), "{arguments:?}");
        assert!(err.contains(part), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn a_journal_that_may_not_grow_costs_lines_and_not_the_program() {
    let folder = TempDir::new();
    let (journal, ca) = (
        folder.path().join("journal.jsonl"),
        folder.path().join("ca.pem"),
    );
    // Blocks of half a kilobyte or a whole one, as the shell counts: room for the authority, and for a few lines.
    let mut simulation = Simulation::start_under(
        "ulimit -f 4",
        &[
            "--journal",
            path(&journal),
            "--ca-out",
            path(&ca),
            "--production",
            "127.0.0.1:0",
        ],
    );
    let authority = fs::read(&ca).expect("it is there");
    for _ in 0..30 {
        assert_eq!(
            push(simulation.address(), &authority, "localhost", PHONE).status,
            403,
            "nobody is enrolled"
        );
    }
    let (code, text) = simulation.end_by("-TERM");
    assert_eq!(code, Some(0), "{text}");
    let written = fs::read_to_string(&journal).expect("it is there");
    assert!(
        written.ends_with("}\n")
            && written
                .lines()
                .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{written}"
    );
    let missing = 30 - written.lines().count();
    assert!(
        (1..30).contains(&missing) && text.contains(&format!("; {missing} of them are missing")),
        "{text}"
    );
}
