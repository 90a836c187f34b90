//! `trill doctor`: what it finds on this machine, where the network may lead nowhere.

use std::net::TcpListener;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{text, trill};
use crate::support::openssl;
use crate::support::simulate::Scene;
use crate::support::temp_dir::TempDir;

/// Each check by its name, with its state.
struct Report {
    code: i32,
    lines: Vec<Value>,
}

impl Report {
    fn of(arguments: &[&str], roots: Option<&str>) -> Self {
        let mut command = trill(&[&["doctor", "--json"], arguments].concat());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
            command.env_remove(name);
        }
        if let Some(roots) = roots {
            command
                .env("SSL_CERT_FILE", roots)
                .env_remove("SSL_CERT_DIR");
        }
        Self::read(&command.output().expect("it runs"))
    }

    fn read(output: &Output) -> Self {
        let (code, out, err) = text(output);
        assert_eq!(err, "", "{out}");
        let lines: Vec<Value> = out
            .lines()
            .map(|line| serde_json::from_str(line).expect("one object a line"))
            .collect();
        for line in &lines {
            let (finding, fix) = (
                line["finding"].as_str().expect("a string"),
                line["remedy"].as_str(),
            );
            assert!(finding.ends_with('.') && finding.len() <= 160, "{line}");
            assert!(
                (line["state"] == "ok") == fix.is_none() && fix.is_none_or(|fix| fix.len() <= 160),
                "{line}"
            );
        }
        assert_eq!(
            code,
            i32::from(lines.iter().any(|line| line["state"] == "problem")),
            "{out}"
        );
        Self { code, lines }
    }

    fn find(&self, check: &str) -> Vec<&Value> {
        self.lines
            .iter()
            .filter(|line| {
                line["check"]
                    .as_str()
                    .is_some_and(|name| name.starts_with(check))
            })
            .collect()
    }

    fn state(&self, check: &str) -> &str {
        let [line] = self.find(check)[..] else {
            panic!("{check}: {:?}", self.lines)
        };
        line["state"].as_str().expect("a string")
    }
}

fn simulator() -> (Scene, Vec<String>) {
    let scene = Scene::new(&[]);
    let port = scene.simulation.address().port();
    let mut arguments = vec![
        "--listen".to_owned(),
        "127.0.0.1:0".to_owned(),
        "--upstream-ca".to_owned(),
    ];
    arguments.push(scene.authority().to_string_lossy().into_owned());
    for environment in ["sandbox", "production"] {
        arguments.extend([
            "--upstream".to_owned(),
            format!("{environment}=https://localhost:{port}"),
        ]);
    }
    (scene, arguments)
}

#[test]
fn a_machine_that_reaches_its_apns_is_well() {
    let (_scene, arguments) = simulator();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let report = Report::of(&arguments, None);
    assert_eq!(report.code, 0, "{:?}", report.lines);
    for check in [
        "configuration",
        "clock",
        "listen 127.0.0.1:0",
        "name localhost",
    ] {
        assert_eq!(report.state(check), "ok", "{:?}", report.lines);
    }
    let connections = report.find("connection localhost:");
    assert!(
        connections.len() == 2 && connections.iter().all(|line| line["state"] == "ok"),
        "{connections:?}"
    );
    // For people, a line each.
    let (code, out, _) = text(
        &trill(&[&["doctor"], &arguments[..]].concat())
            .output()
            .expect("it runs"),
    );
    assert_eq!(
        (code, out.lines().count()),
        (0, report.lines.len()),
        "{out}"
    );
    assert!(
        out.contains("ok       clock: It says 20") && out.contains("TCP, TLS and HTTP/2 work."),
        "{out}"
    );
}

