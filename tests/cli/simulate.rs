//! `trill simulate`: its first lines, its files, its control address and its end.

use serde_json::{Value, json};

use super::{text, trill};
use crate::support::h2_client::H2Client;
use crate::support::openssl;
use crate::support::simulate::{Simulate, TEAM_ID};
use crate::support::temp_dir::TempDir;

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_as_apns_does_and_sums_up_at_its_end() {
    let simulate = Simulate::start(&[PHONE], &["--name", "apns.test"]);
    let pem = std::fs::read_to_string(simulate.authority()).expect("--ca-out was written");
    assert!(openssl::try_run(&["x509", "-noout", "-subject"], pem.as_bytes()).0, "{pem}");
    let authority = rustls::pki_types::pem::PemObject::from_pem_slice(pem.as_bytes()).expect("a certificate");
    let client = H2Client::connect(([127, 0, 0, 1], simulate.port).into(), &authority).await;
    let answer = client.send("POST", &format!("/3/device/{PHONE}"), &http::HeaderMap::new(), b"{}").await;
    assert_eq!(answer.status, 403);
    drop(client);
    let (code, words, journal) = simulate.end();
    assert_eq!(code, Some(0));
    assert!(words.contains("1 MissingProviderToken in the journal."), "{words}");
    assert_eq!(journal["decisions"][0]["reason"], "MissingProviderToken");
}

#[test]
fn its_control_address_has_the_simulator_and_nothing_else() {
    let simulate = Simulate::start(&[PHONE], &[]);
    for (path, status) in [
        ("/api/simulator/devices", 200),
        ("/api/simulator/faults", 200),
        ("/healthz", 200),
        ("/", 404),
        ("/api/relay", 404),
        ("/api/catalogue", 404),
        ("/api/tokens/TEAM654321/ABC123DEFG", 404),
    ] {
        assert_eq!(simulate.control("GET", path, &Value::Null).status, status, "{path}");
    }
    let push = simulate.control("POST", &format!("/production/3/device/{PHONE}"), &json!({}));
    assert_eq!(push.status, 404, "it carries no pushes");
    assert_eq!(simulate.control("GET", "/api/simulator/devices", &Value::Null).json()["devices"][0]["device_token"], PHONE);
}

#[test]
fn without_ca_out_the_authority_is_printed() {
    let folder = TempDir::new();
    let script = folder.write("faults.json", r#"[{"fault":"nonsense"}]"#);
    // A script that is refused ends it before it serves, so what it prints can be read whole.
    let output = trill(&["simulate", "--listen", "127.0.0.1:0", "--faults", &script.to_string_lossy()]).output().expect("it runs");
    let (code, out, err) = text(&output);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("faults.json: ") && err.lines().count() == 1, "{err}");

    let mut child = trill(&["simulate", "--listen", "127.0.0.1:0"]).spawn().expect("it runs");
    std::thread::sleep(std::time::Duration::from_millis(800));
    let _ = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let (_, out, _) = text(&child.wait_with_output().expect("it spoke"));
    assert!(out.contains("\nca\n-----BEGIN CERTIFICATE-----\n") && out.contains("ready") && out.ends_with("No push came.\n"), "{out}");
}

#[test]
fn what_keeps_it_from_starting_is_2_and_says_what_to_do() {
    let folder = TempDir::new();
    let file = |name: &str, contents: &str| folder.write(name, contents).to_string_lossy().into_owned();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let private = json!([{ "key_id": "K", "team_id": TEAM_ID, "public_key": openssl::p256_key() }]).to_string();
    let (keys, list) = (file("keys.json", &private), file("list.json", "[{},\n 1]"));
    let (nameless, colour) =
        (file("nameless.json", r#"[{"bundle_id":"a.b"}]"#), file("colour.json", r#"[{"device_token":"00","colour":1}]"#));
    for (arguments, parts) in [
        (vec!["--listen", &address], ["is taken", "--listen"]),
        (vec!["--keys", "/nowhere.json"], ["cannot read /nowhere.json", "check its path"]),
        (vec!["--keys", &keys], ["keys.json, entry 1: ", "private key"]),
        (vec!["--devices", &list], ["list.json is no JSON list of objects", "line 2"]),
        (vec!["--devices", &nameless], ["nameless.json, entry 1: ", "device_token"]),
        (vec!["--devices", &colour], ["colour.json, entry 1: ", "colour"]),
        (vec!["--ca-out", "/nowhere/ca.pem"], ["cannot write /nowhere/ca.pem", "choose a place"]),
        (vec!["--control", "0.0.0.0:0"], ["--control", "other machines"]),
    ] {
        let mut all = vec!["simulate", "--listen", "127.0.0.1:0"];
        if arguments[0] == "--listen" {
            all.truncate(1);
        }
        all.extend(arguments);
        let (code, out, err) = text(&trill(&all).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{all:?}: {err}");
        assert!(err.starts_with("trill: ") && parts.iter().all(|part| err.contains(part)) && err.lines().count() == 1, "{err}");
        assert!(!err.contains("PRIVATE KEY"), "no secret is echoed");
    }
}

#[test]
fn its_help_fits_a_screen() {
    let (code, out, err) = text(&trill(&["simulate", "--help"]).output().expect("it runs"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().count() <= 24 && out.lines().all(|line| line.len() <= 80), "{out}");
    for flag in ["--listen", "--control", "--ca-out", "--name", "--keys", "--devices", "--faults", "--journal"] {
        assert!(out.contains(flag), "{flag}");
    }
}
