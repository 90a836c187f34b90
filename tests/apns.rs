//! What Apple accepts, checked against constants: the vectors of RFC 7515 and RFC 6979, Apple's own
//! samples, and the mistakes people make. A test about one word of APNs belongs beside its kind.

#![allow(clippy::unwrap_used)]

use trill::apns::identifier::{Identifier, key_id_of_file};
use trill::apns::provider_token::TokenParts;
use trill::apns::public_key::{PublicKeyError, SignatureForm};
use trill::apns::token_schedule::{AcceptedToken, issue_time};
use trill::apns::uuid::Uuid;
use trill::apns::{
    Answer, ApnsId, DeviceToken, Environment, Headers, Outcome, Payload, ProviderToken, PublicKey, Push, PushType, Reason, SigningKey,
    Topic,
};

macro_rules! key {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/keys/", $name))
    };
}

const RFC7515: &[u8] = key!("rfc7515-openssl.p8");
const SAMPLE_TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn rfc7515() -> SigningKey {
    SigningKey::from_bytes(RFC7515).unwrap()
}

mod signing_key {
    use super::*;

    #[test]
    fn reads_every_form_apples_key_is_found_in() {
        let public = PublicKey::from_pem(std::str::from_utf8(key!("rfc7515-public.pem")).unwrap()).unwrap();
        for bytes in [RFC7515, key!("rfc7515-apple.p8"), key!("rfc7515-minimal.p8"), key!("rfc7515-sec1.pem")] {
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
            assert_eq!(SigningKey::from_text(&damaged).unwrap().public_key(), rfc7515().public_key(), "{damaged:.40}");
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
        let text = std::str::from_utf8(RFC7515).unwrap().replace("iFiOWt", "iFiOWs");
        assert_eq!(SigningKey::from_text(&text).unwrap_err().code(), "key_invalid_number");
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
}

mod provider_token {
    use super::*;

    /// RFC 7515 appendix A.3: header, claims and a signature made with a random nonce.
    const RFC7515_SIGNED: &str =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RFC7515_SIGNATURE: &str = "0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665\
                                     c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5";
    const RFC7515_DER: &str = "304502200ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665\
                               022100c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5";

    const FIRST: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MDM2fQ.\
                         DsvSgkxE3Olsjv2UQ_kVzPZi7Xgx81ZbYtdqr58sck_g_b33F6HN3NJZHdVRZsxAvMBnCAFDZbXtUg5P1NtVBg";
    const R_BEGINS_WITH_ZERO: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNDM3MTc5MTE3fQ.\
                                      ADoESbKbOtASgM2k5a7vrZ5VIRVUrayyCOLuPyjEEJR-Ub69ESxVKDO2DWtKelzt-RmGdTbOmoUERd76AxjRRA";

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
    }

    #[test]
    fn verifies_rfc_7515_in_both_forms() {
        let key = rfc7515().public_key();
        let message = RFC7515_SIGNED.as_bytes();
        assert_eq!(key.verify(message, &unhex(RFC7515_SIGNATURE)), Some(SignatureForm::Raw));
        assert_eq!(key.verify(message, &unhex(RFC7515_DER)), Some(SignatureForm::Der));

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
            assert_eq!(signature.to_bytes().as_slice(), unhex(expected), "{message}");
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
        assert_eq!((parts.key_id.as_str(), parts.team_id.as_str(), parts.issued_at), ("ABC123DEFG", "DEF123GHIJ", 1_437_179_036));
        assert_eq!(parts.verify(&rfc7515().public_key()), Some(SignatureForm::Raw));
        assert_eq!(parts.age(1_437_179_036 + 90), 90);
        assert_eq!(parts.age(1_437_179_036 - 90), -90);
        assert!(!format!("{parts:?}").contains("DsvS"));
    }

    #[test]
    fn reads_apples_own_sample_without_alg_and_with_iat_as_text() {
        let sample = "eyAia2lkIjogIjhZTDNHM1JSWDciIH0.eyAiaXNzIjogIkM4Nk5WOUpYM0QiLCAiaWF0IjogIjE0NTkxNDM1ODA2NTAiIH0.\
                      MEYCIQDzqyahmH1rz1s-LFNkylXEa2lZ_aOCX4daxxTZkVEGzwIhALvkClnx5m5eAT6Lxw7LZtEQcH6JENhJTMArwLf3sXwi";
        let parts = TokenParts::read(sample).unwrap();
        assert_eq!((parts.algorithm, parts.key_id.as_str(), parts.issued_at), (None, "8YL3G3RRX7", 1_459_143_580_650));
    }

    #[test]
    fn is_refused_in_any_other_shape() {
        let (header, rest) = FIRST.split_once('.').unwrap();
        let none = format!("eyJhbGciOiJub25lIiwia2lkIjoiQUJDMTIzREVGRyJ9.{rest}");
        let hs256 = format!("eyJhbGciOiJIUzI1NiIsImtpZCI6IkFCQzEyM0RFRkcifQ.{rest}");
        let padded = format!("{FIRST}=");
        let long = format!("{FIRST}{}", "A".repeat(1024));
        for wrong in ["", "a", "a.b", header, &none, &hs256, &padded, &long, "e30.e30.AAAA", "W10.W10.AAAA"] {
            let error = TokenParts::read(wrong).unwrap_err();
            assert!(error.to_string().chars().count() <= 160, "{error}");
        }
    }

    #[test]
    fn a_public_key_survives_its_pem() {
        let key = rfc7515().public_key();
        assert_eq!(key.to_pem(), std::str::from_utf8(key!("rfc7515-public.pem")).unwrap());
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
        let private = std::str::from_utf8(RFC7515).unwrap();
        assert_eq!(PublicKey::from_pem(private), Err(PublicKeyError::IsPrivate));
    }
}

mod token_schedule {
    use super::*;

