//! The identities: pushes that a client certificate vouches for, from file to journal.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use trill::relay::{Config, Identity};

use super::running::{DEVICE_TOKEN, Running, short};
use crate::support::http1::Answer;
use crate::support::openssl;
use crate::support::push_files::{BUNDLE_ID, PASSWORD, PushFiles, TEAM_ID, TOPIC};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const PUSH: &str = r#"{"handle":"alice","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

/// Keys of this size take a moment to make.
static FILES: LazyLock<PushFiles> = LazyLock::new(|| PushFiles::universal(365));

/// The program with these files as identities, a virtual iPhone, and `password` for all of them.
struct Scene {
    trill: Trill,
    _folder: TempDir,
}

impl Scene {
    fn new(files: &[(&str, Vec<u8>)]) -> Self {
        let folder = TempDir::new();
        let mut arguments = vec![
            "--identity-password-file".to_owned(),
            folder
                .write("password", PASSWORD)
                .to_string_lossy()
                .into_owned(),
        ];
        for (name, bytes) in files {
            arguments.extend([
                "--identity".to_owned(),
                folder.write(name, bytes).to_string_lossy().into_owned(),
            ]);
        }
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let scene = Self {
            trill: Trill::start(&arguments),
            _folder: folder,
        };
        let phone = json!({ "bundle_id": BUNDLE_ID }).to_string();
        let enrolled = scene.trill.request(
            "PUT",
            &format!("/api/simulator/devices/{DEVICE_TOKEN}"),
            &[JSON],
            phone.as_bytes(),
        );
        assert_eq!(enrolled.status, 201, "{}", enrolled.text());
        scene
    }

    fn push(&self, headers: &[(&str, &str)]) -> Answer {
        self.push_to("simulator", headers)
    }

    fn push_to(&self, environment: &str, headers: &[(&str, &str)]) -> Answer {
        let all = [&[("apns-push-type", "voip"), JSON], headers].concat();
        self.trill.request(
            "POST",
            &format!("/{environment}/3/device/{DEVICE_TOKEN}"),
            &all,
            PUSH.as_bytes(),
        )
    }

    fn get(&self, path: &str) -> Value {
        self.trill.request("GET", path, &[], b"").json()
    }
}

fn outcome(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status, answer.header("trill-outcome"))
}

#[test]
fn every_form_of_file_sends() {
    let pkcs1 = FILES.certificate.clone() + &openssl::to_pkcs1(&FILES.key);
    let voip = PushFiles::named(&format!("VoIP Services: {BUNDLE_ID}"), TOPIC);
    let sec1 = openssl::to_sec1(&voip.key) + &voip.certificate;
    let scene = Scene::new(&[
        ("keychain.p12", FILES.keychain(PASSWORD)),
        ("modern.p12", FILES.modern(PASSWORD)),
        ("pkcs8.pem", FILES.pem().into_bytes()),
        ("pkcs1.pem", pkcs1.into_bytes()),
        ("sec1.pem", sec1.into_bytes()),
    ]);
    for name in ["keychain", "modern", "pkcs8", "pkcs1", "sec1"] {
        let answer = scene.push(&[("trill-identity", name), ("apns-topic", TOPIC)]);
        assert_eq!(
            outcome(&answer),
            (200, Some("accepted")),
            "{name}: {}",
            answer.text()
        );
    }
    // A certificate of one topic needs no header for it.
    assert_eq!(
        outcome(&scene.push(&[("trill-identity", "sec1")])),
        (200, Some("accepted"))
    );
    assert_eq!(
        scene.push(&[("trill-identity", "pkcs8")]).json()["reason"],
        "MissingTopic"
    );

    let journal = scene.get("/api/simulator/journal");
    let decisions = journal["decisions"].as_array().expect("a list");
    let universal = format!("Apple Push Services: {BUNDLE_ID}");
    assert_eq!(decisions[0]["certificate"], universal);
    assert!(
        decisions
            .iter()
            .all(|decision| decision["key_id"].is_null() && decision["token_hash"].is_null()),
        "{journal}"
    );
    // A connection belongs to one identity, and an identity has one connection.
    let connections: Vec<_> = decisions
        .iter()
        .map(|decision| decision["connection"].as_u64().expect("a number"))
        .collect();
    assert!(
        (1..5).all(|index| !connections[..index].contains(&connections[index])),
        "{connections:?}"
    );
    assert_eq!(connections[5..], [connections[4], connections[2]]);
    assert!(!FILES.are_told_in(&journal.to_string()), "{journal}");
}

#[test]
fn the_relay_offers_its_identities_and_no_keys() {
    let scene = Scene::new(&[
        ("keychain.p12", FILES.keychain(PASSWORD)),
        ("soon.pem", PushFiles::universal(12).pem().into_bytes()),
    ]);
    let relay = scene.get("/api/relay");
    let [keychain, soon] = relay["identities"].as_array().expect("a list").as_slice() else {
        panic!("{relay}")
    };
    assert_eq!(
        (&keychain["name"], &keychain["kind"], &keychain["team_id"]),
        (&"keychain".into(), &"universal".into(), &TEAM_ID.into())
    );
    assert_eq!(
        keychain["subject"],
        format!("Apple Push Services: {BUNDLE_ID}")
    );
    assert_eq!(
        (&keychain["topics"], &keychain["environments"]),
        (
            &json!([BUNDLE_ID, TOPIC]),
            &json!(["sandbox", "production"])
        )
    );
    assert_eq!(keychain["warning"], Value::Null);
    let lasts = keychain["expires"].as_u64().expect("a number")
        - relay["clock"].as_u64().expect("a number");
    assert!(
        (364 * 86_400_000..=365 * 86_400_000).contains(&lasts),
        "{lasts}"
    );
    assert!(
        soon["warning"]
            .as_str()
            .is_some_and(|warning| warning.contains("expires in 1")),
        "{soon}"
    );
    assert!(
        !FILES.are_told_in(&relay.to_string()) && !relay.to_string().contains("PRIVATE"),
        "{relay}"
    );
}

