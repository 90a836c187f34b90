//! The command line straight at `trill simulate`: curl speaks HTTP/2, openssl signs in DER and makes the certificates.

use std::process::Command;
use std::time::SystemTime;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::support::openssl;
use crate::support::push::{KEY_ID, TEAM_ID, TOPIC};
use crate::support::simulate::Scene;
use crate::support::temp_dir::TempDir;

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str =
    r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

/// Output of curl for the answer to one push: `200`, or a status with a body.
pub(crate) fn push(scene: &Scene, topic: &str, credential: &[&str]) -> String {
    let mut curl = Command::new("curl");
    curl.args([
        "--http2",
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--max-time",
        "20",
        "--write-out",
        "%{http_version} %{http_code}",
    ]);
    curl.args([
        "--cacert",
        &scene.authority().to_string_lossy(),
        "--header",
        "apns-push-type: voip",
    ]);
    curl.args([
        "--header",
        &format!("apns-topic: {topic}"),
        "--data-binary",
        PAYLOAD,
    ])
    .args(credential);
    let output = curl
        .arg(format!(
            "https://localhost:{}/3/device/{PHONE}",
            scene.simulation.address().port()
        ))
        .output()
        .expect("curl is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_token_signed_by_openssl_in_der_is_taken() {
    let scene = Scene::new(&[PHONE]);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let encode = |text: &[u8]| Base64UrlUnpadded::encode_string(text);
    let header = encode(format!(r#"{{ "alg": "ES256", "kid": "{KEY_ID}" }}"#).as_bytes());
    let signed = format!(
        "{header}.{}",
        encode(format!(r#"{{ "iss": "{TEAM_ID}", "iat": {now} }}"#).as_bytes())
    );
    let token = format!(
        "{signed}.{}",
        encode(&openssl::sign(&scene.key, signed.as_bytes()))
    );
    let authorization = format!("authorization: bearer {token}");
    assert_eq!(push(&scene, TOPIC, &["--header", &authorization]), "2 200");
    assert_eq!(
        push(
            &scene,
            "com.example.other.voip",
            &["--header", &authorization]
        ),
        r#"{"reason":"DeviceTokenNotForTopic"}2 400"#
    );
    assert_eq!(
        push(&scene, TOPIC, &[]),
        r#"{"reason":"MissingProviderToken"}2 403"#
    );
}

#[test]
fn nghttp_and_openssl_see_the_settings_and_the_certificate_of_apns() {
    let scene = Scene::new(&[PHONE]);
    let port = scene.simulation.address().port();
    let nghttp = Command::new("timeout")
        .args([
            "20",
            "nghttp",
            "-nv",
            &format!("https://localhost:{port}/3/device/00"),
        ])
        .output();
    let said =
        String::from_utf8_lossy(&nghttp.expect("nghttp2-client is installed").stdout).into_owned();
    for setting in [
        "[SETTINGS_HEADER_TABLE_SIZE(0x01):4096]",
        "[SETTINGS_MAX_CONCURRENT_STREAMS(0x03):1]",
        "[SETTINGS_INITIAL_WINDOW_SIZE(0x04):65535]",
        "[SETTINGS_MAX_FRAME_SIZE(0x05):16384]",
        "[SETTINGS_MAX_HEADER_LIST_SIZE(0x06):8000]",
    ] {
        assert!(said.contains(setting), "{setting}: {said}");
    }
    let (address, authority) = (format!("127.0.0.1:{port}"), scene.authority());
    for host in [
        "api.push.apple.com",
        "api.sandbox.push.apple.com",
        "api.development.push.apple.com",
    ] {
        let arguments = [
            "s_client",
            "-connect",
            &address,
            "-servername",
            host,
            "-verify_hostname",
            host,
            "-verify_return_error",
        ];
        let said = openssl::run(
            &[
                &arguments[..],
                &["-alpn", "h2", "-CAfile", &authority.to_string_lossy()],
            ]
            .concat(),
            b"Q\n",
        );
        let said = String::from_utf8_lossy(&said);
        assert!(
            said.contains("ALPN protocol: h2") && said.contains("Verify return code: 0 (ok)"),
            "{host}: {said}"
        );
    }
}

#[test]
fn a_keychain_style_certificate_is_taken_for_its_topics() {
    let scene = Scene::new(&[PHONE]);
    let folder = TempDir::new();
    let extensions = format!(
        "1.2.840.113635.100.6.3.1=ASN1:NULL\n1.2.840.113635.100.6.3.6=ASN1:SEQUENCE:topics\n[topics]\n\
         a.0=UTF8String:{TOPIC}\na.1=SEQWRAP,UTF8String:app\n"
    );
    let pem = folder.write(
        "push.pem",
        openssl::push_certificate("/CN=Apple Push Services: com.example.calls", &extensions),
    );
    let pem = pem.to_string_lossy().into_owned();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let pack = |form: &[&str], p12: &str| {
        openssl::run(
            &[
                &[
                    "pkcs12",
                    "-export",
                    "-in",
                    &pem,
                    "-passout",
                    "pass:secret",
                    "-out",
                    p12,
                ],
                form,
            ]
            .concat(),
            b"",
        );
    };
    let (modern, keychain, unpacked) = (
        file("modern.p12"),
        file("keychain.p12"),
        file("keychain.pem"),
    );
    pack(&[], &modern);
    // As Keychain Access exports it: RC2 and 3DES, which openssl 3 calls legacy and curl does not read.
    pack(&["-legacy"], &keychain);
    openssl::run(
        &[
            "pkcs12",
            "-legacy",
            "-in",
            &keychain,
            "-passin",
            "pass:secret",
            "-nodes",
            "-out",
            &unpacked,
        ],
        b"",
    );
    let modern = format!("{modern}:secret");
    for credential in [
        &["--cert-type", "P12", "--cert", &modern][..],
        &["--cert", &unpacked],
    ] {
        assert_eq!(push(&scene, TOPIC, credential), "2 200", "{credential:?}");
        assert_eq!(
            push(&scene, "com.example.other.voip", credential),
            r#"{"reason":"TopicDisallowed"}2 400"#,
            "{credential:?}"
        );
    }
}