#[test]
fn what_is_wrong_has_a_fix_and_is_1() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    let gone = TcpListener::bind("127.0.0.1:0")
        .expect("a port is free")
        .local_addr()
        .expect("it has an address")
        .port();
    let upstream = format!("sandbox=https://localhost:{gone}");
    let other = upstream.replace("sandbox", "production");
    let report = Report::of(
        &[
            "--listen",
            &address,
            "--upstream",
            &upstream,
            "--upstream",
            &other,
        ],
        None,
    );
    assert_eq!(report.state("listen"), "problem");
    assert!(
        report
            .find("connection localhost:")
            .iter()
            .all(|line| line["state"] == "problem"),
        "{:?}",
        report.lines
    );
    assert!(
        report.find("connection")[0]["finding"]
            .as_str()
            .is_some_and(|finding| finding.contains("nothing listens there"))
    );

    let folder = TempDir::new();
    let file = folder
        .write("trill.toml", "lisen = \"127.0.0.1:0\"\n")
        .to_string_lossy()
        .into_owned();
    let report = Report::of(&["--config", &file], None);
    let finding = report.find("configuration")[0]["finding"]
        .as_str()
        .expect("a string")
        .to_owned();
    assert!(
        report.state("configuration") == "problem"
            && finding.contains("line 1, column 1; did you mean listen?"),
        "{finding}"
    );
}

#[test]
fn the_authority_behind_apns_is_known_by_its_key() {
    let (_scene, arguments) = simulator();
    let stand_ins: Vec<_> = arguments.iter().map(String::as_str).collect();
    let folder = TempDir::new();
    let certificate = |name: &str, subject: &str| {
        let key = folder
            .write("key.pem", openssl::p256_key())
            .to_string_lossy()
            .into_owned();
        let pem = openssl::run(
            &[
                "req", "-x509", "-new", "-key", &key, "-subj", subject, "-days", "2",
            ],
            b"",
        );
        folder.write(name, pem).to_string_lossy().into_owned()
    };
    let namesake = "/C=US/O=The USERTRUST Network/CN=USERTrust RSA Certification Authority";
    for (roots, part) in [
        (
            certificate("stranger.pem", "/CN=Somebody"),
            "but not USERTrust RSA",
        ),
        (certificate("namesake.pem", namesake), "has another key"),
        (
            folder.write("none.pem", "").to_string_lossy().into_owned(),
            "trusts no certificate authority",
        ),
    ] {
        let report = Report::of(&stand_ins, Some(&roots));
        assert_eq!(
            (report.code, report.state("trust roots")),
            (0, "warning"),
            "nobody asks them here: {:?}",
            report.lines
        );
        let finding = report.find("trust roots")[0]["finding"]
            .as_str()
            .expect("a string")
            .to_owned();
        assert!(finding.contains(part), "{finding}");
    }
    let true_one = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/usertrust-rsa.pem"
    );
    assert_eq!(
        Report::of(&stand_ins, Some(true_one)).state("trust roots"),
        "ok"
    );
}

#[test]
fn a_network_that_leads_nowhere_is_told_in_time() {
    let start = Instant::now();
    let report = Report::of(&["--listen", "127.0.0.1:0"], None);
    assert!(
        start.elapsed() < Duration::from_secs(9),
        "{:?}",
        start.elapsed()
    );
    for host in ["api.sandbox.push.apple.com", "api.push.apple.com"] {
        assert_eq!(report.find(&format!("name {host}")).len(), 1);
        for port in [443, 2_197] {
            assert_eq!(
                report.find(&format!("connection {host}:{port}")).len(),
                1,
                "{:?}",
                report.lines
            );
        }
    }
}

#[test]
fn a_proxy_is_asked_for_the_way_and_finds_the_names_itself() {
    let gone = TcpListener::bind("127.0.0.1:0")
        .expect("a port is free")
        .local_addr()
        .expect("it has an address")
        .port();
    let report = Report::of(
        &[
            "--listen",
            "127.0.0.1:0",
            "--proxy",
            &format!("http://127.0.0.1:{gone}"),
        ],
        None,
    );
    assert_eq!(
        (
            report.code,
            report.find("name ").len(),
            report.find("connection ").len()
        ),
        (1, 0, 4)
    );
    assert!(
        report
            .find("connection ")
            .iter()
            .all(|line| line["finding"] == "Cannot connect to the proxy."),
        "{:?}",
        report.lines
    );
}
