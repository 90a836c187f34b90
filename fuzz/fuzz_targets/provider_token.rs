//! A provider token made elsewhere: as pasted, and encoded from three lines (header, claims, signature), so that what is
//! inside the base64url gets its share of strange inputs.

#![no_main]

mod sentence;

use std::sync::LazyLock;

use base64ct::{Base64UrlUnpadded, Encoding};
use libfuzzer_sys::fuzz_target;
use trill::apns::pasted_token::PastedToken;
use trill::apns::provider_token::TokenParts;
use trill::apns::{PublicKey, Severity, SigningKey};

/// The first clock, a usual one and the last.
const CLOCKS: [u64; 3] = [0, 1_437_179_036, u64::MAX];

static PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| SigningKey::from_random_bytes(&[1; 32]).expect("1…1 is a key").public_key());

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text);
    }
    let parts: Vec<String> = bytes.splitn(3, |byte| *byte == b'\n').map(Base64UrlUnpadded::encode_string).collect();
    check(&parts.join("."));
});

fn check(text: &str) {
    let alone = TokenParts::read(text);
    if let Err(error) = &alone {
        sentence::check_code(error.code());
        sentence::check(&error.to_string());
    }
    for now in CLOCKS {
        let pasted = PastedToken::read(text, now);
        sentence::check_notes(&pasted.notes);
        assert!(pasted.parts.is_some() || pasted.notes.iter().any(|note| note.severity == Severity::Error), "nobody says why");
        if let Some(parts) = &pasted.parts {
            check_parts(parts, now);
        }
        if let Ok(parts) = &alone {
            assert_eq!(pasted.parts.as_ref(), Some(parts));
            for header in [format!("bearer {text}"), format!("Authorization: Bearer {text}\r\n"), format!("\"{text}\"")] {
                assert_eq!(PastedToken::read(&header, now), pasted);
            }
        }
    }
}

fn check_parts(parts: &TokenParts, now: u64) {
    assert!(!parts.key_id.is_empty() && !parts.team_id.is_empty());
    assert!(matches!(parts.algorithm.as_deref(), None | Some("ES256")));
    let age = parts.age(now);
    assert_eq!(age.signum(), now.cmp(&parts.issued_at) as i64, "{age}");
    assert!(format!("{parts:?}").contains("[redacted]"));
    assert_eq!(parts.verify(&PUBLIC), None);
}