    const MINUTE: u64 = 60;
    const HALF_PAST: u64 = 1_800_000_000;

    #[test]
    fn begins_on_the_half_hour() {
        assert_eq!(issue_time(HALF_PAST + 29 * MINUTE, None), HALF_PAST);
        assert_eq!(issue_time(HALF_PAST + 30 * MINUTE, None), HALF_PAST + 30 * MINUTE);
    }

    #[test]
    fn keeps_a_token_twenty_minutes_after_its_first_use() {
        let newest = Some(AcceptedToken { issued_at: HALF_PAST, first_accepted: HALF_PAST + 25 * MINUTE });
        assert_eq!(issue_time(HALF_PAST + 31 * MINUTE, newest), HALF_PAST);
        assert_eq!(issue_time(HALF_PAST + 44 * MINUTE, newest), HALF_PAST);
        assert_eq!(issue_time(HALF_PAST + 45 * MINUTE, newest), HALF_PAST + 30 * MINUTE);
    }

    #[test]
    fn never_names_a_token_older_than_fifty_five_minutes() {
        let newest = Some(AcceptedToken { issued_at: HALF_PAST, first_accepted: HALF_PAST + 50 * MINUTE });
        assert_eq!(issue_time(HALF_PAST + 55 * MINUTE, newest), HALF_PAST);
        assert_eq!(issue_time(HALF_PAST + 55 * MINUTE + 1, newest), HALF_PAST + 30 * MINUTE);
    }

    #[test]
    fn over_a_day_tokens_are_twenty_minutes_apart_and_never_too_old() {
        let (mut newest, mut last_change): (Option<AcceptedToken>, Option<u64>) = (None, None);
        for now in (HALF_PAST + 7..HALF_PAST + 24 * 60 * MINUTE).step_by(37) {
            let issued_at = issue_time(now, newest);
            assert!(now - issued_at <= 55 * MINUTE);
            if newest.is_none_or(|token| token.issued_at != issued_at) {
                assert!(last_change.is_none_or(|change| now - change >= 20 * MINUTE));
                (newest, last_change) = (Some(AcceptedToken { issued_at, first_accepted: now }), Some(now));
            }
        }
    }
}

mod form_values {
    use super::*;

    #[test]
    fn device_tokens_are_read_as_people_paste_them() {
        let nsdata = "<00fc13ad ff785122 b4ad2880 9a342098 23412414 21348097 878e577c 991de8f0>";
        for text in [SAMPLE_TOKEN, &SAMPLE_TOKEN.to_uppercase(), nsdata, &format!(" {SAMPLE_TOKEN}\n")] {
            assert_eq!(DeviceToken::parse(text).unwrap().as_str(), SAMPLE_TOKEN);
        }
        for digits in [66, 108, 160, 200] {
            assert!(DeviceToken::parse(&"a".repeat(digits)).unwrap().note().is_some());
        }
        assert_eq!(DeviceToken::parse(SAMPLE_TOKEN).unwrap().note(), None);
        assert_eq!(format!("{:?}", DeviceToken::parse(SAMPLE_TOKEN).unwrap()), "DeviceToken(…e8f0)");
    }

    #[test]
    fn wrong_device_tokens_are_named_with_their_place() {
        let cases = [
            ("", "token_missing", "Paste"),
            (&SAMPLE_TOKEN[1..], "token_odd", "63 digits"),
            ("abcg", "token_char", "“g” at position 4"),
            ("../4/broadcasts", "token_char", "“.” at position 1"),
            ("ab#cd", "token_char", "“#” at position 3"),
            ("ab\u{0430}c", "token_char", "U+0430 at position 3"),
        ];
        for (text, code, sentence) in cases {
            let error = DeviceToken::parse(text).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.to_string().contains(sentence), "{error}");
        }
    }

    #[test]
    fn the_voip_suffix_is_written_once() {
        for typed in ["com.acme.app", "com.acme.app.voip", " com.acme.app\n"] {
            assert_eq!(Topic::voip(typed).unwrap().as_str(), "com.acme.app.voip");
        }
        assert_eq!(Topic::voip("").unwrap_err().code(), "topic_missing");
        assert_eq!(Topic::voip("com.acmé.app").unwrap_err().code(), "topic_char");
        assert_eq!(Topic::check("com/acme").unwrap_err().to_string().split(' ').next(), Some("“/”"));
    }

