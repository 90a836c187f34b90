//! A secret of a request, and all of them together, with the forms in which they could be written down.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use trill::apns::{ProviderToken, SigningKey};

use crate::support::leak::LeakFinder;
use crate::support::openssl;
use crate::support::push::{KEY_ID, TEAM_ID};

/// Something that nobody may ever read again.
pub(super) struct Canary {
    name: &'static str,
    pub(super) text: String,
    finders: Vec<LeakFinder>,
}

impl Canary {
    pub(super) fn new(name: &'static str, text: String, bytes: &[&[u8]]) -> Self {
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
    pub(super) fn text(name: &'static str) -> Self {
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
pub(super) struct Canaries {
    pub(super) key: SigningKey,
    /// In the order of [`Canaries::all`].
    pub(super) pem: Canary,
    pub(super) token: Canary,
    pub(super) device: Canary,
    pub(super) payload: Canary,
    pub(super) file_password: Canary,
    pub(super) variable_password: Canary,
    pub(super) cookie: Canary,
    pub(super) session: Canary,
    pub(super) access: Canary,
}

impl Canaries {
    pub(super) fn new() -> Self {
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
    pub(super) fn look_into(&self, sink: &str, bytes: &[u8], except: &[&str]) {
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
    pub(super) fn said(&self) -> String {
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
