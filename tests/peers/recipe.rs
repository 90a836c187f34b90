//! Apple's recipe for the command line (openssl signs, curl sends), through the relay to the
//! simulator. A script must see Apple's own words, not ours.

use std::process::Command;
use std::time::SystemTime;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::support::http1::{self, Answer};
use crate::support::openssl;
use crate::support::push::{KEY_ID, TEAM_ID};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const ACTIVE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const UNREGISTERED: &str = "7fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const UNKNOWN: &str = "8fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str =
    r#"{"aps":{},"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

/// A relay whose simulator knows a key and two phones.
struct Scene {
    trill: Trill,
    key: String,
}

/// One push; a test changes what it is about.
struct Push {
    device_token: &'static str,
    key_id: &'static str,
    topic: Option<&'static str>,
    push_type: &'static str,
    payload: String,
    signed: bool,
}

impl Default for Push {
    fn default() -> Self {
        let topic = Some("com.example.calls.voip");
        Self {
            device_token: ACTIVE,
            key_id: KEY_ID,
            topic,
            push_type: "voip",
            payload: PAYLOAD.to_owned(),
            signed: true,
        }
    }
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            trill: Trill::start(&[]),
            key: openssl::p256_key(),
        };
        let public_key = openssl::public_key(&scene.key);
        scene.put(
            &format!("keys/{KEY_ID}"),
            &json!({ "team_id": TEAM_ID, "public_key": public_key, "environments": ["sandbox", "production"], "topics": null }),
        );
        for (device_token, state) in [(ACTIVE, "active"), (UNREGISTERED, "unregistered")] {
            let device = json!({ "name": "iPhone", "bundle_id": "com.example.calls", "kind": "voip", "state": state });
            scene.put(&format!("devices/{device_token}"), &device);
        }
        scene
    }

    fn put(&self, what: &str, body: &Value) {
        let path = format!("/api/simulator/{what}");
        let answer = self.trill.request(
            "PUT",
            &path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        assert!(
            (200..300).contains(&answer.status),
            "PUT {path}: {} {}",
            answer.status,
            answer.text()
        );
    }

    /// Sends a push with curl as Apple's page does, content type and all.
    fn send(&self, push: &Push) -> Answer {
        let folder = TempDir::new();
        let payload = folder.write("payload.json", &push.payload);
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--include",
            "--noproxy",
            "*",
            "--max-time",
            "30",
        ]);
        if let Some(topic) = push.topic {
            curl.args(["--header", &format!("apns-topic: {topic}")]);
        }
        curl.args(["--header", &format!("apns-push-type: {}", push.push_type)]);
        if push.signed {
            curl.args([
                "--header",
                &format!("authorization: bearer {}", self.token(push.key_id)),
            ]);
        }
        curl.args(["--data-binary", &format!("@{}", payload.display())]);
        let output = curl
            .arg(format!(
                "{}/simulator/3/device/{}",
                self.trill.origin(),
                push.device_token
            ))
            .output();
        let output = output.expect("curl is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        http1::parse(&output.stdout).expect("curl shows an HTTP answer")
    }

    /// Spaces in the JSON and a signature in DER, as the shell makes them.
    fn token(&self, key_id: &str) -> String {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let header = format!(r#"{{ "alg": "ES256", "kid": "{key_id}" }}"#);
        let claims = format!(r#"{{ "iss": "{TEAM_ID}", "iat": {now} }}"#);
        let encode = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
        let signed = format!(
            "{}.{}",
            encode(header.as_bytes()),
            encode(claims.as_bytes())
        );
        let signature = openssl::sign(&self.key, signed.as_bytes());
        format!("{signed}.{}", encode(&signature))
    }
}

/// Sends a push to a fresh simulator and checks what a script would see.
fn check(push: &Push, status: u16, reason: &str) {
    let answer = Scene::new().send(push);
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.json()["reason"], reason);
    assert_eq!(answer.header("trill-outcome"), Some("rejected"));
    assert!(answer.header("apns-id").is_some(), "{:?}", answer.headers);
}

#[test]
fn a_push_made_by_the_recipe_is_accepted() {
    let answer = Scene::new().send(&Push::default());
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    assert_eq!(answer.header("trill-outcome"), Some("accepted"));
    assert!(answer.header("apns-id").is_some(), "{:?}", answer.headers);
}

#[test]
fn without_a_topic_it_is_missing_topic() {
    check(
        &Push {
            topic: None,
            ..Push::default()
        },
        400,
        "MissingTopic",
    );
}

#[test]
fn with_another_push_type_it_is_invalid_push_type() {
    check(
        &Push {
            push_type: "alert",
            ..Push::default()
        },
        400,
        "InvalidPushType",
    );
}

#[test]
fn with_an_unknown_key_it_is_invalid_provider_token() {
    check(
        &Push {
            key_id: "UNKNOWN234",
            ..Push::default()
        },
        403,
        "InvalidProviderToken",
    );
}

#[test]
fn without_a_token_it_is_missing_provider_token() {
    check(
        &Push {
            signed: false,
            ..Push::default()
        },
        403,
        "MissingProviderToken",
    );
}

#[test]
fn one_byte_too_many_is_payload_too_large() {
    let padding = "x".repeat(5_121 - r#"{"a":""}"#.len());
    check(
        &Push {
            payload: format!(r#"{{"a":"{padding}"}}"#),
            ..Push::default()
        },
        413,
        "PayloadTooLarge",
    );
}

#[test]
fn for_an_unknown_phone_it_is_bad_device_token() {
    check(
        &Push {
            device_token: UNKNOWN,
            ..Push::default()
        },
        400,
        "BadDeviceToken",
    );
}

#[test]
fn for_a_phone_without_the_app_it_is_unregistered() {
    check(
        &Push {
            device_token: UNREGISTERED,
            ..Push::default()
        },
        410,
        "Unregistered",
    );
}
