//! Secrets in texts that are no place for them, in every form people have them, and what only looks like one.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use serde_json::json;
use trill::apns::secret::{self, Secret};

/// A file of `tests/fixtures/keys`, by its name.
macro_rules! key {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/fixtures/keys/",
                $name
            )) as &[u8],
        )
    };
}

/// Every private key among the fixtures, in PEM.
const KEYS: [(&str, &[u8]); 11] = [
    key!("rfc7515-apple.p8"),
    key!("rfc7515-openssl.p8"),
    key!("rfc7515-minimal.p8"),
    key!("rfc7515-sec1.pem"),
    key!("encrypted.p8"),
    key!("explicit.p8"),
    key!("p384.p8"),
    key!("secp256k1.p8"),
    key!("ed25519.p8"),
    key!("rsa.p8"),
    key!("rsa-pkcs1.pem"),
];
const BUNDLE: (&str, &[u8]) = key!("bundle.p12");
const CERTIFICATE: (&str, &[u8]) = key!("certificate.pem");
const PUBLIC: (&str, &[u8]) = key!("rfc7515-public.pem");

const HEADER: &str = r#"{"alg":"ES256","kid":"ABC123DEFG"}"#;
const CLAIMS: &str = r#"{"iss":"DEF123GHIJ","iat":1437179036}"#;

fn text_of((_, bytes): (&str, &[u8])) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The base64 between the lines of a PEM.
fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn folded(text: &str, columns: usize, fold: &str) -> String {
    let lines: Vec<&str> = (0..text.len())
        .step_by(columns)
        .map(|start| &text[start..text.len().min(start + columns)])
        .collect();
    lines.join(fold)
}

fn jwt(header: &str, claims: &str) -> String {
    let part = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        Base64UrlUnpadded::encode_string(&[0x5a; 64])
    )
}

/// First secret that the relay would find.
fn in_push(text: &str) -> Option<Secret> {
    let is_token =
        || secret::holds_provider_token(text.as_bytes()).then_some(Secret::ProviderToken);
    secret::holds_key(text.as_bytes())
        .then_some(Secret::Key)
        .or_else(is_token)
}

fn kind(text: &str) -> Option<Secret> {
    secret::find(text).map(|found| found.secret)
}

fn assert_key(text: &str, what: &str) {
    assert_eq!(kind(text), Some(Secret::Key), "{what}: {text:.200}");
}

fn assert_innocent(text: &str) {
    assert_eq!(secret::find(text), None, "{text:.200}");
    assert_eq!(in_push(text), None, "{text:.200}");
    assert_eq!(secret::without(text), text);
}

/// The ways in which people carry a text.
fn wrapped(text: &str) -> Vec<String> {
    vec![
        text.to_owned(),
        format!("\u{feff}{text}\n"),
        format!("KEY=\"{}\"", text.replace('\n', "\\n")),
        text.replace('\n', "\r\n"),
        text.replace('\n', " "),
        text.replace('\n', ""),
        text.lines()
            .map(|line| format!("    \"{line}\\n\"\n"))
            .collect(),
        json!({ "handle": "alice", "key": text }).to_string(),
        json!({ "aps": {}, "lines": text.lines().collect::<Vec<_>>() }).to_string(),
        format!("here it is:\n\n> {}\n\nbye", text.replace('\n', "\n> ")),
    ]
}

