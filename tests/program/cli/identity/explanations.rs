//! Explanations of files that will do: kinds, topics, environments and dates.

use serde_json::Value;
use trill::apns::{CertificateKind, Environment};
use trill::relay::{Identity, IdentityError};

use super::{FILES, holds, run, shown};
use crate::support::openssl;
use crate::support::push_files::{BUNDLE_ID, PASSWORD, PushFiles, TEAM_ID, TOPIC};
use crate::support::temp_dir::TempDir;

#[test]
fn the_test_files_are_what_they_claim() {
    // pbeWithSHA1And40BitRC2-CBC and pbeWithSHA1And3-KeyTripleDES-CBC are 1.2.840.113549.1.12.1.6 and .3; PBES2 is 1.2.840.113549.1.5.13.
    let (keychain, modern) = (FILES.keychain(PASSWORD), FILES.modern(PASSWORD));
    let of_pkcs12 = |last| {
        [
            0x06, 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, last,
        ]
    };
    let pbes2 = [
        0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d,
    ];
    assert!(
        holds(&keychain, &of_pkcs12(6))
            && holds(&keychain, &of_pkcs12(3))
            && !holds(&keychain, &pbes2)
    );
    assert!(holds(&modern, &pbes2) && !holds(&modern, &of_pkcs12(6)));
}

#[test]
fn a_file_that_will_do_is_explained() {
    let folder = TempDir::new();
    let password = shown(&folder.write("password", format!("{PASSWORD}\r\nsecond line")));
    let pkcs1 = FILES.certificate.clone() + &openssl::to_pkcs1(&FILES.key);
    for (name, bytes) in [
        ("keychain.p12", FILES.keychain(PASSWORD)),
        ("modern.p12", FILES.modern(PASSWORD)),
        ("open.p12", FILES.keychain("")),
        ("pkcs8.pem", FILES.pem().into_bytes()),
        ("pkcs1.pem", pkcs1.clone().into_bytes()),
        (
            "key-first.pem",
            ["\u{feff}Bag Attributes\r\n", &FILES.key, &FILES.certificate]
                .concat()
                .replace('\n', "\r\n")
                .into_bytes(),
        ),
    ] {
        let file = shown(&folder.write(name, bytes));
        let with_password: &[&str] = if name == "open.p12" {
            &[]
        } else {
            &["--password-file", &password]
        };
        let (code, out, err) = run(&[&["identity", &file], with_password].concat(), &[]);
        assert_eq!(code, 0, "{name}: {out}{err}");
        for part in [
            format!("subject       Apple Push Services: {BUNDLE_ID}"),
            format!("team          {TEAM_ID}"),
            "environments  sandbox, production".to_owned(),
            format!("topics        {BUNDLE_ID}, {TOPIC}"),
            format!(
                "It will do: trill serve --identity {file}, and send with trill-identity: {}",
                name.split('.').next().unwrap()
            ),
        ] {
            assert!(out.contains(&part), "{name}: {part:?} in {out}");
        }
        let (code, out, _) = run(
            &[&["identity", "--json", &file], with_password].concat(),
            &[],
        );
        let said: Value = serde_json::from_str(&out).expect("one object");
        assert_eq!(said["form"], name.rsplit('.').next().unwrap());
        assert_eq!(
            (code, &said["will_do"], &said["code"], &said["kind"]),
            (0, &true.into(), &Value::Null, &"universal".into())
        );
        assert_eq!(
            (&said["topics"][1], &said["team_id"]),
            (&TOPIC.into(), &TEAM_ID.into())
        );
        assert!(
            matches!(said["days_left"].as_u64(), Some(364 | 365)),
            "{out}"
        );
        assert!(!FILES.are_told_in(&out), "{out}");
    }
}

#[test]
fn a_signing_key_is_for_the_page() {
    let folder = TempDir::new();
    let file = shown(&folder.write("AuthKey_ABC123DEFG.p8", openssl::p256_key()));
    let (code, out, _) = run(&["identity", &file], &[]);
    assert_eq!(code, 0);
    assert!(
        out.contains("a signing key for provider tokens") && out.contains("drop it into the page"),
        "{out}"
    );
    let (code, _, err) = run(&["serve", "--identity", &file], &[]);
    assert_eq!(code, 2);
    assert!(err.contains("Drop it into the page instead."), "{err}");
}

#[test]
fn a_certificate_without_calls_is_told_so() {
    let folder = TempDir::new();
    let files = PushFiles::named(
        &format!("Apple Development IOS Push Services: {BUNDLE_ID}"),
        BUNDLE_ID,
    );
    let (code, out, _) = run(
        &["identity", &shown(&folder.write("push.pem", files.pem()))],
        &[],
    );
    assert!(
        code == 0
            && out.contains("environments  sandbox\n")
            && out.contains("cannot make a phone ring"),
        "{out}"
    );
}

#[test]
fn kinds_say_environments_and_topics() {
    use Environment::{Production, Sandbox};
    let voip = format!("{BUNDLE_ID}.voip");
    for (name, user_id, kind, environments, topics) in [
        (
            "VoIP Services: com.example.calls",
            BUNDLE_ID,
            CertificateKind::Voip,
            &[Sandbox, Production][..],
            &[voip.as_str()][..],
        ),
        (
            "VoIP Services: com.example.calls",
            &voip,
            CertificateKind::Voip,
            &[Sandbox, Production],
            &[&voip],
        ),
        (
            "Apple Production IOS Push Services: x",
            BUNDLE_ID,
            CertificateKind::Production,
            &[Production],
            &[BUNDLE_ID],
        ),
        (
            "Pass Type ID: pass.example",
            "pass.example",
            CertificateKind::NotForApps,
            &[Production],
            &["pass.example"],
        ),
        (
            "APSP:1",
            "com.apple.mgmt.1",
            CertificateKind::Mdm,
            &[Sandbox, Production],
            &["com.apple.mgmt.1"],
        ),
    ] {
        let identity = Identity::read("x", PushFiles::named(name, user_id).pem().as_bytes(), None)
            .expect("it is one");
        let certificate = identity.certificate();
        assert_eq!(
            (certificate.kind, certificate.environments.as_slice()),
            (kind, environments),
            "{name}"
        );
        assert_eq!(certificate.topics, topics, "{name}");
    }
}

#[test]
fn dates_are_judged_to_the_second() {
    let identity = Identity::read("x", FILES.pem().as_bytes(), None).expect("it is one");
    let (from, until) = (
        identity.certificate().valid_from,
        identity.certificate().valid_until,
    );
    assert!(matches!(
        identity.check(from - 1),
        Err(IdentityError::Early(_))
    ));
    assert_eq!(
        (identity.check(from), identity.check(until)),
        (Ok(()), Ok(()))
    );
    assert!(matches!(
        identity.check(until + 1),
        Err(IdentityError::Expired(_))
    ));
    const DAY: u64 = 86_400;
    assert_eq!(identity.warning(until - 31 * DAY), None);
    assert!(
        identity
            .warning(until - 30 * DAY)
            .is_some_and(|warning| warning.contains("in 30 days, on 2"))
    );
    assert!(
        identity
            .warning(until + 1)
            .is_some_and(|warning| warning.contains("expired on"))
    );
}
