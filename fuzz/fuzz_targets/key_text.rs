//! A key file as text, as pasted. What is accepted is a key that works; it stays the same key with other line ends, and
//! when the same text comes as a file.

#![no_main]

mod key;
mod sentence;

use libfuzzer_sys::fuzz_target;
use trill::apns::SigningKey;
use trill::apns::signing_key::KeyError;

/// Room for another byte in every line, below the size that is refused.
const SMALL: usize = 8 * 1024;

fuzz_target!(|text: &str| {
    let read = SigningKey::from_text(text);
    match (&read, SigningKey::from_bytes(text.as_bytes())) {
        // The first bytes of a file can say that it is no text; pasted text has no such bytes.
        (_, Err(KeyError::NotText)) => {}
        // A file with zeros in it may be binary after all.
        _ if text.contains('\0') => {}
        (Ok(key), Ok(file)) => assert_eq!((key.public_key(), key.notes()), (file.public_key(), file.notes())),
        (Err(error), Err(of_file)) => assert_eq!(*error, of_file),
        (Ok(_), Err(error)) => panic!("refused as a file only: {error}"),
        (Err(error), Ok(_)) => panic!("refused as text only: {error}"),
    }
    match read {
        Ok(key) => {
            key::check(&key);
            if text.len() <= SMALL {
                let windows = SigningKey::from_text(&text.replace('\n', "\r\n")).expect("line ends do not matter");
                assert_eq!(windows.public_key(), key.public_key());
            }
        }
        Err(error) => key::check_error(&error, text),
    }
});
