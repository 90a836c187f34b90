//! A key file as bytes. The same bytes are dressed as PEM too, under either label: binary or text, it is the same key
//! or the same refusal.

#![no_main]

mod key;
mod sentence;

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use trill::apns::SigningKey;
use trill::apns::signing_key::KeyError;

fuzz_target!(|bytes: &[u8]| {
    let file = SigningKey::from_bytes(bytes);
    match &file {
        Ok(key) => key::check(key),
        Err(error) => key::check_error(error, &String::from_utf8_lossy(bytes)),
    }
    let body = Base64::encode_string(bytes);
    let dressed = |label: &str| SigningKey::from_text(&format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"));
    let (pem, older) = (dressed("PRIVATE KEY"), dressed("EC PRIVATE KEY"));
    for read in [&pem, &older] {
        match read {
            Ok(key) => key::check(key),
            Err(error) => key::check_error(error, &body),
        }
    }
    match (&pem, &older) {
        (Ok(one), Ok(other)) => assert_eq!(one.public_key(), other.public_key()),
        (Err(one), Err(other)) => assert_eq!(one, other),
        _ => panic!("the label decides whether it is a key"),
    }
    match (&file, &pem) {
        (Ok(one), Ok(other)) => assert_eq!(one.public_key(), other.public_key()),
        // A file that is text is read as text: as a key file in its own right.
        _ if std::str::from_utf8(bytes).is_ok() => {}
        (Ok(_), Err(error)) => assert!(matches!(error, KeyError::TooBig { .. }), "refused in PEM only: {error}"),
        (Err(error), Ok(_)) => panic!("refused in binary only: {error}"),
        (Err(_), Err(_)) => {}
    }
});
