//! Device tokens, one and many.

use trill::apns::DeviceToken;
use trill::apns::token_list::TokenList;

use crate::SAMPLE_TOKEN;

#[test]
fn device_tokens_are_read_as_people_paste_them() {
    let nsdata = "<00fc13ad ff785122 b4ad2880 9a342098 23412414 21348097 878e577c 991de8f0>";
    for text in [
        SAMPLE_TOKEN,
        &SAMPLE_TOKEN.to_uppercase(),
        nsdata,
        &format!(" {SAMPLE_TOKEN}\n"),
    ] {
        assert_eq!(DeviceToken::parse(text).unwrap().as_str(), SAMPLE_TOKEN);
    }
    for digits in [66, 108, 160, 200] {
        assert_ne!(DeviceToken::read(&"a".repeat(digits)).unwrap().notes, []);
    }
    assert_eq!(DeviceToken::read(SAMPLE_TOKEN).unwrap().notes, []);
    assert_eq!(
        format!("{:?}", DeviceToken::parse(SAMPLE_TOKEN).unwrap()),
        "DeviceToken(…e8f0)"
    );
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
fn lists_are_read_however_they_are_kept() {
    let other = "11".repeat(31) + "fe";
    let read = |text: &str| {
        let list = TokenList::read(text);
        assert!(list.mistakes.is_empty(), "{text}: {:?}", list.mistakes);
        list.tokens
            .into_iter()
            .map(|named| (named.name, named.token.to_string()))
            .collect::<Vec<_>>()
    };
    let named = |one: &str, two: &str| {
        vec![
            (one.to_owned(), SAMPLE_TOKEN.to_owned()),
            (two.to_owned(), other.clone()),
        ]
    };
    assert_eq!(read(&format!("{SAMPLE_TOKEN}\n{other}\n")), named("", ""));
    assert_eq!(read(&format!("{SAMPLE_TOKEN}, {other}")), named("", ""));
    assert_eq!(
        read(&format!("{SAMPLE_TOKEN};\r\n\r\n# mine\r\n{other}")),
        named("", "")
    );
    assert_eq!(
        read(&format!(
            "name,token\nAda,{SAMPLE_TOKEN}\n\"Bee, desk\",\"{other}\"\n"
        )),
        named("Ada", "Bee, desk")
    );
    assert_eq!(
        read(&format!(
            "device_token\tname\n{}\tAda\n{other}\tDad\n",
            SAMPLE_TOKEN.to_uppercase()
        )),
        named("Ada", "Dad")
    );
    assert_eq!(read(""), []);
}

#[test]
fn what_is_wrong_in_a_list_is_named_with_its_line() {
    let list = TokenList::read(&format!(
        "Ada,{SAMPLE_TOKEN}\r\nBob,nothing\r\nEve,{SAMPLE_TOKEN}\r\n{}\r\n",
        &SAMPLE_TOKEN[1..]
    ));
    assert_eq!((list.tokens.len(), list.repeated), (1, 1));
    let mistakes: Vec<(usize, &str)> = list
        .mistakes
        .iter()
        .map(|mistake| (mistake.line, mistake.error.code()))
        .collect();
    assert_eq!(mistakes, [(2, "token_char"), (4, "token_odd")]);
}
