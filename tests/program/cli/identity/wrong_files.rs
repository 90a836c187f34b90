//! Wrong files: each has its sentence, and none is a panic.

use serde_json::Value;
use trill::relay::Identity;

use super::{FILES, run, shown};
use crate::support::openssl;
use crate::support::push_files::{BUNDLE_ID, PASSWORD, PushFiles};
use crate::support::temp_dir::TempDir;

/// Files that will not do, each with its code and a part of its sentence.
fn wrong_files() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let other = PushFiles::named(&format!("VoIP Services: {BUNDLE_ID}"), BUNDLE_ID);
    let expired = PushFiles::universal(-1);
    let keychain = FILES.keychain(PASSWORD);
    let request = openssl::run(
        &["req", "-new", "-key", "/dev/stdin", "-subj", "/CN=x"],
        FILES.key.as_bytes(),
    );
    let signed = openssl::run(
        &[
            "crl2pkcs7",
            "-nocrl",
            "-certfile",
            "/dev/stdin",
            "-outform",
            "DER",
        ],
        FILES.certificate.as_bytes(),
    );
    let key_alone = openssl::run(
        &[
            "pkcs12",
            "-export",
            "-nocerts",
            "-inkey",
            "/dev/stdin",
            "-passout",
            "pass:",
        ],
        FILES.key.as_bytes(),
    );
    let rc2 = openssl::p12(
        &FILES.pem(),
        "",
        &["-legacy", "-certpbe", "PBE-SHA1-RC2-128"],
    );
    let short_key = openssl::key(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    let certificate_alone = openssl::p12(&FILES.certificate, "", &["-nokeys", "-legacy"]);
    vec![
        ("empty.p12", b" \n".to_vec(), "identity_empty", "is empty"),
        (
            "big.p12",
            vec![0x30; 70_000],
            "identity_too_big",
            "too large",
        ),
        (
            "page.html",
            b"<!doctype html><title>Sign in</title>".to_vec(),
            "identity_unknown",
            "neither .p12 nor PEM",
        ),
        (
            "cut.p12",
            keychain[..keychain.len() - 20].to_vec(),
            "identity_damaged",
            "cut off",
        ),
        (
            "cut.pem",
            FILES.certificate.replace("-----END", "").into_bytes(),
            "identity_damaged",
            "cut off",
        ),
        (
            "locked.p12",
            keychain,
            "identity_password_missing",
            "TRILL_IDENTITY_PASSWORD",
        ),
        (
            "no-key.p12",
            certificate_alone,
            "identity_no_key",
            "export the certificate with the key",
        ),
        (
            "no-key.pem",
            FILES.certificate.clone().into_bytes(),
            "identity_no_key",
            "no private key",
        ),
        (
            "aps.cer",
            FILES.cer(),
            "identity_bare_certificate",
            "a certificate alone",
        ),
        (
            "key.pem",
            FILES.key.clone().into_bytes(),
            "identity_bare_key",
            "without its certificate",
        ),
        (
            "key.p12",
            key_alone,
            "identity_bare_key",
            "without its certificate",
        ),
        (
            "public.pem",
            openssl::public_key(&FILES.key).into_bytes(),
            "identity_public_key",
            "a public key",
        ),
        (
            "request.pem",
            request,
            "identity_request",
            "a certificate request",
        ),
        (
            "app.mobileprovision",
            signed,
            "identity_signed_data",
            "provisioning profile",
        ),
        (
            "locked.pem",
            [FILES.certificate.clone(), openssl::encrypted(&FILES.key)]
                .concat()
                .into(),
            "identity_encrypted_key",
            "-export",
        ),
        (
            "mixed.pem",
            [FILES.certificate.as_str(), &other.key].concat().into(),
            "identity_mismatch",
            "not the one",
        ),
        (
            "rc2-128.p12",
            rc2,
            "identity_unsupported",
            "openssl pkcs12 -legacy",
        ),
        (
            "short-key.pem",
            PushFiles::of_key(&short_key).pem().into(),
            "identity_unsupported_key",
            "RSA of 2048 bits",
        ),
        (
            "both.pem",
            [FILES.pem(), other.pem()].concat().into(),
            "identity_several",
            "Export the one you mean",
        ),
        (
            "expired.pem",
            expired.pem().into(),
            "identity_expired",
            "expired on 20",
        ),
        (
            "expired.p12",
            expired.keychain(""),
            "identity_expired",
            "developer.apple.com",
        ),
        (
            "server.pem",
            PushFiles::named("www.example.com", "").pem().into(),
            "identity_no_topics",
            "not for pushes",
        ),
        (
            "app.pem",
            PushFiles::named("Apple Development: Jo (A1)", "A1")
                .pem()
                .into(),
            "identity_signs_apps",
            "signs apps",
        ),
    ]
}

#[test]
fn every_wrong_file_has_its_sentence() {
    let folder = TempDir::new();
    for (name, bytes, code, part) in wrong_files() {
        let file = shown(&folder.write(name, bytes));
        let (exit, out, _) = run(&["identity", "--json", &file], &[]);
        let said: Value = serde_json::from_str(&out).expect("one object");
        assert_eq!(
            (exit, &said["code"], &said["will_do"]),
            (1, &code.into(), &false.into()),
            "{name}: {out}"
        );
        let (exit, lines, _) = run(&["identity", &file], &[]);
        assert!(
            exit == 1 && lines.contains(part) && lines.contains("It will not do. "),
            "{name}: {lines}"
        );
        // A relay does not start with it, and says the same.
        let (exit, nothing, err) = run(
            &[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--identity",
                &format!("x={file}"),
            ],
            &[],
        );
        assert_eq!((exit, nothing.as_str()), (2, ""), "{name}: {err}");
        let last = err.lines().last().expect("a line");
        assert!(
            last.starts_with(&format!("trill: {file}: ")) && last.contains(part),
            "{name}: {err}"
        );
        assert!(
            last.len() - file.len() <= 160 && !FILES.are_told_in(&[out, lines, err].concat()),
            "{name}"
        );
    }
}

#[test]
fn no_damage_is_a_panic() {
    let (p12, pem, cer) = (FILES.modern(""), FILES.pem().into_bytes(), FILES.cer());
    for bytes in [p12, pem, cer] {
        // The last line of a text may do without its end.
        for length in (0..bytes.len() - 1).step_by(7) {
            assert!(
                Identity::read("x", &bytes[..length], None).is_err(),
                "{length}"
            );
        }
        for index in (0..bytes.len()).step_by(31) {
            let mut bytes = bytes.clone();
            bytes[index] ^= 0x81;
            // Some bytes of a file do not matter; the others are refused.
            let _ = Identity::read("x", &bytes, None);
        }
    }
}
