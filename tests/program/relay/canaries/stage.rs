//! The real program with everything switched on, and the requests that hold canaries.

use serde_json::json;

use super::canary::{Canaries, Canary};
use super::{BUNDLE_ID, TOPIC};
use crate::relay::peer::Peer;
use crate::support::http1::Answer;
use crate::support::openssl;
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// The real program with everything switched on, and all it has answered with problems.
pub(super) struct Stage {
    pub(super) trill: Trill,
    pub(super) folder: TempDir,
    pub(super) access: String,
    pub(super) problems: Vec<u8>,
    pub(super) sends: usize,
}

impl Stage {
    pub(super) fn start(canaries: &Canaries, format: &str, farewell: &Peer, echo: &Peer) -> Self {
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

    pub(super) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
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
    pub(super) fn push(
        &mut self,
        canaries: &Canaries,
        environment: &str,
        credential: (&str, &str),
    ) -> String {
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
    pub(super) fn blunder(&mut self, canaries: &Canaries) {
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

    pub(super) fn get(&self, path: &str) -> Vec<u8> {
        let answer = self
            .trill
            .request("GET", path, &[("trill-access", &self.access)], b"");
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    /// Opens a session: its cookie is a canary of the program's own making.
    pub(super) fn sign_in(&mut self) -> Canary {
        let answer = self.ask("POST", "/api/session", &[], b"");
        let cookie = answer
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next()?.split_once('='));
        Canary::new("session", cookie.expect("a cookie").1.to_owned(), &[])
    }
}
