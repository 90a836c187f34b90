//! Properties that hold for any input.

use proptest::prelude::*;
use trill::apns::collapse_id::CollapseId;
use trill::apns::expiration::{Clock, Expiration};
use trill::apns::identifier::{Identifier, key_id_of_file};
use trill::apns::pasted_token::PastedToken;
use trill::apns::provider_token::TokenParts;
use trill::apns::token_list::TokenList;
use trill::apns::{
    ApnsId, DeviceToken, Environment, Headers, Payload, Priority, Push, PushType, SigningKey, Topic,
};
use trill::apns::{secret, signer};

use crate::{RFC7515, SAMPLE_TOKEN, rfc7515};

/// Text made of what keys, tokens and headers are made of, so that it gets past the first check now and then.
const LIKELY: &str = "(-----(BEGIN|END) |PRIVATE KEY|-----|\\\\n|\n|\r|M[A-Z]G|[0-9a-f]{8}|eyJ|\\.|—|\u{feff}|\"|<|>|,| |0x|in |at |:|[a-z]|\\PC){0,40}";

/// Bytes that begin as DER does, cut and flipped.
fn likely_der() -> impl Strategy<Value = Vec<u8>> {
    let whole = RFC7515;
    (0..whole.len(), any::<u8>(), 0..=whole.len()).prop_map(move |(at, byte, length)| {
        let mut bytes = whole.to_vec();
        bytes[at] = byte;
        bytes.truncate(length);
        bytes
    })
}

fn is_header_value(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && text.trim() == text
}

