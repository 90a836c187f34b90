//! A list of device tokens, and one token. What is accepted is hex that can stand in a path and is read again as itself;
//! a list written out again holds the same phones.

#![no_main]

mod sentence;

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use trill::apns::DeviceToken;
use trill::apns::device_token::DeviceTokenError;
use trill::apns::token_list::TokenList;

fuzz_target!(|text: &str| {
    match DeviceToken::read(text) {
        Ok(read) => {
            sentence::check_notes(&read.notes);
            check_token(&read.value);
        }
        Err(error) => check_error(&error),
    }
    check_list(text);
    if !text.is_empty() {
        check_token(&DeviceToken::from_bytes(text.as_bytes()));
    }
});

fn check_token(token: &DeviceToken) {
    let hex = token.as_str();
    assert!(!hex.is_empty() && hex.len().is_multiple_of(2) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hex:?}");
    let again = DeviceToken::read(hex).expect("what was read can be read");
    assert_eq!(again.value, *token);
    assert!(again.notes.iter().all(|note| !matches!(note.code, "token_wrapping" | "token_separators" | "token_capitals")));
}

fn check_error(error: &DeviceTokenError) {
    sentence::check_code(error.code());
    sentence::check(&error.to_string());
    if let Some(fix) = error.fix() {
        let token = DeviceToken::parse(&fix).expect("what is offered can be taken");
        assert_eq!(token.as_str(), fix);
    }
}

fn check_list(text: &str) {
    let list = TokenList::read(text);
    let lines = text.split(['\n', '\r']).count();
    for mistake in &list.mistakes {
        assert!((1..=lines).contains(&mistake.line), "line {} of {lines}", mistake.line);
        check_error(&mistake.error);
    }
    let tokens: Vec<&DeviceToken> = list.tokens.iter().map(|named| &named.token).collect();
    tokens.iter().for_each(|token| check_token(token));
    let different: BTreeSet<&str> = tokens.iter().map(|token| token.as_str()).collect();
    assert_eq!(different.len(), tokens.len());
    let written: String = tokens.iter().map(|token| format!("{token}\n")).collect();
    let again = TokenList::read(&written);
    assert_eq!((again.mistakes.as_slice(), again.repeated), ([].as_slice(), 0));
    assert_eq!(again.tokens.iter().map(|named| &named.token).collect::<Vec<_>>(), tokens);
}
