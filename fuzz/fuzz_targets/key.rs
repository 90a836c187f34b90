//! A key that was read, and why one was not: what both targets for keys hold to.

use trill::apns::provider_token::TokenParts;
use trill::apns::public_key::SignatureForm;
use trill::apns::signing_key::KeyError;
use trill::apns::{ProviderToken, PublicKey, SigningKey};

use crate::sentence;

/// It signs what its public half verifies, and shows itself to nobody.
pub(crate) fn check(key: &SigningKey) {
    sentence::check_notes(key.notes());
    assert_eq!(format!("{key:?}"), "SigningKey([redacted])");
    let public = key.public_key();
    let pem = public.to_pem();
    assert_eq!(PublicKey::from_pem(&pem), Ok(public.clone()));
    assert!(matches!(SigningKey::from_text(&pem), Err(KeyError::IsPublic)));
    let token = ProviderToken::sign(key, "ABC123DEFG", "DEF123GHIJ", 1_437_179_036);
    let parts = TokenParts::read(token.secret()).expect("what is signed can be read");
    assert_eq!(parts.verify(&public), Some(SignatureForm::Raw));
}

/// The sentence is one, and repeats nothing of the file that could be a piece of a key.
pub(crate) fn check_error(error: &KeyError, text: &str) {
    let said = error.to_string();
    sentence::check_code(error.code());
    sentence::check(&said);
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/');
    for word in said.split(|character| !is_base64(character)) {
        let may_be_secret = word.len() >= 12 && word.contains(|character: char| character.is_ascii_digit());
        assert!(!may_be_secret || !text.contains(word), "{said:?}");
    }
}
