//! Policy and limits as an operator sets them: in the file, in variables and in flags.

use serde_json::{Value, json};

use super::{text, trill};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// Description that the relay gives of itself when it is started so.
fn described(file: &str, variables: &[(&str, &str)], flags: &[&str]) -> Value {
    let folder = TempDir::new();
    let path = folder.path().join("trill.toml");
    std::fs::write(&path, file).expect("it is written");
    let path = path.to_str().expect("a temporary path is text");
    let program = Trill::start_as(
        variables,
        &[&["--config", path, "--listen", "127.0.0.1:0"], flags].concat(),
    );
    program.request("GET", "/api/relay", &[], b"").json()
}

#[test]
fn the_file_says_what_may_be_sent() {
    let file = r#"
sends-per-client = 8

[policy]
topics = ["com.example.calls", "com.example.beta.*"]
sandbox = "allowed"
production = "off"
send-rate = "120/min:10"
device-rate = "2/s:3"

[[preset]]
name = "Staging"
environment = "sandbox"
bundle-id = "com.example.calls"
push-type = "voip"
payload = '''{"aps":{},"caller":"Ada"}'''

[[preset]]
name = "My phone"
device-token = "00FC13AD"
"#;
    let relay = described(
        file,
        &[("TRILL_DEVICE_RATE", "off")],
        &["--answer-timeout", "7"],
    );
    let environments = json!({ "simulator": "allowed", "simulator-production": "allowed", "sandbox": "allowed", "production": "off" });
    assert_eq!(
        relay["policy"],
        json!({ "topics": ["com.example.calls", "com.example.beta.*"], "environments": environments })
    );
    let presets = json!([
        {
            "name": "Staging", "environment": "sandbox", "bundle_id": "com.example.calls", "push_type": "voip",
            "payload": "{\"aps\":{},\"caller\":\"Ada\"}",
        },
        { "name": "My phone", "device_token": "00fc13ad" },
    ]);
    assert_eq!(relay["presets"], presets);
    let limits = &relay["limits"];
    assert_eq!(
        limits["send_rate"],
        json!({ "count": 120, "period_ms": 60_000, "burst": 10 })
    );
    assert_eq!(
        limits["device_rate"],
        Value::Null,
        "a variable is stronger than the file"
    );
    assert_eq!(
        (&limits["sends_per_client"], &limits["sends_in_flight"]),
        (&json!(8), &json!(512))
    );
    assert_eq!(
        (&limits["answer_ms"], &limits["send_ms"]),
        (&json!(7_000), &json!(15_000))
    );
}

#[test]
fn alone_on_a_machine_one_may_send_much() {
    let relay = described("", &[], &[]);
    let per_minute = |count: u32| json!({ "count": count, "period_ms": 60_000, "burst": count });
    let expected = json!({
        "sends_in_flight": 512, "sends_per_client": 64, "send_rate": { "count": 20, "period_ms": 1_000, "burst": 200 }, "device_rate": null,
        "connections": 1_024, "connections_per_address": null, "event_streams": 512, "event_streams_per_client": 32, "new_connections": per_minute(30),
        "new_connections_per_client": per_minute(6), "body_bytes": 16_384, "answer_ms": 10_000, "send_ms": 15_000,
    });
    assert_eq!(relay["limits"], expected);
    let raised = [
        "--send-rate",
        "off",
        "--new-connections",
        "off",
        "--sends-in-flight",
        "9000",
        "--connections-per-address",
        "40",
    ];
    let limits = &described("", &[], &raised)["limits"];
    assert_eq!(
        (&limits["send_rate"], &limits["new_connections"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (
            &limits["sends_in_flight"],
            &limits["connections_per_address"]
        ),
        (&json!(9_000), &json!(40))
    );
}

#[test]
fn what_others_can_reach_is_held_tighter_and_in_clear_production_is_off() {
    let user = [
        "--user-header",
        "X-Forwarded-User",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    let described = |file: &str, url: &str, flags: &[&str]| {
        let folder = TempDir::new();
        let path = folder.path().join("trill.toml");
        std::fs::write(&path, file).expect("it is written");
        let config = [
            "--config",
            path.to_str().expect("a temporary path is text"),
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            url,
        ];
        let program = Trill::start_as(&[], &[&config[..], &user, flags].concat());
        program
            .request("GET", "/api/relay", &[("x-forwarded-user", "alice")], b"")
            .json()
    };
    let relay = described("", "https://trill.test", &[]);
    let limits = &relay["limits"];
    assert_eq!(
        limits["send_rate"],
        json!({ "count": 60, "period_ms": 60_000, "burst": 20 })
    );
    assert_eq!(
        limits["device_rate"],
        json!({ "count": 1, "period_ms": 1_000, "burst": 1 })
    );
    assert_eq!(limits["connections_per_address"], 32);
    assert_eq!(relay["policy"]["environments"]["production"], "confirm");
    let in_clear = |file: &str| {
        described(file, "http://trill.test:8080", &["--insecure-http"])["policy"]["environments"]
            .clone()
    };
    assert_eq!(in_clear("")["production"], "off");
    assert_eq!(
        in_clear("[policy]\nproduction = \"confirm\"\n")["production"],
        "confirm",
        "its operator says so in as many words"
    );
    let preset = "[[preset]]\nname = \"a\"\nenvironment = \"production\"\n";
    assert_eq!(
        described(preset, "https://trill.test", &[])["presets"][0]["environment"],
        "production"
    );
}

#[test]
fn a_rule_that_is_misspelt_is_no_rule_but_an_error_with_its_line() {
    let folder = TempDir::new();
    let path = folder.path().join("trill.toml");
    for (file, part) in [
        (
            "[policy]\ntopcs = [\"com.example.calls\"]\n",
            "unknown setting topcs in ",
        ),
        (
            "[policy]\ntopcs = []\n",
            "line 2, column 1; did you mean topics?",
        ),
        (
            "listen = \"127.0.0.1:0\"\n[polcy]\n",
            "line 2, column 2; did you mean policy?",
        ),
        (
            "[policy]\n\nproduction = \"never\"\n",
            "line 3, column 14: the value is not one of allowed, confirm, off",
        ),
        (
            "[policy]\nsend-rate = \"fast\"\n",
            "line 2, column 13: the value is not a rate, such as 60/min:20, 1/s or off",
        ),
        (
            "[[preset]]\nname = \"a\"\n\n[[preset]]\nname = \"b\"\nbundleid = \"x\"\n",
            "line 6, column 1; did you mean bundle-id?",
        ),
        (
            "[policy]\ntopics = [\"com.example.*\"]\n[[preset]]\nname = \"a\"\nenvironment = \"sandbox\"\nbundle-id = \"org.other\"\n",
            "preset 1 has a bundle ID that topics in [policy] does not allow",
        ),
        (
            "sends-in-flight = 0\n",
            "line 1, column 19: the value is not a whole number from 1 to",
        ),
    ] {
        std::fs::write(&path, file).expect("it is written");
        let (code, out, err) = text(
            &trill(&["serve", "--config", path.to_str().expect("text")])
                .output()
                .expect("it runs"),
        );
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
    for (flag, value, part) in [
        ("--send-rate", "0/s", "is not a rate"),
        ("--sends-per-client", "many", "is not a whole number"),
        ("--connect-timeout", "16", "seconds from 1 to 15"),
        ("--device-rat", "1/s", "--device-rate"),
    ] {
        let (code, out, err) = text(&trill(&["serve", flag, value]).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (64, ""), "{err}");
        assert!(err.contains(part), "{err}");
    }
}
