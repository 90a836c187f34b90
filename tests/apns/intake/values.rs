//! B068 to B086: header values and provider tokens made elsewhere.

use base64ct::Encoding;
use trill::apns::pasted_token::PastedToken;
use trill::apns::{Finding, Priority, PushType, Severity};

use super::{NOW, Table, refusal};

/// A known answer: kid ABC123DEFG, iss DEF123GHIJ, iat [`NOW`].
const HEADER: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ";
const CLAIMS: &str = "eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ";
const SIGNATURE: &str =
    "DsvSgkxE3Olsjv2UQ_kVzPZi7Xgx81ZbYtdqr58sck_g_b33F6HN3NJZHdVRZsxAvMBnCAFDZbXtUg5P1NtVBg";
const DER_SIGNATURE: &str = "MEUCIA7L0oJMRNzpbI79lEP5Fcz2Yu14MfNWW2LXaq-fLHJPAiEA4P299xehzdzSWR3VUWbMQLzAZwgBQ2W17VIOT9TbVQY";

pub(super) fn header_values(table: &mut Table) {
    table.collapse(
        "B068",
        &"a".repeat(65),
        "collapse_length",
        "65 bytes; at most 64",
    );
    table.collapse(
        "B069",
        &"é".repeat(33),
        "collapse_length",
        "66 bytes (33 characters)",
    );
    for (text, words) in [
        ("ab\tc", "A tab at position 3"),
        ("a\0", "position 2"),
        (" a", "A space at position 1"),
        ("a ", "position 2"),
    ] {
        table.collapse("B070", text, "collapse_char", words);
    }
    table.collapse("B071", "café", "collapse_char", "U+00E9 at position 4");
    for text in ["0", "7", "11", "high", "10.0", ""] {
        let error = Priority::parse(text).unwrap_err();
        table.expect(
            "B072",
            text,
            vec![refusal(error.code(), error)],
            &["priority_value"],
        );
    }
    for text in [
        "-1",
        "1.5",
        "tomorrow",
        "9223372036854775808",
        "",
        "2030-01-01",
        "soon",
        "at 25:00",
        "in 5",
    ] {
        table.expiration("B073", text, "expiration_form", Severity::Error);
    }
    table.expiration("B074", "1790000000000", "expiration_ms", Severity::Warning);
    table.expiration("B075", "1437179035", "expiration_past", Severity::Warning);
    let five: Vec<Finding> = PushType::Voip
        .check_priority(Priority::Considerate)
        .into_iter()
        .collect();
    table.expect("B077", "5", five, &["voip_combination"]);
}

pub(super) fn provider_tokens(table: &mut Table) {
    let good = format!("{HEADER}.{CLAIMS}.{SIGNATURE}");
    let rows: Vec<(&str, String, &[&str])> = vec![
        ("B079", String::new(), &["jwt_missing"]),
        ("B079", "bearer ".to_owned(), &["jwt_missing"]),
        ("B079", format!("authorization: {good}"), &["jwt_missing"]),
        ("B079", "Basic dXNlcjpwYXNz".to_owned(), &["jwt_missing"]),
        ("B080", format!("{HEADER}.{CLAIMS}"), &["jwt_shape"]),
        ("B080", format!("{good}.AAAA"), &["jwt_shape"]),
        ("B080", format!("{good}=="), &["jwt_shape"]),
        (
            "B080",
            format!("{good}{}", "A".repeat(1024)),
            &["jwt_shape"],
        ),
        (
            "B081",
            header_with(r#"{"alg":"none","kid":"ABC123DEFG"}"#),
            &["jwt_alg"],
        ),
        (
            "B081",
            header_with(r#"{"alg":"HS256","kid":"ABC123DEFG"}"#),
            &["jwt_alg"],
        ),
        (
            "B081",
            header_with(r#"{"alg":"ES384","kid":"ABC123DEFG"}"#),
            &["jwt_alg"],
        ),
        ("B082", header_with(r#"{"alg":"ES256"}"#), &["jwt_kid"]),
        (
            "B082",
            header_with(r#"{"alg":"ES256","kid":"ABC"}"#),
            &["jwt_kid"],
        ),
        (
            "B082",
            jwt(
                r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
                r#"{"iat":1437179036}"#,
            ),
            &["jwt_iss"],
        ),
        (
            "B082",
            jwt(
                r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
                r#"{"iss":"team","iat":1437179036}"#,
            ),
            &["jwt_iss"],
        ),
        ("B083", claims_with("\"1437179036\""), &["jwt_iat_form"]),
        ("B083", claims_with("1437179036.5"), &["jwt_iat_form"]),
        ("B083", claims_with("1437179036000"), &["jwt_iat_form"]),
        ("B083", claims_with("null"), &["jwt_iat_form"]),
        (
            "B086",
            format!("{HEADER}.{CLAIMS}.{DER_SIGNATURE}"),
            &["jwt_der_signature"],
        ),
    ];
    for (id, text, codes) in rows {
        table.token(id, &text, NOW, codes);
    }
    table.token("B084", &good, NOW - 600, &["jwt_future"]);
    assert!(
        PastedToken::read(&good, NOW - 600).notes[0]
            .sentence
            .to_string()
            .contains("+10 min")
    );
    table.token("B085", &good, NOW + 61 * 60, &["jwt_expired"]);
    assert!(
        PastedToken::read(&good, NOW + 61 * 60).notes[0]
            .sentence
            .to_string()
            .contains("61 min old")
    );
    for fine in [
        good.clone(),
        format!("bearer {good}"),
        format!("Authorization: Bearer {good}\n"),
        format!("\"{good}\""),
    ] {
        let read = PastedToken::read(&fine, NOW + 3600);
        assert!(
            read.notes.is_empty() && read.parts.is_some_and(|parts| parts.key_id == "ABC123DEFG")
        );
    }
}

fn jwt(header: &str, claims: &str) -> String {
    let encode = base64ct::Base64UrlUnpadded::encode_string;
    format!(
        "{}.{}.{SIGNATURE}",
        encode(header.as_bytes()),
        encode(claims.as_bytes())
    )
}

fn claims_with(iat: &str) -> String {
    jwt(
        r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
        &format!(r#"{{"iss":"DEF123GHIJ","iat":{iat}}}"#),
    )
}

fn header_with(header: &str) -> String {
    jwt(header, r#"{"iss":"DEF123GHIJ","iat":1437179036}"#)
}
