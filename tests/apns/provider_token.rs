//! The provider token: known answers from the standards, and what is pasted from elsewhere.

use base64ct::{Base64UrlUnpadded, Encoding};
use trill::apns::provider_token::TokenParts;
use trill::apns::public_key::{PublicKeyError, SignatureForm};
use trill::apns::{ProviderToken, PublicKey};

use crate::{RFC7515, key, rfc7515};

/// RFC 7515 appendix A.3: header, claims and a signature made with a random nonce.
const RFC7515_SIGNED: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const RFC7515_SIGNATURE: &str = "0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665\
                                 c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5";
const RFC7515_DER: &str = "304502200ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665\
                           022100c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5";

const FIRST: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ.\
                     DsvSgkxE3Olsjv2UQ_kVzPZi7Xgx81ZbYtdqr58sck_g_b33F6HN3NJZHdVRZsxAvMBnCAFDZbXtUg5P1NtVBg";
const R_BEGINS_WITH_ZERO: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MTE3fQ.\
                                  ADoESbKbOtASgM2k5a7vrZ5VIRVUrayyCOLuPyjEEJR-Ub69ESxVKDO2DWtKelzt-RmGdTbOmoUERd76AxjRRA";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap())
        .collect()
}

#[test]
fn verifies_rfc_7515_in_both_forms() {
    let key = rfc7515().public_key();
    let message = RFC7515_SIGNED.as_bytes();
    assert_eq!(
        key.verify(message, &unhex(RFC7515_SIGNATURE)),
        Some(SignatureForm::Raw)
    );
    assert_eq!(
        key.verify(message, &unhex(RFC7515_DER)),
        Some(SignatureForm::Der)
    );

    let mut flipped = unhex(RFC7515_SIGNATURE);
    flipped[40] ^= 1;
    assert_eq!(key.verify(message, &flipped), None);
    assert_eq!(key.verify(message, &unhex(RFC7515_SIGNATURE)[..63]), None);
    assert_eq!(key.verify(message, &[0; 64]), None);
    assert_eq!(key.verify(message, &[0xff; 64]), None);
}

/// RFC 6979 appendix A.2.5, P-256 with SHA-256, by the same library call that signs tokens; that
/// tokens are signed by it is shown by the vectors below.
#[test]
fn reproduces_rfc_6979_byte_for_byte() {
    use p256::ecdsa::signature::Signer;
    let scalar = unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
    let key = p256::ecdsa::SigningKey::from_slice(&scalar).unwrap();
    let vectors = [
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ];
    for (message, expected) in vectors {
        let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
        assert_eq!(
            signature.to_bytes().as_slice(),
            unhex(expected),
            "{message}"
        );
    }
}

#[test]
fn is_the_same_for_everybody_who_holds_the_key() {
    for (issued_at, expected) in [(1_437_179_036, FIRST), (1_437_179_117, R_BEGINS_WITH_ZERO)] {
        let token = ProviderToken::sign(&rfc7515(), "ABC123DEFG", "DEF123GHIJ", issued_at);
        assert_eq!(token.secret(), expected);
        assert_eq!(token.authorization(), format!("bearer {expected}"));
    }
}

#[test]
fn comes_apart_again() {
    let parts = TokenParts::read(FIRST).unwrap();
    assert_eq!(
        (
            parts.key_id.as_str(),
            parts.team_id.as_str(),
            parts.issued_at
        ),
        ("ABC123DEFG", "DEF123GHIJ", 1_437_179_036)
    );
    assert_eq!(
        parts.verify(&rfc7515().public_key()),
        Some(SignatureForm::Raw)
    );
    assert_eq!(parts.age(1_437_179_036 + 90), 90);
    assert_eq!(parts.age(1_437_179_036 - 90), -90);
    assert!(!format!("{parts:?}").contains("DsvS"));
}

#[test]
fn has_an_age_whatever_its_issue_time() {
    let issued_at = |seconds: u64| {
        let claims = Base64UrlUnpadded::encode_string(
            format!(r#"{{"iss":"DEF123GHIJ","iat":{seconds}}}"#).as_bytes(),
        );
        TokenParts::read(&FIRST.replace(FIRST.split('.').nth(1).unwrap(), &claims)).unwrap()
    };
    assert_eq!(issued_at(u64::MAX).age(u64::MAX), 0);
    assert_eq!(issued_at(u64::MAX).age(1_437_179_036), -i64::MAX);
    assert_eq!(issued_at(1 << 63).age(0), -i64::MAX);
    assert_eq!(issued_at(0).age(u64::MAX), i64::MAX);
}

#[test]
fn reads_apples_own_sample_without_alg_and_with_iat_as_text() {
    let sample = "eyAia2lkIjogIjhZTDNHM1JSWDciIH0.eyAiaXNzIjogIkM4Nk5WOUpYM0QiLCAiaWF0IjogIjE0NTkxNDM1ODA2NTAiIH0.\
                  MEYCIQDzqyahmH1rz1s-LFNkylXEa2lZ_aOCX4daxxTZkVEGzwIhALvkClnx5m5eAT6Lxw7LZtEQcH6JENhJTMArwLf3sXwi";
    let parts = TokenParts::read(sample).unwrap();
    assert_eq!(
        (parts.algorithm, parts.key_id.as_str(), parts.issued_at),
        (None, "8YL3G3RRX7", 1_459_143_580_650)
    );
}

#[test]
fn is_refused_in_any_other_shape() {
    let (header, rest) = FIRST.split_once('.').unwrap();
    let none = format!("eyJhbGciOiJub25lIiwia2lkIjoiQUJDMTIzREVGRyJ9.{rest}");
    let hs256 = format!("eyJhbGciOiJIUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.{rest}");
    let padded = format!("{FIRST}=");
    let long = format!("{FIRST}{}", "A".repeat(1024));
    for wrong in [
        "",
        "a",
        "a.b",
        header,
        &none,
        &hs256,
        &padded,
        &long,
        "e30.e30.AAAA",
        "W10.W10.AAAA",
    ] {
        let error = TokenParts::read(wrong).unwrap_err();
        assert!(error.to_string().chars().count() <= 160, "{error}");
    }
}

#[test]
fn a_public_key_survives_its_pem() {
    let key = rfc7515().public_key();
    assert_eq!(
        key.to_pem(),
        std::str::from_utf8(key!("rfc7515-public.pem")).unwrap()
    );
    assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
    let private = std::str::from_utf8(RFC7515).unwrap();
    assert_eq!(PublicKey::from_pem(private), Err(PublicKeyError::IsPrivate));
}
