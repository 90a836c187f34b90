//! Canaries: secrets in every place where a request can hold one, looked for in everything the real program writes at
//! its finest level.
//!
//! Two places hold some of them on purpose, and only those: the simulator's journal and events tell the device tokens
//! and payloads that were sent to it to the person who enrolled those phones. An answer of APNs goes back as it
//! came, to the one who sent the push, whatever a server wrote into it.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};

use super::peer::{ACCEPT, Deed, Manners, Peer, Raw};
use crate::support::h2_client::H2Client;
use crate::support::http1::{self, Answer};
use crate::support::leak::LeakFinder;
use crate::support::openssl;
use crate::support::push::{KEY_ID, TEAM_ID};
use crate::support::push_files::PushFiles;
use crate::support::simulate::Simulation;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const BUNDLE_ID: &str = "com.example.calls";
const TOPIC: &str = "com.example.calls.voip";

/// Something that nobody may ever read again.
struct Canary {
    name: &'static str,
    text: String,
    finders: Vec<LeakFinder>,
}

impl Canary {
    fn new(name: &'static str, text: String, bytes: &[&[u8]]) -> Self {
        Self {
            name,
            finders: bytes
                .iter()
                .copied()
                .chain([text.as_bytes()])
                .map(LeakFinder::new)
                .collect(),
            text,
        }
    }

    /// A text that stands for itself.
    fn text(name: &'static str) -> Self {
        Self::new(name, random(18), &[])
    }

    fn find(&self, sink: &[u8]) -> Option<&'static str> {
        self.finders.iter().find_map(|finder| finder.find(sink))
    }

    /// The ways in which programs write it down.
    fn encodings(&self) -> [String; 6] {
        let bytes = self.text.as_bytes();
        [
            self.text.clone(),
            <Base64 as Encoding>::encode_string(bytes),
            Base64Unpadded::encode_string(bytes),
            Base64UrlUnpadded::encode_string(bytes),
            bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
            bytes.iter().map(|byte| format!("%{byte:02x}")).collect(),
        ]
    }
}

/// All of them.
struct Canaries {
    key: SigningKey,
    /// In the order of [`Canaries::all`].
    pem: Canary,
    token: Canary,
    device: Canary,
    payload: Canary,
    file_password: Canary,
    variable_password: Canary,
    cookie: Canary,
    session: Canary,
    access: Canary,
}

impl Canaries {
    fn new() -> Self {
        let pem = openssl::p256_key();
        let key = SigningKey::from_text(&pem).expect("it is a key");
        let der = openssl::pkcs8_der(&pem);
        // The secret number stands behind the first octet string of 32 bytes.
        let scalar = der
            .windows(2)
            .position(|head| head == [0x04, 0x20])
            .expect("a number")
            + 2;
        let scalar: Vec<u8> = der[scalar..scalar + 32].to_vec();
        // The key's part of the text; the rest of that says what any key says.
        let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let secret_text = &lines.as_bytes()[48..88];
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        let token = ProviderToken::sign(&key, KEY_ID, TEAM_ID, now)
            .secret()
            .to_owned();
        let signature =
            Base64UrlUnpadded::decode_vec(token.rsplit('.').next().expect("three parts"))
                .expect("base64url");
        let device = random(32);
        let device_bytes: Vec<u8> = (0..32)
            .map(|index| u8::from_str_radix(&device[2 * index..2 * index + 2], 16).expect("hex"))
            .collect();
        Self {
            key,
            pem: Canary {
                name: "key",
                finders: vec![LeakFinder::new(&scalar), LeakFinder::new(secret_text)],
                text: pem.clone(),
            },
            token: Canary::new("provider token", token, &[&signature]),
            device: Canary::new("device token", device, &[&device_bytes]),
            payload: Canary::text("payload"),
            file_password: Canary::text("password in a file"),
            variable_password: Canary::text("password in a variable"),
            cookie: Canary::text("cookie"),
            session: Canary::text("session"),
            access: Canary::text("access token"),
        }
    }

    fn all(&self) -> [&Canary; 9] {
        [
            &self.pem,
            &self.token,
            &self.device,
            &self.payload,
            &self.file_password,
            &self.variable_password,
            &self.cookie,
            &self.session,
            &self.access,
        ]
    }

