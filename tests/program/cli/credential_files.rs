//! Keys, certificates and provider tokens in the forms in which people hand them over: the page and `trill identity`
//! read each alike.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::Value;
use trill::apns::pasted_token::PastedToken;
use trill::apns::{Severity, key_file};
use trill::relay::Identity;

use super::{text, trill};
use crate::support::openssl;
use crate::support::push_files::{PASSWORD, PushFiles};
use crate::support::temp_dir::TempDir;

/// One file, and its verdict: the form that `trill identity` names, and its code.
struct Case {
    name: String,
    bytes: Vec<u8>,
    form: Option<&'static str>,
    code: Option<&'static str>,
}

fn case(
    name: &str,
    bytes: impl Into<Vec<u8>>,
    form: Option<&'static str>,
    code: Option<&'static str>,
) -> Case {
    Case {
        name: name.to_owned(),
        bytes: bytes.into(),
        form,
        code,
    }
}

/// Ways in which a text file is carried through settings and messages.
fn carried(file: &str) -> Vec<(&'static str, String)> {
    let escaped = file.trim_end().replace('\n', "\\n");
    let indented: String = file.lines().map(|line| format!("    {line}\n")).collect();
    let encoded = Base64::encode_string(file.as_bytes());
    vec![
        ("plain", file.to_owned()),
        ("base64-of-the-whole-file", encoded.clone()),
        ("base64-variable", format!("APNS_KEY={encoded}\n")),
        ("one-line-with-spaces", file.replace('\n', " ")),
        ("env-line", format!("APNS_KEY=\"{escaped}\\n\"\n")),
        ("twice-escaped", escaped.replace('\\', "\\\\")),
        ("yaml", format!("apns_key: |\n{indented}")),
        ("json", serde_json::json!({ "key": file }).to_string()),
        ("windows", file.replace('\n', "\r\n")),
        ("byte-order-mark", format!("\u{feff}{file}")),
        ("six-dashes", file.replace("-----", "------")),
    ]
}