#[test]
fn rejections_of_apns_are_passed_on_unchanged() {
    let production = PushFiles::named(
        &format!("Apple Production IOS Push Services: {BUNDLE_ID}"),
        BUNDLE_ID,
    );
    let development = PushFiles::named(
        &format!("Apple Development IOS Push Services: {BUNDLE_ID}"),
        BUNDLE_ID,
    );
    let scene = Scene::new(&[
        ("universal.p12", FILES.modern(PASSWORD)),
        ("production.pem", production.pem().into_bytes()),
        ("development.pem", development.pem().into_bytes()),
    ]);
    for (name, environment, topic, status, reason) in [
        (
            "universal",
            "simulator",
            "com.example.other.voip",
            400,
            "TopicDisallowed",
        ),
        (
            "production",
            "simulator",
            BUNDLE_ID,
            403,
            "BadCertificateEnvironment",
        ),
        (
            "development",
            "simulator-production",
            BUNDLE_ID,
            403,
            "BadCertificateEnvironment",
        ),
        (
            "universal",
            "simulator",
            BUNDLE_ID,
            400,
            "DeviceTokenNotForTopic",
        ),
        (
            "universal",
            "simulator-production",
            TOPIC,
            400,
            "BadDeviceToken",
        ),
    ] {
        let answer = scene.push_to(
            environment,
            &[("trill-identity", name), ("apns-topic", topic)],
        );
        assert_eq!(
            (outcome(&answer), &answer.json()["reason"]),
            ((status, Some("rejected")), &reason.into()),
            "{name} {topic}"
        );
    }
}

#[test]
fn pushes_that_trill_refuses_are_not_sent() {
    let scene = Scene::new(&[
        ("voip.p12", FILES.modern(PASSWORD)),
        ("other.pem", FILES.pem().into_bytes()),
    ]);
    for (headers, status, code, part) in [
        (
            &[("trill-identity", "viop")][..],
            422,
            "unknown_identity",
            "Use voip, other.",
        ),
        (
            &[("trill-identity", "")],
            422,
            "unknown_identity",
            "Use voip, other.",
        ),
        (
            &[
                ("trill-identity", "voip"),
                ("authorization", "bearer a.b.c"),
            ],
            400,
            "two_credentials",
            "one of them only",
        ),
        (
            &[("trill-identity", "voip"), ("trill-identity", "other")],
            400,
            "duplicate_field",
            "once",
        ),
        (
            &[("trill-identity", "v\u{fc}")],
            400,
            "illegal_characters",
            "without line breaks",
        ),
        (
            &[("trill-key", "voip")],
            400,
            "unknown_field",
            "authorization or trill-identity",
        ),
    ] {
        let answer = scene.push(headers);
        assert_eq!(
            outcome(&answer),
            (status, Some("not-sent")),
            "{headers:?}: {}",
            answer.text()
        );
        assert_eq!(answer.json()["code"], code, "{headers:?}");
        assert_eq!(answer.json()["field"], headers[0].0, "{headers:?}");
        assert!(
            answer.json()["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains(part)),
            "{}",
            answer.text()
        );
    }
    assert_eq!(scene.get("/api/simulator/journal")["decisions"], json!([]));
    let bare = Trill::start(&[]);
    let answer = bare.request(
        "POST",
        &format!("/simulator/3/device/{DEVICE_TOKEN}"),
        &[("trill-identity", "voip")],
        b"{}",
    );
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (422, &"unknown_identity".into())
    );
    assert!(
        answer.text().contains("trill serve --identity FILE"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn a_certificate_that_expires_while_it_is_in_use_is_named() {
    let identity =
        Arc::new(Identity::read("voip", FILES.pem().as_bytes(), None).expect("it is one"));
    // APNs and the relay look at the same clock here; the relay leaves it to APNs to refuse.
    let clock = || SystemTime::now() + Duration::from_secs(400 * 86_400);
    let relay = Running::start(Config {
        clock,
        deadlines: short(),
        identities: vec![identity],
        ..Config::default()
    })
    .await;
    let push = relay
        .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", TOPIC)
        .header("trill-identity", "voip");
    let answer = relay.send(push.body("{}")).await;
    assert_eq!(
        (answer.status, answer.outcome(), answer.code().as_str()),
        (502, "not-sent", "identity_refused")
    );
    let offered = relay.send(relay.request("GET /api/relay")).await.json();
    assert!(
        offered["identities"][0]["warning"]
            .as_str()
            .is_some_and(|warning| warning.contains("expired on")),
        "{offered}"
    );
}