/// Everything that reads text, for the sake of not panicking, and the promises each result makes.
fn read_everything(text: &str, now: u64, offset: i32) {
    if let Err(error) = SigningKey::from_text(text) {
        assert!(error.to_string().chars().count() <= 160, "{error}");
    }
    if let Some(found) = secret::find(text) {
        assert!(
            found.place.start < found.place.end && found.place.end <= text.len(),
            "{found:?}"
        );
    }
    assert_eq!(secret::find(&secret::without(text)), None, "{text:?}");
    match DeviceToken::read(text) {
        Ok(read) => {
            assert_eq!(
                DeviceToken::parse(read.value.as_str()),
                Ok(read.value.clone())
            );
            assert!(is_header_value(read.value.as_str()));
        }
        Err(error) => assert!(error.to_string().chars().count() <= 160, "{error}"),
    }
    let list = TokenList::read(text);
    assert!(
        list.mistakes
            .iter()
            .all(|mistake| (1..=text.len() + 1).contains(&mistake.line))
    );
    for push_type in PushType::ALL {
        for topic in [
            Topic::of(push_type, text).ok(),
            Topic::read(text, push_type).ok().map(|read| read.value),
        ]
        .into_iter()
        .flatten()
        {
            assert!(is_header_value(topic.as_str()), "{topic}");
        }
        if let Ok(once) = Topic::of(push_type, text) {
            assert_eq!(Topic::of(push_type, once.as_str()), Ok(once));
        }
    }
    let _ = (Topic::bundle_id_notes(text), Topic::check(text));
    if let Some(id) = ApnsId::parse(text) {
        assert!(is_header_value(id.as_str()));
    }
    if let Ok(id) = CollapseId::parse(text) {
        assert!(is_header_value(id.as_str()) && id.as_str() == text);
    }
    if let Ok(read) = Expiration::read(
        text,
        Clock {
            now,
            utc_offset: offset,
        },
    ) {
        assert!(is_header_value(&read.value.to_string()));
    }
    let _ = Priority::parse(text);
    for kind in [Identifier::KeyId, Identifier::TeamId] {
        if let Some(mended) = kind.fixed(text) {
            assert_eq!(kind.check(&mended), Ok(()));
            assert_eq!(kind.fixed(&mended), None);
        }
        let _ = kind.check(text).map_err(|error| error.to_string());
    }
    let _ = (
        key_id_of_file(text),
        signer::key_id_differs(text, text),
        signer::ids_swapped(text, text, text),
    );
    for note in PastedToken::read(text, now).notes {
        assert!(
            note.sentence.to_string().chars().count() <= 160,
            "{}",
            note.sentence
        );
    }
    let _ = TokenParts::read(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_on_any_text(text in any::<String>(), now in any::<u32>(), offset in -900..900) {
        read_everything(&text, u64::from(now), offset);
    }

    #[test]
    fn nothing_panics_on_likely_text(text in LIKELY, now in any::<u64>(), offset in any::<i32>()) {
        read_everything(&text, now, offset);
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), damaged in likely_der()) {
        for bytes in [bytes, damaged] {
            if let Err(error) = SigningKey::from_bytes(&bytes) {
                prop_assert!(error.to_string().chars().count() <= 160);
            }
        }
    }

    #[test]
    fn a_key_is_the_same_key_after_any_harmless_damage(
        indent in "[ \t]{0,4}", trail in "[ \t]{0,3}", end in "(\n|\r\n|\r|\\\\n)", before in "[a-z \n]{0,20}", after in "[a-z \n]{0,20}",
        bom in any::<bool>(),
    ) {
        let text = std::str::from_utf8(RFC7515).unwrap();
        let lines: String = text.lines().map(|line| format!("{indent}{line}{trail}{end}")).collect();
        let damaged = format!("{}{before}\n{lines}{after}", if bom { "\u{feff}" } else { "" });
        let key = SigningKey::from_text(&damaged);
        prop_assert!(key.is_ok_and(|key| key.public_key() == rfc7515().public_key()), "{damaged:?}");
    }

    #[test]
    fn a_token_is_the_same_token_after_any_harmless_damage(
        bytes in proptest::collection::vec(any::<u8>(), 32), separator in "[ :\\-]?", group in 1_usize..9, upper in any::<bool>(), wrap in 0_usize..5,
    ) {
        let token = DeviceToken::from_bytes(&bytes);
        let groups: Vec<String> = token.as_str().as_bytes().chunks(group * 2).map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect();
        let mut text = groups.join(&separator);
        if upper {
            text = text.to_uppercase();
        }
        let (open, close) = [("", ""), ("<", ">"), ("\"", "\""), ("Optional(\"", "\")"), ("0x", "")][wrap];
        prop_assert_eq!(DeviceToken::parse(&format!(" {open}{text}{close}\n")), Ok(token));
    }

    #[test]
    fn the_path_is_always_three_device_hex(text in "[0-9a-fA-F <>:\\-\n/.#%?]{0,80}") {
        if let Ok(device_token) = DeviceToken::parse(&text) {
            let headers = Headers::voip(None, ApnsId::from_random_bytes([7; 16]));
            let payload = Payload::parse("{}", PushType::Voip).unwrap();
            let push = Push { environment: Environment::Sandbox, device_token, headers, payload };
            let path = push.path();
            let hex = path.strip_prefix("/3/device/").unwrap();
            prop_assert!(!hex.is_empty() && hex.len().is_multiple_of(2) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
        }
    }

    #[test]
    fn a_list_gives_back_its_tokens(names in proptest::collection::vec("[A-Za-z]{1,8}", 1..6), separator in "[,;\t]") {
        let token = |index: usize| DeviceToken::from_bytes(&[index as u8 + 1; 32].map(|byte| byte.wrapping_mul(37)));
        let text: String = names.iter().enumerate().map(|(index, name)| format!("{name}{separator}{}\n", token(index))).collect();
        let list = TokenList::read(&text);
        prop_assert!(list.mistakes.is_empty());
        let read: Vec<(&str, &DeviceToken)> = list.tokens.iter().map(|named| (named.name.as_str(), &named.token)).collect();
        prop_assert_eq!(read.len(), names.len());
        prop_assert!(read.iter().enumerate().all(|(index, (name, read))| *name == names[index] && **read == token(index)));
    }
}

#[test]
fn every_cut_and_every_flipped_bit_of_a_key_is_survived() {
    for length in 0..RFC7515.len() {
        let _ = SigningKey::from_bytes(&RFC7515[..length]);
    }
    assert!(DeviceToken::parse(SAMPLE_TOKEN).is_ok());
}
