//! `trill identity`, and the files `trill serve --identity` does not take: each wrong one has its sentence.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use trill::apns::{CertificateKind, Environment};
use trill::relay::{Identity, IdentityError};

use super::{text, trill};
use crate::support::openssl;
use crate::support::push_files::{BUNDLE_ID, PASSWORD, PushFiles, TEAM_ID, TOPIC};
use crate::support::temp_dir::TempDir;

/// Keys of this size take a moment to make.
static FILES: LazyLock<PushFiles> = LazyLock::new(|| PushFiles::universal(365));

/// Exit code, output and complaints.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    text(
        &trill(arguments)
            .env_remove("TRILL_IDENTITY_PASSWORD")
            .envs(variables.iter().copied())
            .output()
            .expect("it runs"),
    )
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

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
fn passwords_come_from_files_and_variables() {
    let folder = TempDir::new();
    let file = shown(&folder.write("voip-1.p12", FILES.keychain(PASSWORD)));
    let (right, wrong) = (
        shown(&folder.write("right", PASSWORD)),
        shown(&folder.write("wrong", "Tr0ub4dor")),
    );
    let general = ("TRILL_IDENTITY_PASSWORD", PASSWORD);
    for (flags, variables, expected) in [
        (&[][..], &[][..], Some("identity_password_missing")),
        (&[], &[general], None),
        (
            &[],
            &[
                ("TRILL_IDENTITY_PASSWORD_VOIP_1", PASSWORD),
                ("TRILL_IDENTITY_PASSWORD", ""),
            ],
            None,
        ),
        (
            &[],
            &[("TRILL_IDENTITY_PASSWORD_VOIP_1", ""), general],
            Some("identity_wrong_password"),
        ),
        (
            &["--password-file", &right],
            &[("TRILL_IDENTITY_PASSWORD", "Tr0ub4dor")],
            None,
        ),
        (
            &["--password-file", &wrong],
            &[general],
            Some("identity_wrong_password"),
        ),
    ] {
        let (exit, out, _) = run(&[&["identity", "--json", &file], flags].concat(), variables);
        let said: Value = serde_json::from_str(&out).expect("one object");
        assert_eq!(
            (exit == 0, said["code"].as_str()),
            (expected.is_none(), expected),
            "{flags:?} {variables:?}"
        );
        assert!(
            !out.contains("Tr0ub4dor") && !FILES.are_told_in(&out),
            "{out}"
        );
    }
    // Of two flags the one with the name wins, and a relay does not start with the wrong one.
    let named = format!("voip-1={wrong}");
    let flags = [
        "serve",
        "--identity",
        &file,
        "--identity-password-file",
        &right,
        "--identity-password-file",
        &named,
    ];
    let (exit, _, err) = run(&flags, &[]);
    assert_eq!(exit, 2);
    assert!(
        err.contains("The password does not open this .p12.") && !err.contains("Tr0ub4dor"),
        "{err}"
    );
}