fn keys() -> Vec<Case> {
    let key = openssl::p256_key();
    let rsa = openssl::key(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    let lines: Vec<&str> = key.lines().collect();
    let locked = |arguments: &[&str], key: &str| {
        String::from_utf8(openssl::run(arguments, key.as_bytes())).expect("PEM")
    };
    let old = ["-aes-128-cbc", "-passout", "pass:secret", "-traditional"];
    let mut cases = Vec::new();
    for (name, text) in carried(&key) {
        cases.push(case(
            name,
            text,
            Some("signing-key"),
            Some("identity_signing_key"),
        ));
    }
    for (name, text) in carried(&openssl::to_sec1(&key)) {
        let name = format!("sec1-{name}");
        cases.push(case(
            &name,
            text,
            Some("signing-key"),
            Some("identity_signing_key"),
        ));
    }
    for (kind, text) in [
        ("pkcs8", openssl::encrypted(&key)),
        ("ec", locked(&[&["ec"][..], &old[..3]].concat(), &key)),
        ("rsa", locked(&[&["rsa"][..], &old].concat(), &rsa)),
        (
            "des",
            locked(
                &[
                    "pkcs8",
                    "-topk8",
                    "-v1",
                    "PBE-SHA1-3DES",
                    "-passout",
                    "pass:secret",
                ],
                &key,
            ),
        ),
    ] {
        for (name, text) in carried(&text) {
            let name = format!("encrypted-{kind}-{name}");
            cases.push(case(&name, text, None, Some("identity_encrypted_key")));
        }
    }
    cases.extend([
        case("cut", lines[..3].join("\n"), None, Some("key_cut_end")),
        case(
            "headless",
            lines[1..].join("\n"),
            None,
            Some("key_cut_start"),
        ),
        case(
            "four-dashes",
            key.replace("-----END", "----END"),
            None,
            Some("key_smart_dashes"),
        ),
        case(
            "placeholder",
            "-----BEGIN PRIVATE KEY-----\nYOUR_KEY_HERE\n-----END PRIVATE KEY-----\n",
            None,
            Some("key_bad_char"),
        ),
        case(
            "two",
            key.clone() + &openssl::p256_key(),
            None,
            Some("key_two"),
        ),
        case("rsa", rsa.clone(), None, Some("identity_bare_key")),
        case(
            "der",
            openssl::pkcs8_der(&key),
            Some("signing-key"),
            Some("identity_signing_key"),
        ),
        case(
            "public",
            openssl::public_key(&key),
            None,
            Some("identity_public_key"),
        ),
    ]);
    cases
}

fn certificates() -> Vec<Case> {
    let files = PushFiles::universal(365);
    let mut cases = Vec::new();
    for (name, text) in carried(&files.pem()) {
        cases.push(case(&format!("pem-{name}"), text, Some("pem"), None));
    }
    for (name, text) in carried(&files.certificate) {
        let name = format!("certificate-{name}");
        cases.push(case(&name, text, Some("pem"), Some("identity_no_key")));
    }
    let p12 = files.keychain("");
    cases.extend([
        case("open.p12", p12.clone(), Some("p12"), None),
        case("base64.p12", Base64::encode_string(&p12), Some("p12"), None),
        case(
            "locked.p12",
            files.modern(PASSWORD),
            None,
            Some("identity_password_missing"),
        ),
        case(
            "aps.cer",
            files.cer(),
            Some("certificate"),
            Some("identity_bare_certificate"),
        ),
        case(
            "base64.cer",
            Base64::encode_string(&files.cer()),
            Some("certificate"),
            Some("identity_bare_certificate"),
        ),
        case(
            "no-bundle.p12",
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\0\0\0\0".to_vec(),
            None,
            Some("identity_unknown"),
        ),
    ]);
    cases
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is past 1970").as_secs()
}

/// A provider token with this issue time; `encode` makes text of each part.
fn token(iat: &str, encode: fn(&[u8]) -> String) -> String {
    let key = openssl::p256_key();
    let head = encode(br#"{"alg":"ES256","kid":"ABC123DEFG","typ":"JWT"}"#);
    let claims = encode(format!(r#"{{"iss":"DEF123GHIJ","iat":{iat}}}"#).as_bytes());
    let signed = format!("{head}.{claims}");
    let signature = openssl::sign(&key, signed.as_bytes());
    format!("{signed}.{}", encode(&signature))
}

fn tokens() -> Vec<Case> {
    let token_of = |iat: String| token(&iat, Base64UrlUnpadded::encode_string);
    let good = token_of(now().to_string());
    let form = Some("provider-token");
    let date = "\"2019-10-09 12:00:00.123 +0000 UTC m=+0.000\"";
    vec![
        case("good", good.clone(), form, None),
        case(
            "header",
            format!("authorization: bearer {good}\n"),
            form,
            None,
        ),
        case("variable", format!("APNS_JWT={good}\n"), form, None),
        case("float-iat", token_of(format!("{}.25", now())), form, None),
        case("quoted-iat", token_of(format!("\"{}\"", now())), form, None),
        case(
            "standard-base64",
            token(&now().to_string(), Base64::encode_string),
            form,
            None,
        ),
        case(
            "text-iat",
            token(date, Base64::encode_string),
            form,
            Some("jwt_iat_form"),
        ),
        case(
            "milliseconds",
            token_of(format!("{}000", now())),
            form,
            Some("jwt_iat_form"),
        ),
        case(
            "old",
            token_of((now() - 4_000).to_string()),
            form,
            Some("jwt_expired"),
        ),
        case(
            "ahead",
            token_of((now() + 4_000).to_string()),
            form,
            Some("jwt_future"),
        ),
        case(
            "cut",
            good.rsplit_once('.').expect("three parts").0.to_owned(),
            form,
            Some("jwt_shape"),
        ),
    ]
}

fn fixtures() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keys");
    let expected = |name: &str| match name {
        "bundle.p12" => (None, Some("identity_password_missing")),
        "certificate.pem" => (Some("pem"), Some("identity_no_key")),
        "encrypted.p8" => (None, Some("identity_encrypted_key")),
        "explicit.p8" => (None, Some("key_explicit_params")),
        "rfc7515-public.pem" => (None, Some("identity_public_key")),
        name if name.starts_with("rfc7515") => (Some("signing-key"), Some("identity_signing_key")),
        _ => (None, Some("identity_bare_key")),
    };
    let files = fs::read_dir(folder).expect("it is there");
    files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "md"))
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let (form, code) = expected(&name);
            case(&name, fs::read(&path).expect("bytes"), form, code)
        })
        .collect()
}