    #[test]
    fn identifiers_of_another_form_are_pointed_out() {
        let cases = [
            ("ABC123DEFG", None),
            ("", Some("key_id_missing")),
            ("ABC123DEF", Some("key_id_length")),
            ("abc123defg", Some("key_id_case")),
            ("ABC123DEF\u{200b}", Some("key_id_char")),
        ];
        for (text, code) in cases {
            assert_eq!(Identifier::KeyId.check(text).err().map(|error| error.code()), code, "{text}");
        }
    }

    #[test]
    fn the_key_id_is_read_from_the_file_name() {
        assert_eq!(key_id_of_file("AuthKey_ABC123DEFG.p8"), Some("ABC123DEFG"));
        assert_eq!(key_id_of_file("APNsAuthKey_ABC123DEFG (1).p8"), Some("ABC123DEFG"));
        for name in ["key.p8", "AuthKey_ABC.p8", "AuthKey_ABC123DEFGH.p8", "AuthKey_ABC123DEFé.p8"] {
            assert_eq!(key_id_of_file(name), None, "{name}");
        }
    }

    #[test]
    fn uuids_are_canonical() {
        let uuid = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
        assert_eq!(ApnsId::parse(&uuid.to_uppercase()).unwrap().as_str(), uuid);
        for wrong in ["db1dff98bfef4ec08ac68187a3b0c645", "{db1dff98-bfef-4ec0-8ac6-8187a3b0c645}", "123e4567-e89b-12d3-a456-42665544000"] {
            assert!(Uuid::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(Uuid::from_random_bytes([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}

#[path = "apns/json_families.rs"]
mod json_families;
#[path = "apns/payload.rs"]
mod payload;
#[path = "apns/payload_properties.rs"]
mod payload_properties;

#[test]
fn a_call_carries_the_four_voip_headers_by_construction() {
    let headers = Headers::voip(Topic::voip("com.acme.app").ok(), ApnsId::from_random_bytes([7; 16]));
    let push = Push {
        environment: Environment::Sandbox,
        device_token: DeviceToken::parse(SAMPLE_TOKEN).unwrap(),
        headers,
        payload: Payload::parse("{}", PushType::Voip).unwrap(),
    };
    let pairs = push.headers.pairs();
    let expected = [
        ("apns-topic", "com.acme.app.voip"),
        ("apns-push-type", "voip"),
        ("apns-priority", "10"),
        ("apns-expiration", "0"),
        ("apns-id", "07070707-0707-4707-8707-070707070707"),
    ];
    assert!(pairs.iter().map(|(name, value)| (*name, value.as_str())).eq(expected));
    assert_eq!(push.relay_path(), format!("/sandbox/3/device/{SAMPLE_TOKEN}"));
}

#[test]
fn every_reason_is_explained() {
    let statuses = [400, 403, 404, 405, 410, 413, 429, 500, 503];
    let mut words = std::collections::HashSet::new();
    for reason in Reason::all() {
        assert!(words.insert(reason.as_str()));
        assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        assert!(statuses.contains(&reason.status()));
        for sentence in [reason.meaning(), reason.remedy()] {
            assert!(sentence.ends_with(['.', '?']) && sentence.chars().count() <= 160, "{}: {sentence}", reason.as_str());
        }
    }
    assert_eq!(words.len(), 32);
    assert_eq!(Reason::parse("BadEnvironmentKeyIdInToken"), Some(Reason::BadEnvironmentKeyInToken));
    assert_eq!(Reason::parse("SomethingNew"), None);
}

#[test]
fn answers_are_read_whatever_they_hold() {
    let read = |status, body: &str| Answer::read(status, body.as_bytes());
    assert_eq!(read(200, ""), Answer { status: 200, ..Answer::default() });
    assert_eq!(read(410, r#"{"reason":"Unregistered","timestamp":1454948015990}"#).timestamp, Some(1_454_948_015_990));
    assert_eq!(read(410, r#"{"timestamp":"1508249865488","reason":"Unregistered"}"#).timestamp, Some(1_508_249_865_488));
    assert_eq!(read(400, r#"{"reason":"BadDeviceToken"}"#).known_reason(), Some(Reason::BadDeviceToken));
    let unknown = read(418, r#"{"reason":"SomethingNew","extra":1}"#);
    assert_eq!((unknown.reason.as_deref(), unknown.known_reason()), (Some("SomethingNew"), None));
    for body in ["<html>", "[]", "{\"reason\":7}", "\u{0}"] {
        assert_eq!(read(503, body).reason, None, "{body}");
    }
}

#[test]
fn only_200_is_acceptance() {
    let outcomes =
        [(200, Outcome::Accepted), (204, Outcome::Unknown), (302, Outcome::Rejected), (400, Outcome::Rejected), (503, Outcome::Rejected)];
    for (status, outcome) in outcomes {
        assert_eq!(Outcome::of_status(status), outcome);
        assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
    }
}
