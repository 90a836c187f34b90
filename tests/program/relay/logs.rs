//! The log of the real program: calm unless asked, text or JSON, on standard error.

use std::net::TcpListener;

use serde_json::Value;

use super::running::DEVICE_TOKEN;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// Log of the program after a push to the simulator and one to a port where nobody listens.
fn log(arguments: &[&str]) -> Vec<String> {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let upstream = format!("sandbox=https://localhost:{port}");
    let mut trill = Trill::start(&[&["--upstream", &upstream], arguments].concat());
    for (environment, outcome) in [("simulator", "rejected"), ("sandbox", "not-sent")] {
        let answer = trill.request(
            "POST",
            &format!("/{environment}/3/device/{DEVICE_TOKEN}"),
            &[("apns-topic", "a.voip")],
            b"{}",
        );
        assert_eq!(answer.header("trill-outcome"), Some(outcome));
    }
    assert_eq!(trill.end_by("-TERM"), Some(0));
    assert!(
        trill.stdout().starts_with("Trill is ready at "),
        "what scripts read stays where it is"
    );
    trill.stderr().lines().map(str::to_owned).collect()
}

#[test]
fn the_default_log_has_few_lines() {
    let log = log(&[]);
    let parts = [
        " INFO  started address=127.0.0.1:",
        " WARN  Cannot connect to localhost: nothing listens there. environment=sandbox outcome=not-sent code=cannot_connect",
        " INFO  stopping",
        " INFO  stopped",
    ];
    assert_eq!(log.len(), parts.len(), "{log:#?}");
    for (line, part) in log.iter().zip(parts) {
        assert!(
            line.starts_with("20") && line.contains(part),
            "{part:?} in {line:?}"
        );
    }
}

#[test]
fn a_json_log_has_one_object_per_line_and_finer_levels_have_more() {
    let log: Vec<Value> = log(&["--log", "debug", "--log-format", "json"])
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
        .collect();
    assert!(log.iter().all(|line| {
        line["time"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
            && line["level"].is_string()
    }));
    let find = |message: &str| {
        log.iter()
            .find(|line| line["message"] == message)
            .unwrap_or_else(|| panic!("{message} in {log:#?}"))
    };
    let send = find("a push was answered");
    assert_eq!(
        (&send["level"], &send["environment"], &send["outcome"]),
        (&"debug".into(), &"simulator".into(), &"rejected".into())
    );
    assert_eq!(
        (&send["status"], &send["reason"]),
        (&403.into(), &"MissingProviderToken".into())
    );
    assert_eq!(find("a request was refused")["code"], "cannot_connect");
    assert_eq!(find("started")["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_log_can_be_off() {
    assert_eq!(log(&["--log", "off"]), [""; 0]);
    let log = log(&["--log", "warn"]);
    assert!(log.len() == 1 && log[0].contains("WARN"), "{log:?}");
}

/// The HTTP/2 library would tell every header of a push at this level.
#[test]
fn the_trace_level_contains_only_lines_of_the_program() {
    let log = log(&["--log", "trace"]);
    assert!(log.len() >= 6, "{log:#?}");
    for line in log {
        for stranger in [
            "Headers",
            "frame",
            "poll",
            "stream_id",
            "rustls",
            "apns-topic",
        ] {
            assert!(!line.contains(stranger), "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_log_file_that_cannot_grow_does_not_end_the_program() {
    let folder = TempDir::new();
    let file = folder.path().join("log");
    let limits = format!("ulimit -f 1 && exec 2>{}", file.display());
    let mut trill = Trill::start_under(&limits, &["--log", "debug"]);
    for _ in 0..40 {
        assert_eq!(trill.request("GET", "/api/nothing", &[], b"").status, 404);
    }
    assert_eq!(trill.end_by("-TERM"), Some(0));
    let length = std::fs::metadata(&file).expect("it is there").len();
    assert!(length == 512 || length == 1_024, "it is full: {length}");
}
