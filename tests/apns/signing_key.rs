//! The signing key: every form it is found in, and every file it is not.

use base64ct::{Base64, Encoding};
use trill::apns::{ProviderToken, PublicKey, SigningKey};

use crate::{RFC7515, key, rfc7515};

#[test]
fn reads_every_form_apples_key_is_found_in() {
    let public =
        PublicKey::from_pem(std::str::from_utf8(key!("rfc7515-public.pem")).unwrap()).unwrap();
    for bytes in [
        RFC7515,
        key!("rfc7515-apple.p8"),
        key!("rfc7515-minimal.p8"),
        key!("rfc7515-sec1.pem"),
    ] {
        assert_eq!(SigningKey::from_bytes(bytes).unwrap().public_key(), public);
    }
}

#[test]
fn reads_what_copying_has_damaged() {
    let text = std::str::from_utf8(key!("rfc7515-apple.p8")).unwrap();
    let one_line = text.replace('\n', " ");
    let escaped = text.replace('\n', "\\n");
    let windows = text.replace('\n', "\r\n");
    let indented: String = text.lines().map(|line| format!("    {line} \n")).collect();
    let wrapped = format!("\u{feff}\"{text}\"\n\nand some text\n\n");
    for damaged in [one_line, escaped, windows, indented, wrapped] {
        assert_eq!(
            SigningKey::from_text(&damaged).unwrap().public_key(),
            rfc7515().public_key(),
            "{damaged:.40}"
        );
    }
}

#[test]
fn names_what_a_wrong_file_is() {
    let text = std::str::from_utf8(RFC7515).unwrap();
    let line = text.lines().nth(2).unwrap();
    let cut_end = text[..text.find("-----END").unwrap()].to_owned();
    let cut_start = text[text.find("MIG").unwrap()..].to_owned();
    let cut_middle = text.replace(&format!("{line}\n"), "");
    let two = format!("{text}{text}");
    let odd = text.replacen("MIGH", "MI!H", 1);
    let labels = text.replacen("END PRIVATE", "END EC PRIVATE", 1);
    let cases: &[(&[u8], &str)] = &[
        (b"", "key_empty"),
        (b" \n\t\n", "key_empty"),
        (b"hello", "key_no_block"),
        (b"\x89PNG\r\n\x1a\n\xff", "key_not_text"),
        (&[b'a'; 20_000], "key_too_big"),
        (key!("bundle.p12"), "key_is_p12"),
        (key!("certificate.pem"), "key_is_cert"),
        (key!("encrypted.p8"), "key_encrypted"),
        (key!("rfc7515-public.pem"), "key_is_public"),
        (key!("rsa.p8"), "key_rsa"),
        (key!("rsa-pkcs1.pem"), "key_rsa"),
        (key!("p384.p8"), "key_wrong_curve"),
        (key!("secp256k1.p8"), "key_wrong_curve"),
        (key!("ed25519.p8"), "key_wrong_type"),
        (key!("explicit.p8"), "key_explicit_params"),
        (cut_end.as_bytes(), "key_cut_end"),
        (cut_start.as_bytes(), "key_cut_start"),
        (cut_middle.as_bytes(), "key_cut_middle"),
        (two.as_bytes(), "key_two"),
        (odd.as_bytes(), "key_bad_char"),
        (labels.as_bytes(), "key_label_mismatch"),
    ];
    for (bytes, code) in cases {
        let error = SigningKey::from_bytes(bytes).unwrap_err();
        assert_eq!(error.code(), *code);
        assert!(error.to_string().chars().count() <= 160, "{error}");
    }
}

#[test]
fn refuses_halves_that_do_not_belong_together() {
    // The last base64 line holds the end of the public half only.
    let text = std::str::from_utf8(RFC7515)
        .unwrap()
        .replace("iFiOWt", "iFiOWs");
    assert_eq!(
        SigningKey::from_text(&text).unwrap_err().code(),
        "key_pair_mismatch"
    );
}

#[test]
fn refuses_numbers_the_curve_does_not_have() {
    assert!(SigningKey::from_random_bytes(&[0; 32]).is_none());
    assert!(SigningKey::from_random_bytes(&[0xff; 32]).is_none());
    assert!(SigningKey::from_random_bytes(&[1; 32]).is_some());
}

#[test]
fn never_prints_itself() {
    assert_eq!(format!("{:?}", rfc7515()), "SigningKey([redacted])");
    let token = ProviderToken::sign(&rfc7515(), "ABC123DEFG", "DEF123GHIJ", 1);
    assert_eq!(format!("{token:?}"), "ProviderToken([redacted], iat 1)");
}

