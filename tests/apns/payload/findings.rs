//! Findings about a payload: their fixes, their order, and the length of their sentences.

use trill::call::template;

use super::said;

#[test]
fn what_can_be_mended_is_mended_in_the_whole_text() {
    let cases = [
        (r#"{"a":[1,],}"#, r#"{"a":[1]}"#),
        ("{'a': 'it\\'s \"it\"'}", r#"{"a": "it's \"it\""}"#),
        (
            "{“aps”: {“alert”: “it’s \\\"”}}",
            r#"{"aps": {"alert": "it’s \""}}"#,
        ),
        (
            "{\"a\": 1, /* two\nlines */ \"b\": \"//\"} # end",
            "{\"a\": 1,  \"b\": \"//\"} ",
        ),
        (r#"{"a": 1e400}"#, r#"{"a": "1e400"}"#),
        (
            r#"{"a": 01, "b": .5, "c": [1.], "d": +1}"#,
            r#"{"a": 1, "b": 0.5, "c": [1], "d": 1}"#,
        ),
        (
            r#"{"handle": +15551234567}"#,
            r#"{"handle": "+15551234567"}"#,
        ),
        ("{\"a\":\"one\r\ntwo\"}", r#"{"a":"one\r\ntwo"}"#),
        (
            r#"{"a":"\x41 it\'s C:\dir"}"#,
            r#"{"a":"\u0041 it's C:\\dir"}"#,
        ),
        (r#""{\"a\":1}""#, r#"{"a":1}"#),
        (
            r#"{"a":18446744073709551616}"#,
            r#"{"a":"18446744073709551616"}"#,
        ),
        (r#"{"a":"b\u0000c"}"#, r#"{"a":"bc"}"#),
        ("{\"a\":\"b\0c\"}", r#"{"a":"bc"}"#),
        (r#"{"APS":{}}"#, r#"{"aps":{}}"#),
        (
            r#"{"aps":{"content_available":1}}"#,
            r#"{"aps":{"content-available":1}}"#,
        ),
        ("{\"n\u{200b}ame\":1}", r#"{"name":1}"#),
        ("{\"h\u{430}ndle\":1}", r#"{"handle":1}"#),
        ("{\"h\u{430}nd\u{200b}le\":1}", r#"{"handle":1}"#),
    ];
    for (text, mended) in cases {
        assert_eq!(said(text)[0].text(), Some(mended), "{text}");
    }
    // Taking Apple's name would make it stand there twice.
    assert_eq!(said(r#"{"aps":{},"APS":{}}"#)[0].fix, None);
    assert_eq!(said(r#"{"a": 0x1F}"#)[0].fix, None);
    // Too long as laid out, short enough without the layout.
    let airy = format!("{{{}\"a\": \"b c\"}}", " ".repeat(5_120));
    assert_eq!(said(&airy)[0].text(), Some(r#"{"a":"b c"}"#));
}

#[test]
fn the_worst_is_said_first() {
    let text = "{\"big\":18446744073709551616,\n\"content_available\":1,\n\"x\":1,\"x\":2,\"z\":\"\\u0000\"}";
    let codes: Vec<&str> = said(text).iter().map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        [
            "json_duplicate_key",
            "json_number_precision",
            "aps_typo",
            "json_nul"
        ]
    );
    assert!(
        said(text)[0]
            .sentence
            .to_string()
            .contains("\"x\" is there twice (line 3, columns 1 and 7)"),
        "{:?}",
        said(text)[0]
    );
    let twice = said("{\"aps\":{},\n\"aps\":{}}")
        .remove(0)
        .sentence
        .to_string();
    assert!(
        twice.contains("\"aps\" is there twice (lines 1 and 2)"),
        "{twice}"
    );
}

#[test]
fn good_payloads_are_not_talked_about() {
    for text in [
        template::ARTICLE,
        "{}",
        r#"{"aps":{"alert":{"title":"a"},"badge":1,"sound":"x","thread-id":"t"},"category":"own","alert":1}"#,
        r#"{"a":9007199254740992,"b":-9007199254740992,"c":0.1,"d":1e22,"e":0e9999999999,"f":-0}"#,
        "{\"имя\":\"a\",\"שם\":1,\"名前\":\"\u{200d}👨‍👩‍👧\",\"ключ\":null}",
        r#"{"a":"\\u0000 “curly” // 'it' \ud83d\udcde"}"#,
    ] {
        assert_eq!(said(text), [], "{text}");
    }
}

#[test]
fn long_words_and_names_are_cut_in_sentences() {
    let long = "9".repeat(2_000);
    let far = "\n".repeat(1_000) + &" ".repeat(1_000);
    for text in [
        format!("{{\"a\":{long}}}"),
        format!("{{\"a\":0{long}}}"),
        format!("{{\"a\":{}}}", "N".repeat(2_000)),
        format!("{{\"{long}\":1,\"{long}\":2}}"),
        format!("{{\"\u{200b}{long}\":1}}"),
        format!("{{{far}\"\u{200b}{long}\":1}}"),
        format!("{{{far}\"\u{430}{long}\":1}}"),
        format!("{{\"{}\":1}}", "\u{200b}".repeat(90)),
        format!("{{\"{}\":1}}", "\u{e0001}".repeat(90)),
        format!(
            "{{\"{}\":\"{}\"}}",
            "\u{200b}".repeat(300),
            "x".repeat(6_000)
        ),
        format!(
            "{{\"a\":\"\\u0000\",\"{}\":[0]}}",
            "content_available".repeat(3)
        ),
        format!("{{\"aps\":{{\"{}alert\":1}}}}", "_".repeat(300)),
    ] {
        assert!(!said(&text).is_empty(), "{text:.60}");
    }
}