    /// Fails when one of them stands in the sink.
    fn look_into(&self, sink: &str, bytes: &[u8], except: &[&str]) {
        for canary in self
            .all()
            .into_iter()
            .filter(|canary| !except.contains(&canary.name))
        {
            let found = canary.find(bytes);
            assert!(
                found.is_none(),
                "{sink} has the {} ({found:?}):\n{}",
                canary.name,
                String::from_utf8_lossy(bytes)
            );
        }
        // The same sink with a canary in it: otherwise the search might be blind.
        for canary in self.all() {
            for encoding in canary.encodings() {
                let planted = [bytes, b"\n{\"a\":\"", encoding.as_bytes(), b"\"}"].concat();
                assert!(
                    canary.find(&planted).is_some(),
                    "{} as {encoding} is not found in {sink}",
                    canary.name
                );
            }
        }
    }

    /// All of them in all encodings, as a hostile server would say them.
    fn said(&self) -> String {
        let said: Vec<_> = self
            .all()
            .iter()
            .flat_map(|canary| canary.encodings())
            .collect();
        said.join(" ")
    }
}

fn random(bytes: usize) -> String {
    String::from_utf8(openssl::run(&["rand", "-hex", &bytes.to_string()], b""))
        .expect("hex")
        .trim()
        .to_owned()
}

/// The real program with everything switched on, and all it has answered with problems.
struct Stage {
    trill: Trill,
    folder: TempDir,
    access: String,
    problems: Vec<u8>,
    sends: usize,
}

impl Stage {
    fn start(canaries: &Canaries, format: &str, farewell: &Peer, echo: &Peer) -> Self {
        let folder = TempDir::new();
        let authorities: Vec<u8> = [farewell, echo]
            .iter()
            .flat_map(|peer| openssl::run(&["x509", "-inform", "DER"], &peer.authority))
            .collect();
        let files = PushFiles::named(&format!("VoIP Services: {BUNDLE_ID}"), TOPIC);
        let file =
            |name: &str, bytes: &[u8]| folder.write(name, bytes).to_string_lossy().into_owned();
        let arguments = [
            "--listen".to_owned(),
            "127.0.0.1:0".to_owned(),
            "--log=trace".to_owned(),
            format!("--log-format={format}"),
            format!("--audit={}", folder.path().join("audit.jsonl").display()),
            format!(
                "--upstream=sandbox=https://localhost:{}",
                farewell.address.port()
            ),
            format!(
                "--upstream=production=https://localhost:{}",
                echo.address.port()
            ),
            format!("--data={}", folder.path().join("data").display()),
            "--require-token".to_owned(),
            format!(
                "--access-token-file={}",
                file("access", canaries.access.text.as_bytes())
            ),
            format!("--upstream-ca={}", file("ca.pem", &authorities)),
            format!(
                "--identity={}",
                file("one.p12", &files.keychain(&canaries.file_password.text))
            ),
            format!(
                "--identity={}",
                file("other.p12", &files.modern(&canaries.variable_password.text))
            ),
            format!(
                "--identity-password-file=one={}",
                file("password", canaries.file_password.text.as_bytes())
            ),
        ];
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let variables = [(
            "TRILL_IDENTITY_PASSWORD_OTHER",
            canaries.variable_password.text.as_str(),
        )];
        let trill = Trill::start_as(&variables, &arguments);
        Self {
            trill,
            folder,
            access: canaries.access.text.clone(),
            problems: Vec::new(),
            sends: 0,
        }
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        // Everybody who asks here is somebody.
        let headers = [&[("trill-access", self.access.as_str())], headers].concat();
        let answer = self.trill.request(method, path, &headers, body);
        if answer.header("content-type") == Some("application/problem+json") {
            for (name, value) in &answer.headers {
                self.problems
                    .extend_from_slice(format!("{name}: {value}\n").as_bytes());
            }
            self.problems.extend_from_slice(&answer.body);
        }
        answer
    }