#[test]
fn reads_a_binary_key_and_names_binary_files() {
    let der = |pem: &[u8]| {
        let text = std::str::from_utf8(pem).unwrap();
        let body: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        <base64ct::Base64 as base64ct::Encoding>::decode_vec(&body).unwrap()
    };
    for form in [
        RFC7515,
        key!("rfc7515-apple.p8"),
        key!("rfc7515-minimal.p8"),
        key!("rfc7515-sec1.pem"),
    ] {
        let key = SigningKey::from_bytes(&der(form)).unwrap();
        assert_eq!(key.public_key(), rfc7515().public_key());
        assert_eq!(key.notes()[0].code, "key_der");
    }
    let files: [(&[u8], &str); 5] = [
        (key!("certificate.pem"), "key_is_cert"),
        (key!("rfc7515-public.pem"), "key_is_public"),
        (key!("encrypted.p8"), "key_encrypted"),
        (key!("rsa-pkcs1.pem"), "key_rsa"),
        (key!("p384.p8"), "key_wrong_curve"),
    ];
    for (file, code) in files {
        assert_eq!(SigningKey::from_bytes(&der(file)).unwrap_err().code(), code);
    }
}

/// Output of `openssl ec -aes128`, which says in a header inside the block that it is encrypted.
#[test]
fn an_older_encrypted_pem_is_told_what_it_is() {
    let body = "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49";
    for headers in [
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F1E2D3C4B5A69788796A5B4C3D2E1F0\n\n",
        "DEK-Info: DES-EDE3-CBC,0F1E2D3C4B5A6978\n\n",
    ] {
        for fold in ["\n", "\r\n", "\\n", " "] {
            let pem = format!(
                "-----BEGIN EC PRIVATE KEY-----\n{headers}{body}\n-----END EC PRIVATE KEY-----\n"
            )
            .replace('\n', fold);
            assert_eq!(
                SigningKey::from_text(&pem).unwrap_err().code(),
                "key_encrypted",
                "{pem}"
            );
        }
    }
    // A header that says nothing of a passphrase is no part of the key.
    let key = std::str::from_utf8(RFC7515)
        .unwrap()
        .replace("KEY-----\nM", "KEY-----\nComment: mine\n\nM");
    assert_eq!(
        SigningKey::from_text(&key).unwrap().public_key(),
        rfc7515().public_key()
    );
}

#[test]
fn a_file_that_was_encoded_once_more_is_decoded() {
    for file in [RFC7515, key!("rfc7515-apple.p8"), key!("rfc7515-sec1.pem")] {
        let encoded = Base64::encode_string(file);
        let folded = encoded
            .as_bytes()
            .chunks(76)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join("\n");
        for text in [
            encoded.clone(),
            folded,
            format!("\"{encoded}\""),
            encoded.trim_end_matches('=').to_owned(),
        ] {
            let key = SigningKey::from_text(&text).unwrap();
            assert_eq!(key.public_key(), rfc7515().public_key());
            assert!(key.notes().iter().any(|note| note.code == "key_encoded"));
        }
    }
    let nonsense =
        Base64::encode_string(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert_ne!(
        SigningKey::from_text(&nonsense).unwrap_err().code(),
        "key_no_block"
    );
}

#[test]
fn picks_the_key_out_of_a_bundle_of_blocks() {
    let key = std::str::from_utf8(RFC7515).unwrap();
    let certificate = std::str::from_utf8(key!("certificate.pem")).unwrap();
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for bundle in [
        format!("{certificate}{key}"),
        format!("{key}{certificate}"),
        format!("{parameters}{key}"),
    ] {
        let read = SigningKey::from_text(&bundle).unwrap();
        assert_eq!(read.public_key(), rfc7515().public_key());
        assert_eq!(read.notes()[0].code, "key_text_around");
    }
}

#[test]
fn repeats_nothing_of_a_key_whose_begin_line_lost_its_dashes() {
    let text = std::str::from_utf8(RFC7515).unwrap();
    for damaged in [
        text.replacen("KEY-----\n", "KEY\n", 1),
        text.replacen("KEY-----\n", "KEY ", 1),
        text.replacen("PRIVATE KEY-----\nMI", "MI", 1),
    ] {
        let error = SigningKey::from_text(&damaged).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(
            text.lines()
                .skip(1)
                .take(3)
                .all(|line| !said.contains(&line[..8])),
            "{said}"
        );
    }
}

/// Our own walk over the parts agrees with the general parser about what is a key.
#[test]
fn reads_no_other_number_than_the_library_does() {
    use p256::pkcs8::DecodePrivateKey;
    for file in [
        key!("rfc7515-apple.p8").as_slice(),
        key!("rfc7515-minimal.p8"),
    ] {
        let text = std::str::from_utf8(file).unwrap();
        let body: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = <base64ct::Base64 as base64ct::Encoding>::decode_vec(&body).unwrap();
        for at in 0..der.len() {
            let mut flipped = der.clone();
            flipped[at] ^= 1;
            let ours = SigningKey::from_bytes(&flipped).map(|key| key.public_key());
            let theirs = p256::SecretKey::from_pkcs8_der(&flipped)
                .map(|key| PublicKey::from(p256::ecdsa::VerifyingKey::from(key.public_key())));
            if let (Ok(ours), Ok(theirs)) = (&ours, &theirs) {
                assert_eq!(ours, theirs, "byte {at}");
            }
        }
    }
}
