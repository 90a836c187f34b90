//! The command line straight at `trill simulate`: curl speaks HTTP/2, openssl signs in DER and makes the certificates.

use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::support::openssl;
use crate::support::simulate::{KEY_ID, Simulate, TEAM_ID, TOPIC};
use crate::support::temp_dir::TempDir;

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str = r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

/// What curl shows of the answer to one push: `200` or a status with a body.
fn push(simulate: &Simulate, topic: &str, credential: &[&str]) -> String {
    let mut curl = Command::new("curl");
    curl.args(["--http2", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", "--write-out", "%{http_version} %{http_code}"]);
    curl.args(["--cacert", &simulate.authority().to_string_lossy(), "--header", "apns-push-type: voip"]);
    curl.args(["--header", &format!("apns-topic: {topic}"), "--data-binary", PAYLOAD]).args(credential);
    let output = curl.arg(format!("https://localhost:{}/3/device/{PHONE}", simulate.port)).output().expect("curl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_token_signed_by_openssl_in_der_is_taken() {
    let simulate = Simulate::start(&[PHONE], &[]);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let encode = |text: &[u8]| Base64UrlUnpadded::encode_string(text);
    let header = encode(format!(r#"{{ "alg": "ES256", "kid": "{KEY_ID}" }}"#).as_bytes());
    let signed = format!("{header}.{}", encode(format!(r#"{{ "iss": "{TEAM_ID}", "iat": {now} }}"#).as_bytes()));
    let token = format!("{signed}.{}", encode(&openssl::sign(&simulate.key, signed.as_bytes())));
    let authorization = format!("authorization: bearer {token}");
    assert_eq!(push(&simulate, TOPIC, &["--header", &authorization]), "2 200");
    assert_eq!(push(&simulate, "com.example.other.voip", &["--header", &authorization]), r#"{"reason":"DeviceTokenNotForTopic"}2 400"#);
    assert_eq!(push(&simulate, TOPIC, &[]), r#"{"reason":"MissingProviderToken"}2 403"#);
}

#[test]
fn a_keychain_style_certificate_is_taken_for_its_topics() {
    let simulate = Simulate::start(&[PHONE], &[]);
    let folder = TempDir::new();
    let extensions = format!(
        "1.2.840.113635.100.6.3.1=ASN1:NULL\n1.2.840.113635.100.6.3.6=ASN1:SEQUENCE:topics\n[topics]\n\
         a.0=UTF8String:{TOPIC}\na.1=SEQWRAP,UTF8String:app\n"
    );
    let pem = folder.write("push.pem", openssl::push_certificate("/CN=Apple Push Services: com.example.calls", &extensions));
    let pem = pem.to_string_lossy().into_owned();
    // As Keychain Access exports it: RC2 and 3DES, which openssl 3 calls legacy; and as newer tools do.
    for (name, form) in [("keychain.p12", &["-legacy"][..]), ("modern.p12", &[])] {
        let p12: PathBuf = folder.path().join(name);
        let p12 = p12.to_string_lossy().into_owned();
        openssl::run(&[&["pkcs12", "-export", "-in", &pem, "-passout", "pass:secret", "-out", &p12], form].concat(), b"");
        // curl's own openssl reads the modern form; the legacy one is unpacked with the same program first.
        let unpacked = folder.path().join(format!("{name}.pem")).to_string_lossy().into_owned();
        openssl::run(&[&["pkcs12", "-in", &p12, "-passin", "pass:secret", "-nodes", "-out", &unpacked], form].concat(), b"");
        let credential = ["--cert", unpacked.as_str()];
        assert_eq!(push(&simulate, TOPIC, &credential), "2 200", "{name}");
        assert_eq!(push(&simulate, "com.example.other.voip", &credential), r#"{"reason":"TopicDisallowed"}2 400"#, "{name}");
    }
}