    /// Sends the canaries where they belong, with everything else a browser might send along.
    fn push(&mut self, canaries: &Canaries, environment: &str, credential: (&str, &str)) -> String {
        let cookie = format!(
            "trill-session={}; other={}",
            canaries.session.text, canaries.cookie.text
        );
        let access = canaries.access.text.clone();
        // Named, so that it is kept.
        let apns_id = format!("eabeae54-14a8-11e5-b60b-{:012x}", self.sends);
        let headers = [
            credential,
            ("apns-id", apns_id.as_str()),
            ("apns-topic", TOPIC),
            ("apns-push-type", "voip"),
            ("content-type", "application/json"),
            ("cookie", &cookie),
            ("referer", &format!("https://example.com/?access={access}")),
            ("x-access", &access),
        ];
        let body = json!({ "callUUID": "db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "handle": canaries.payload.text }).to_string();
        let answer = self.ask(
            "POST",
            &format!("/{environment}/3/device/{}", canaries.device.text),
            &headers,
            body.as_bytes(),
        );
        self.sends += 1;
        answer
            .header("trill-outcome")
            .unwrap_or_default()
            .to_owned()
    }

    /// Puts a canary where people put secrets when they mix fields up.
    fn blunder(&mut self, canaries: &Canaries) {
        let device = format!("/sandbox/3/device/{}", canaries.device.text);
        let (token, access) = (canaries.token.text.as_str(), canaries.access.text.as_str());
        let one_line = canaries.pem.text.replace('\n', "");
        let escaped: String = canaries
            .pem
            .text
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let authorization = format!("bearer {token}");
        for (path, headers, body) in [
            (
                device.as_str(),
                vec![("apns-topic", TOPIC)],
                canaries.pem.text.as_str(),
            ),
            (&device, vec![("authorization", one_line.as_str())], "{}"),
            (&device, vec![("apns-topic", &one_line)], "{}"),
            (
                &format!("/sandbox/3/device/{escaped}"),
                vec![("apns-topic", TOPIC)],
                "{}",
            ),
            (
                &format!("/sandbox/3/device/{access}zz"),
                vec![("apns-topic", TOPIC)],
                "{}",
            ),
            (
                &format!("{device}?access={access}"),
                vec![("apns-topic", TOPIC)],
                "{}",
            ),
            (
                &device,
                vec![("apns-topic", token), ("apns-topic", token)],
                "{}",
            ),
            (
                &device,
                vec![
                    ("authorization", &authorization),
                    ("trill-identity", access),
                ],
                "{}",
            ),
            (
                &device,
                vec![("trill-identity", &canaries.file_password.text)],
                "{}",
            ),
            (
                &device,
                vec![
                    ("apns-collapse-id", "a\tb"),
                    ("authorization", &authorization),
                ],
                "{}",
            ),
            (
                "/nowhere/3/device/ab",
                vec![("authorization", &authorization)],
                "{}",
            ),
            (
                &device,
                vec![
                    ("authorization", &authorization),
                    ("host", "rebound.example"),
                ],
                "{}",
            ),
            (
                &device,
                vec![
                    ("authorization", &authorization),
                    ("content-type", "text/plain"),
                ],
                "{}",
            ),
            (
                &device,
                vec![
                    ("authorization", &authorization),
                    ("origin", "https://evil.example"),
                ],
                "{}",
            ),
        ] {
            let answer = self.ask("POST", path, &headers, body.as_bytes());
            assert!(
                (400..500).contains(&answer.status),
                "{path}: {}",
                answer.text()
            );
        }
        let cookie = [("cookie", canaries.cookie.text.as_str())];
        for (method, path) in [
            ("GET", format!("/?access={access}")),
            ("GET", format!("/api/relay?access={access}")),
            ("GET", format!("/api/{access}")),
            ("GET", format!("/api/events?since={access}")),
            ("GET", format!("/api/sends/{token}")),
            ("GET", format!("/api/tokens/{token}/{access}")),
            ("POST", "/api/session".to_owned()),
            ("DELETE", format!("/api/simulator/{access}")),
        ] {
            self.ask(method, &path, &cookie, b"");
        }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let answer = self
            .trill
            .request("GET", path, &[("trill-access", &self.access)], b"");
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    /// Opens a session: its cookie is a canary of the program's own making.
    fn sign_in(&mut self) -> Canary {
        let answer = self.ask("POST", "/api/session", &[], b"");
        let cookie = answer
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next()?.split_once('='));
        Canary::new("session", cookie.expect("a cookie").1.to_owned(), &[])
    }
}

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