/// `script` gives it the terminal it asks on.
#[cfg(target_os = "linux")]
#[test]
fn a_password_nobody_gave_is_asked_for() {
    let folder = TempDir::new();
    let file = folder.write("push.p12", FILES.keychain(PASSWORD));
    for (typed, will_do) in [(PASSWORD, true), ("Tr0ub4dor", false)] {
        let line = format!("{} identity {}", env!("CARGO_BIN_EXE_trill"), shown(&file));
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env_remove("TRILL_IDENTITY_PASSWORD");
        let mut script = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("util-linux is installed");
        let mut terminal = BufReader::new(script.stdout.take().expect("it was piped"));
        let mut prompt = Vec::new();
        terminal.read_until(b':', &mut prompt).expect("it writes");
        while !holds(&prompt, b"Password of ") {
            assert!(
                terminal.read_until(b':', &mut prompt).expect("it writes") > 0,
                "no prompt: {}",
                String::from_utf8_lossy(&prompt)
            );
        }
        let mut keyboard = script.stdin.take().expect("it was piped");
        keyboard
            .write_all(format!("{typed}\n").as_bytes())
            .expect("it reads");
        let mut said = String::new();
        terminal.read_to_string(&mut said).expect("text");
        let code = script.wait().expect("it ends").code();
        assert_eq!(
            (code, said.contains("It will do: ")),
            (Some(i32::from(!will_do)), will_do),
            "{said}"
        );
        assert_eq!(
            said.contains("The password does not open this .p12."),
            !will_do,
            "{said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_file_others_can_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new();
    let path = folder.write("push.pem", FILES.pem());
    for (mode, warns) in [(0o644, true), (0o640, true), (0o600, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
        let (code, _, err) = run(&["identity", &shown(&path)], &[]);
        assert_eq!(
            (code, err.contains("chmod 600")),
            (0, warns),
            "{mode:o}: {err}"
        );
    }
    // A file without a secret is everybody's.
    let certificate = folder.write("aps.cer", FILES.cer());
    std::fs::set_permissions(&certificate, std::fs::Permissions::from_mode(0o644))
        .expect("it is ours");
    let (code, _, err) = run(&["identity", &shown(&certificate)], &[]);
    assert_eq!((code, err.as_str()), (1, ""));
}

#[test]
fn a_relay_says_at_its_start_what_can_be_chosen() {
    let folder = TempDir::new();
    let file = shown(&folder.write("push.pem", FILES.pem()));
    let second = format!("calls={file}");
    let mut relay = trill(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--identity",
        &file,
        "--identity",
        &second,
    ])
    .spawn()
    .expect("it runs");
    let lines = BufReader::new(relay.stdout.take().expect("it was piped"))
        .lines()
        .take(3)
        .map_while(Result::ok);
    let last = lines.last();
    relay
        .kill()
        .and_then(|()| relay.wait())
        .expect("it runs until then");
    assert_eq!(
        last.as_deref(),
        Some("Certificates, each for the header trill-identity: push, calls")
    );
}

#[test]
fn a_relay_says_at_its_start_what_expires_soon() {
    let folder = TempDir::new();
    for (days, warns) in [(12, true), (365, false)] {
        let file = shown(&folder.write("push.pem", PushFiles::universal(days).pem()));
        // An address it refuses ends it after it has looked at its identities.
        let (code, _, err) = run(
            &[
                "serve",
                "--listen",
                "0.0.0.0:0",
                "--identity",
                &format!("voip={file}"),
            ],
            &[],
        );
        assert_eq!(
            (
                code,
                err.contains("WARN  identity voip: The certificate expires in 1")
            ),
            (2, warns),
            "{err}"
        );
    }
}

#[test]
fn advised_commands_can_be_typed() {
    let folder = TempDir::new();
    let file = shown(&folder.write("Jo's push.pem", FILES.pem()));
    let (code, out, _) = run(&["identity", &file], &[]);
    let (quoted, name) = (file.replace('\'', "'\\''"), "Jo-s-push");
    assert!(
        code == 0
            && out.contains(&format!(
                "--identity '{quoted}', and send with trill-identity: {name}\n"
            )),
        "{out}"
    );
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
fn an_unreadable_file_is_2_and_wrong_usage_64() {
    for (arguments, code, part) in [
        (&["identity", "/nowhere/push.p12"][..], 2, "check the path"),
        (&["identity", "/"], 2, "cannot read /"),
        (
            &["identity", "--password-file", "/nowhere", "Cargo.toml"],
            2,
            "password file",
        ),
        (
            &["serve", "--identity", "/nowhere/push.p12"],
            2,
            "given to --identity",
        ),
        (&["identity"], 64, "requires <FILE>"),
        (
            &["identity", "--pasword-file", "a", "b"],
            64,
            "did you mean --password-file?",
        ),
    ] {
        let (ended, out, err) = run(arguments, &[]);
        assert_eq!((ended, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
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