#[test]
fn every_key_is_known_in_pem_and_however_that_is_carried() {
    for key in KEYS {
        let pem = text_of(key);
        for text in wrapped(&pem) {
            assert_key(&text, key.0);
            assert!(secret::find(&secret::without(&text)).is_none(), "{}", key.0);
        }
        assert_key(&pem.to_lowercase(), key.0);
        assert_key(&pem.replace("-----", "—"), key.0);
        assert_key(&pem.replace("-----", ""), key.0);
        assert_key(&pem[..40], key.0);
        assert_eq!(secret::in_file(pem.as_bytes()), Some(Secret::Key));
        assert_eq!(in_push(&pem), Some(Secret::Key));
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(pem.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(secret::in_file(&wide), Some(Secret::Key));
    }
}

#[test]
fn every_key_is_known_by_its_base64_alone() {
    for key in KEYS {
        let body = body(&text_of(key));
        let der = Base64::decode_vec(&body).unwrap();
        let columns = [16, 60, 64, 76].into_iter().flat_map(|columns| {
            ["\n", "\r\n", "\\n", "\\r\\n", " ", "\"\n\"", "\",\"", "%0A"]
                .map(|fold| (columns, fold))
        });
        for (columns, fold) in columns {
            assert_key(&folded(&body, columns, fold), key.0);
        }
        for text in [
            body.clone(),
            Base64Unpadded::encode_string(&der),
            Base64Url::encode_string(&der),
            Base64UrlUnpadded::encode_string(&der),
        ] {
            for text in [
                text.clone(),
                format!("\"{text}\""),
                format!("key: {text}"),
                json!({ "key": text, "other": "x" }).to_string(),
            ] {
                assert_key(&text, key.0);
                assert_eq!(in_push(&text), Some(Secret::Key), "{}", key.0);
            }
        }
        // A whole file, in base64 once more.
        let file = Base64::encode_string(key.1);
        for text in [
            file.clone(),
            folded(&file, 76, "\n"),
            format!("{{\"key\":\"{file}\"}}"),
            Base64::encode_string(body.as_bytes()),
        ] {
            assert_key(&text, key.0);
        }
        assert_eq!(in_push(&file), Some(Secret::Key));
        assert_eq!(secret::in_file(&der), Some(Secret::Key), "{}", key.0);
    }
}

#[test]
fn a_bundle_is_known_by_its_bytes_and_in_base64() {
    assert_eq!(secret::in_file(BUNDLE.1), Some(Secret::Key));
    let text = Base64::encode_string(BUNDLE.1);
    assert_key(&text, BUNDLE.0);
    assert_key(&folded(&text, 64, "\n"), BUNDLE.0);
    assert_key(
        &json!({ "p12": folded(&text, 76, "\r\n") }).to_string(),
        BUNDLE.0,
    );
    assert_eq!(
        in_push(&json!({ "p12": text }).to_string()),
        Some(Secret::Key)
    );
}

/// A copy that begins too late still says that it is a key's, by its last line or by its public half.
#[test]
fn a_key_without_its_beginning_is_known() {
    for key in [KEYS[0], KEYS[1]] {
        let pem = text_of(key);
        let lines: Vec<&str> = pem.lines().collect();
        assert_key(&lines[1..].join("\n"), key.0);
        assert_key(&lines[2..].join("\n"), key.0);
        let body = body(&pem);
        assert_key(&body[1..], key.0);
        assert_key(&body[32..], key.0);
        assert_key(&folded(&body[70..], 20, "\n"), key.0);
    }
}

/// Each keystroke makes a text one character longer; at this one it is known, before any of the secret is there.
#[test]
fn what_is_typed_is_known_before_the_secret_begins() {
    let heads = [
        ("-----BEGIN PRIVATE KEY-----", 22),
        ("-----BEGIN EC PRIVATE KEY-----", 25),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", 32),
        ("-----begin private key-----", 24),
        ("MIGTAgEAMBMGByqGSM49AgEG", 15),
        ("MIGHAgEAMBMGByqGSM49AgEG", 15),
        ("MEECAQAwEwYHKoZIzj0CAQ", 14),
        ("MHcCAQEEII6bEJ5x", 10),
        ("MIIEvQIBADANBgkqhkiG9w0B", 18),
        ("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR1", 34),
    ];
    for (head, limit) in heads {
        let known = (1..=head.len()).find(|length| kind(&head[..*length]).is_some());
        assert!(
            known.is_some_and(|known| known <= limit),
            "{head}: {known:?}"
        );
    }
    let token = jwt(HEADER, CLAIMS);
    let signature = token.rfind('.').unwrap();
    assert_eq!(kind(&token[..signature]), Some(Secret::ProviderToken));
    assert_eq!(kind(&token[..signature - 8]), None);
}

#[test]
fn a_provider_token_is_known_alone_in_a_header_and_in_a_payload() {
    for (header, claims) in [
        (HEADER, CLAIMS),
        (r#"{"alg":"ES256","typ":"JWT","kid":"ABC123DEFG"}"#, CLAIMS),
        (
            "{\n  \"alg\": \"ES256\",\n  \"kid\": \"ABC123DEFG\"\n}",
            "{ \"iss\": \"DEF123GHIJ\", \"iat\": 1437179036.25 }",
        ),
        (
            HEADER,
            r#"{"iss":"DEF123GHIJ","iat":1437179036,"exp":1437182636}"#,
        ),
    ] {
        let token = jwt(header, claims);
        for text in [
            token.clone(),
            format!("bearer {token}"),
            format!("Authorization: Bearer {token}\r\n"),
            format!("curl -H \"authorization: bearer {token}\" https://api.push.apple.com"),
            json!({ "handle": "alice", "token": token }).to_string(),
            folded(&token, 60, "\n"),
            folded(&token, 72, "\\n"),
        ] {
            assert_eq!(kind(&text), Some(Secret::ProviderToken), "{text}");
            let signature = token.rsplit('.').next().unwrap();
            assert!(!secret::without(&text).contains(&signature[..24]), "{text}");
        }
        assert_eq!(
            in_push(&json!({ "token": token }).to_string()),
            Some(Secret::ProviderToken)
        );
    }
    assert_eq!(
        kind("Bearer 0123456789abcdef0123456789abcdef"),
        Some(Secret::ProviderToken)
    );
    assert_eq!(
        kind("authorization: bearer AAAABBBBCCCCDDDDEEEEFFFF"),
        Some(Secret::ProviderToken)
    );
}

/// Trill takes nothing out that an app puts into its own payload.
#[test]
fn a_token_of_the_app_is_no_provider_token() {
    let tokens = [
        // Twilio, Stream, LiveKit, Agora, Auth0, Sign in with Apple, a server of somebody's own.
        (
            r#"{"typ":"JWT","alg":"HS256","cty":"twilio-fpa;v=1"}"#,
            r#"{"jti":"SK1-2","iss":"SK1","sub":"AC1","exp":1437182636,"grants":{"identity":"alice"}}"#,
        ),
        (
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"user_id":"alice","iat":1437179036}"#,
        ),
        (
            r#"{"alg":"HS256"}"#,
            r#"{"exp":1437182636,"iss":"APIabc","sub":"alice","video":{"room":"r","roomJoin":true}}"#,
        ),
        (
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"iss":"DEF123GHIJ","iat":1437179036}"#,
        ),
        (
            r#"{"alg":"RS256","typ":"JWT","kid":"x"}"#,
            r#"{"iss":"https://tenant.auth0.com/","sub":"a","aud":"b","iat":1,"exp":2}"#,
        ),
        (
            r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
            r#"{"iss":"DEF123GHIJ","iat":1,"exp":2,"aud":"https://appleid.apple.com","sub":"com.example"}"#,
        ),
        (
            r#"{"alg":"ES256","kid":"2026-01"}"#,
            r#"{"iss":"https://calls.example.com","iat":1}"#,
        ),
        (
            r#"{"alg":"ES256","kid":"2026-01"}"#,
            r#"{"iss":"calls","iat":1,"room":"r7"}"#,
        ),
        (r#"{"alg":"ES256"}"#, r#"{"iss":"DEF123GHIJ","iat":1}"#),
    ];
    for (header, claims) in tokens {
        let token = jwt(header, claims);
        assert_innocent(&token);
        assert_innocent(&json!({ "handle": "alice", "accessToken": token, "authorization": format!("Bearer {token}") }).to_string());
        assert_innocent(&format!("Bearer {token}"));
    }
}

#[test]
fn ordinary_values_are_no_secrets() {
    let bytes: Vec<u8> = (0..4096_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let hex: String = bytes[..32]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let firebase = format!(
        "cXyZ123abcDEF:APA91b{}",
        Base64UrlUnpadded::encode_string(&bytes[..105])
    );
    for text in [
        "",
        "M",
        "MIGTAg",
        "ABC123DEFG",
        "com.example.calls",
        "in 30 s",
        "metadata.call_id",
        "db1dff98-bfef-4ec0-8ac6-8187a3b0c645",
        "Bearer token",
        "authorization: bearer $TOKEN",
        "keys are private keys, begin with those",
        "please begin private key exchange",
        &hex,
        &hex.repeat(2),
        &Base64::encode_string(&bytes[..32]),
        &firebase,
        "{length = 32, bytes = 0x740f4707 bebcf74f 9b7c25d4 8e335894 ... 5aa1da5b 9387 }",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ",
    ] {
        assert_innocent(text);
    }
    for payload in [
        json!({ "aps": {}, "handle": "alice@example.com", "callUUID": "db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "hasVideo": true }).to_string(),
        json!({ "aps": { "alert": "MIIS and MIGHTY" }, "avatar": format!("data:image/png;base64,{}", Base64::encode_string(&bytes)) }).to_string(),
        json!({ "image": Base64::encode_string(&bytes), "sdp": "a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB" }).to_string(),
        json!({ "publicKey": body(&text_of(PUBLIC)), "certificate": body(&text_of(CERTIFICATE)) }).to_string(),
        json!({ "publicKey": text_of(PUBLIC), "certificate": text_of(CERTIFICATE) }).to_string(),
        json!({ "pn-prid": format!("{hex}:voip"), "uri": "sip:alice@example.com;transport=tls", "newkeys": "eyes.and.eyelids" }).to_string(),
        json!({ "signature": "MEUCIQDYx6Zp6Fvn5Pp0Cz9nYVrmuZXoi4dl0jYx6Zp6Fvn5PAIgYx6Zp6Fvn5Pp0Cz9nYVrmuZXoi4dl0jYx6Zp6Fvn5P8" }).to_string(),
    ] {
        assert_innocent(&payload);
        assert_innocent(&payload.replace(',', ",\n  "));
    }
}

/// Random bytes in base64 are no key at any alignment.
#[test]
fn noise_holds_no_secret() {
    let mut state = 7_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    for _ in 0..4 {
        let bytes: Vec<u8> = (0..48 * 1024).map(|_| next()).collect();
        let text = Base64::encode_string(&bytes);
        assert_eq!(secret::find(&text), None);
        assert_eq!(in_push(&text), None);
    }
}

/// PEM that holds no private key may be a part of a payload; by itself it is something to show to the key holder.
#[test]
fn public_pem_is_kept_out_only_where_it_stands_alone() {
    for (name, pem) in [CERTIFICATE, PUBLIC].map(|fixture| (fixture.0, text_of(fixture))) {
        assert_key(&pem, name);
        assert_eq!(in_push(&pem), None);
        assert_innocent(&json!({ "pem": pem }).to_string());
    }
}

#[test]
fn text_around_a_secret_stays() {
    let pem = text_of(KEYS[0]);
    let token = jwt(HEADER, CLAIMS);
    assert_eq!(
        secret::without(&format!("before {} after", pem.trim())),
        "before  after"
    );
    assert_eq!(
        secret::without(&format!(
            "{{\"a\":\"{}\",\"b\":1}}",
            pem.trim().replace('\n', "\\n")
        )),
        "{\"a\":\"\",\"b\":1}"
    );
    assert_eq!(
        secret::without(&format!("{{\"a\":\"{}\",\"b\":1}}", body(&pem))),
        "{\"a\":\"\",\"b\":1}"
    );
    assert_eq!(
        secret::without(&format!("{{\"a\":\"{token}\",\"b\":1}}")),
        "{\"a\":\"\",\"b\":1}"
    );
    assert_eq!(
        secret::without(&format!("{{\"a\":\"{token}\",\"b\":\"{}\"}}", body(&pem))),
        "{\"a\":\"\",\"b\":\"\"}"
    );
    assert_eq!(secret::without("ABC123-----BEGIN PRIVATE KEY"), "ABC123");
    assert_eq!(
        secret::without("{\"a\":\"-----BEGIN PRIVATE KEY-\"}"),
        "{\"a\":\"\"}"
    );
}