/// What `trill identity` says about a file.
fn explained(folder: &TempDir, case: &Case) -> (i32, Value) {
    let file = folder.write("file", &case.bytes);
    let file = file.to_string_lossy();
    let mut command = trill(&["identity", "--json", &file]);
    let output = command.env_remove("TRILL_IDENTITY_PASSWORD").output();
    let (exit, out, _) = text(&output.expect("it runs"));
    (exit, serde_json::from_str(&out).expect("one object"))
}

#[test]
fn the_page_and_the_program_read_every_file_alike() {
    let folder = TempDir::new();
    let mut wrong = Vec::new();
    let all = [fixtures(), keys(), certificates(), tokens()];
    for case in all.iter().flatten() {
        let (exit, said) = explained(&folder, case);
        let will_do = said["will_do"] == true;
        let code = said["code"].as_str();
        // The program takes a signing key for one that belongs into the page.
        let of_program = (said["form"].as_str(), code);
        let of_page = key_file::read(&case.bytes);
        let same_key =
            said["key_code"].as_str() == of_page.as_ref().err().map(|error| error.code());
        let is_key = case.form == Some("signing-key");
        let notes = of_page.as_ref().map_or(0, |key| key.notes().len());
        let same_notes = said["notes"].as_array().map(Vec::len) == Some(notes);
        let same_verdict = !is_key || of_page.is_ok() && will_do && same_notes;
        // A key that no page takes is no key for the program.
        let agree = of_page.is_err() || is_key || case.form.is_some();
        if of_program != (case.form, case.code)
            || !same_key
            || !same_verdict
            || !agree
            || (exit == 0) != will_do
        {
            wrong.push(format!("{}: {said}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_provider_token_is_explained_as_the_page_reads_it() {
    let folder = TempDir::new();
    for case in tokens() {
        let (_, said) = explained(&folder, &case);
        let typed = String::from_utf8(case.bytes.clone()).expect("text");
        let read = PastedToken::find(&typed, now()).expect("a token");
        let error = read
            .notes
            .iter()
            .find(|note| note.severity == Severity::Error);
        assert_eq!(
            said["code"].as_str(),
            error.map(|note| note.code),
            "{}",
            case.name
        );
        assert_eq!(said["will_do"], error.is_none(), "{}: {said}", case.name);
        let secret = typed.trim().rsplit('.').next().expect("a signature");
        assert!(!said.to_string().contains(secret), "{}: {said}", case.name);
        if read.parts.is_some() {
            assert_eq!(said["key_id"], "ABC123DEFG", "{}: {said}", case.name);
        }
    }
    let case = &tokens()[3];
    let file = folder.write("float", &case.bytes);
    let (exit, out, _) = text(
        &trill(&["identity", &file.to_string_lossy()])
            .output()
            .expect("it runs"),
    );
    assert_eq!(exit, 0, "{out}");
    for part in [
        "a provider token",
        "ABC123DEFG",
        "DEF123GHIJ",
        "has a fraction",
        "It will do for",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

#[test]
fn what_identity_takes_serve_takes() {
    for case in certificates() {
        let read = Identity::read("x", &case.bytes, None);
        assert_eq!(
            read.as_ref().err().map(|error| error.code()),
            case.code,
            "{}",
            case.name
        );
    }
}

#[test]
fn the_advised_line_opens_an_encrypted_key() {
    let folder = TempDir::new();
    for case in keys() {
        if case.code != Some("identity_encrypted_key") || !case.name.ends_with("-plain") {
            continue;
        }
        let (_, said) = explained(&folder, &case);
        let advice = said["advice"].as_str().expect("a text");
        assert!(
            advice.contains("openssl pkey -in KEY -out PLAIN.p8"),
            "{advice}"
        );
        let plain = openssl::run(
            &["pkey", "-passin", "pass:secret", "-in", "/dev/stdin"],
            &case.bytes,
        );
        let is_rsa = case.name.contains("rsa");
        assert_eq!(key_file::read(&plain).is_err(), is_rsa, "{}", case.name);
    }
}

#[test]
fn no_form_is_said_to_come_from_the_keychain() {
    let folder = TempDir::new();
    let files = PushFiles::universal(365);
    for bytes in [files.modern(""), files.keychain("")] {
        let file = folder.write("push.p12", bytes);
        let (_, out, _) = text(
            &trill(&["identity", &file.to_string_lossy()])
                .output()
                .expect("it runs"),
        );
        assert!(
            out.contains(": PKCS#12\n") && !out.contains("Keychain"),
            "{out}"
        );
    }
}
