//! B001 to B036: files that are no signing key, and keys that copying or editing has damaged.

use base64ct::{Base64, Encoding};
use trill::apns::SigningKey;

use super::{Table, text};
use crate::key;

pub(super) fn wrong_files(table: &mut Table) {
    let utf16: Vec<u8> = text().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let firebase = br#"{"type": "service_account", "private_key_id": "0f", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"}"#;
    let rows: &[(&str, &[u8], &str)] = &[
        ("B001", b"", "key_empty"),
        ("B002", b" \n\t\r\n ", "key_empty"),
        ("B003", &[b'a'; 120 * 1024], "key_too_big"),
        ("B004", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "key_not_text"),
        ("B004", b"PK\x03\x04\x14\0", "key_not_text"),
        ("B004", b"%PDF-1.7\n", "key_not_text"),
        ("B005", key!("bundle.p12"), "key_is_p12"),
        ("B005", &key!("bundle.p12")[..300], "key_is_p12"),
        ("B006", key!("certificate.pem"), "key_is_cert"),
        ("B007", key!("rfc7515-public.pem"), "key_is_public"),
        ("B008", key!("rfc7515-sec1.pem"), "key_sec1"),
        ("B009", key!("encrypted.p8"), "key_encrypted"),
        ("B010", key!("rsa.p8"), "key_rsa"),
        ("B010", key!("rsa-pkcs1.pem"), "key_rsa"),
        ("B011", key!("p384.p8"), "key_wrong_curve"),
        ("B012", key!("secp256k1.p8"), "key_wrong_curve"),
        ("B013", key!("ed25519.p8"), "key_wrong_type"),
        ("B014", key!("explicit.p8"), "key_explicit_params"),
        (
            "B015",
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
            "key_ssh",
        ),
        ("B026", &utf16, "key_utf16"),
        (
            "B026",
            &[b"\xff\xfe".as_slice(), &utf16].concat(),
            "key_utf16",
        ),
        (
            "B035",
            b"\n<!DOCTYPE html><html><body>Sign in</body></html>",
            "key_is_html",
        ),
        (
            "B035",
            &[b"<html>".as_slice(), &[b' '; 40_000]].concat(),
            "key_is_html",
        ),
        ("B036", firebase, "key_is_fcm"),
    ];
    for (id, bytes, code) in rows {
        table.file(id, bytes, &[code]);
    }
}

pub(super) fn damaged_keys(table: &mut Table) {
    let key = text();
    let lines: Vec<&str> = key.lines().collect();
    let without = |line: usize| {
        lines
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != line)
            .map(|(_, line)| format!("{line}\n"))
            .collect()
    };
    let der = der_of(key);
    let scalar = &der[36..68];
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(&order[at..at + 2], 16).unwrap())
        .collect();
    let other_public = SigningKey::from_random_bytes(&[1; 32])
        .unwrap()
        .public_key()
        .to_pem();
    let other_public = der_of(&other_public)[26..].to_vec();
    let mut of_another = der.clone();
    of_another[73..].copy_from_slice(&other_public);
    let mut off_curve = der.clone();
    off_curve[100] ^= 1;
    let sec1 = der_of(std::str::from_utf8(key!("rfc7515-sec1.pem")).unwrap());
    let trailing = pem_of("PRIVATE KEY", &[der.as_slice(), &[1, 2, 3]].concat());
    let at_two = |with: &str| key.replacen("\nMIGH", &format!("\nM{with}GH"), 1);

    let rows: Vec<(&str, String, &str)> = vec![
        ("B016", without(4), "key_cut_end"),
        ("B016", key[..key.len() - 8].to_owned(), "key_cut_end"),
        ("B017", without(0), "key_cut_start"),
        (
            "B018",
            key.replacen("END PRIVATE", "END EC PRIVATE", 1),
            "key_label_mismatch",
        ),
        ("B019", format!("{key}{key}"), "key_two"),
        ("B019", format!("{}{key}", without(4)), "key_two"),
        ("B020", without(1), "key_cut_middle"),
        ("B020", without(2), "key_cut_middle"),
        ("B020", without(3), "key_cut_middle"),
        ("B021", at_two("!"), "key_bad_char"),
        ("B022", at_two("\u{0406}"), "key_bad_char"),
        ("B023", key.replacen("\nMIGH", "\nM_GH", 1), "key_bad_char"),
        ("B023", key.replacen("\nMIGH", "\nM-GH", 1), "key_bad_char"),
        ("B024", key.replace("-----", "—"), "key_smart_dashes"),
        ("B024", key.replace("-----", "–––––"), "key_smart_dashes"),
        (
            "B024",
            key.replacen("KEY-----\n", "KEY——-\n", 1),
            "key_smart_dashes",
        ),
        (
            "B025",
            key.replace("BEGIN PRIVATE KEY", "begin private key")
                .replace("END PRIVATE KEY", "end private key"),
            "key_label_case",
        ),
        (
            "B025",
            key.replace("PRIVATE KEY", "private key"),
            "key_label_case",
        ),
        ("B027", around(0, &[0; 32]), "key_invalid_number"),
        ("B027", around(0, &order), "key_invalid_number"),
        ("B027", around(0, &[0xff; 32]), "key_invalid_number"),
        ("B028", around(0, &scalar[1..]), "key_suspicious"),
        (
            "B029",
            around(0, &[&[0], scalar].concat()),
            "key_invalid_number",
        ),
        (
            "B030",
            pem_of("PRIVATE KEY", &of_another),
            "key_pair_mismatch",
        ),
        (
            "B031",
            pem_of("PRIVATE KEY", &off_curve),
            "key_pair_mismatch",
        ),
        ("B032", trailing, "key_trailing"),
        ("B033", around(9, scalar), "key_version"),
        ("B034", pem_of("PRIVATE KEY", &sec1), "key_sec1"),
    ];
    for (id, text, code) in &rows {
        table.file(id, text.as_bytes(), &[code]);
    }
    for id in ["B028", "B034"] {
        let accepted = rows
            .iter()
            .filter(|(row, ..)| *row == id)
            .all(|(_, text, _)| SigningKey::from_text(text).is_ok());
        assert!(accepted, "{id} signs");
    }
    for (text, words) in [
        (at_two("!"), "“!” at line 2, column 2"),
        (
            at_two("\u{0406}"),
            "non-Latin or hidden character at line 2, column 2",
        ),
        (without(2), "90 of 138 bytes"),
        (rows[4].1.clone(), "Two keys"),
    ] {
        let sentence = SigningKey::from_text(&text).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence}");
    }
}

fn der_of(pem: &str) -> Vec<u8> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    Base64::decode_vec(&body).unwrap()
}

fn pem_of(label: &str, der: &[u8]) -> String {
    let body = Base64::encode_string(der);
    let lines: Vec<&str> = (0..body.len())
        .step_by(64)
        .map(|start| &body[start..body.len().min(start + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// A PKCS#8 key on P-256 without a public half, around any number.
fn around(version: u8, scalar: &[u8]) -> String {
    let length = |content: &[u8]| u8::try_from(content.len()).unwrap();
    let wrap = |tag: u8, content: Vec<u8>| [vec![tag, length(&content)], content].concat();
    let inner = wrap(0x30, [vec![2, 1, 1], wrap(4, scalar.to_vec())].concat());
    let algorithm = [
        6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7,
    ];
    let key = [
        vec![2, 1, version],
        wrap(0x30, algorithm.to_vec()),
        wrap(4, inner),
    ]
    .concat();
    pem_of("PRIVATE KEY", &wrap(0x30, key))
}
