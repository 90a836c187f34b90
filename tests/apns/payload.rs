//! The payload as text: every mistake of the catalogue by its number, with its code and its place,
//! and what must come through untouched.

use trill::apns::Finding;
use trill::apns::Severity;
use trill::apns::payload::{self, PayloadError, findings};
use trill::apns::{Payload, PushType};
use trill::call::template;

/// The skeleton of 84 bytes that is filled up to a size.
fn filled(pad: &str) -> String {
    format!(
        r#"{{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"+15551234567","pad":"{pad}"}}"#
    )
}

fn nested(depth: usize) -> String {
    format!(
        "{{\"a\":{}{}}}",
        "[".repeat(depth - 1),
        "]".repeat(depth - 1)
    )
}

/// Findings of a text. Each can be shown, and each fixed text is free of what it fixes.
fn said(text: &str) -> Vec<Finding> {
    let all = findings(text, PushType::Voip);
    for finding in &all {
        let sentence = finding.sentence.to_string();
        assert!(sentence.chars().count() <= 160, "{sentence}");
        assert!(
            sentence.ends_with(['.', '?']) && !sentence.contains(char::is_control),
            "{sentence}"
        );
        if let Some(fix) = finding.text() {
            let count = |text: &str| {
                findings(text, PushType::Voip)
                    .iter()
                    .filter(|other| other.code == finding.code)
                    .count()
            };
            assert!(count(fix) < count(text), "{text:.80} became {fix:.80}");
        }
    }
    all
}

struct Row(&'static str, String, &'static str, Option<(usize, usize)>);

fn row(
    id: &'static str,
    text: impl Into<String>,
    code: &'static str,
    place: impl Into<Option<(usize, usize)>>,
) -> Row {
    Row(id, text.into(), code, place.into())
}

/// The catalogue but for what is not text (B101), what is no mistake (B111) and what is a suite of its own (B113).
fn catalogue() -> Vec<Row> {
    vec![
        row("B087", "", "json_empty", None),
        row("B087", " \r\n\t", "json_empty", None),
        row("B088", r#"{"a":1,}"#, "json_trailing_comma", (1, 8)),
        row(
            "B088",
            "{\n  \"a\": [1, 2, ],\n}",
            "json_trailing_comma",
            (2, 15),
        ),
        row(
            "B089",
            "{'a': 'it\\'s \"it\"'}",
            "json_single_quotes",
            (1, 2),
        ),
        row("B089", r#"{"a": 'b'}"#, "json_single_quotes", (1, 7)),
        row(
            "B090",
            "{“aps”: {“alert”: “Hi”}}",
            "json_smart_quotes",
            (1, 2),
        ),
        row("B090", "{\"é\": „b“}", "json_smart_quotes", (1, 7)),
        row("B090", "{‘a’: 1}", "json_smart_quotes", (1, 2)),
        row("B091", "// the call\n{\"a\": 1}", "json_comment", (1, 1)),
        row(
            "B091",
            "{\"a\": 1, /* two\nlines */ \"b\": \"//\"}",
            "json_comment",
            (1, 10),
        ),
        row("B091", "{\"a\": 1} # end", "json_comment", (1, 10)),
        row("B092", r#"{"a": NaN}"#, "json_nan", (1, 7)),
        row("B092", r#"{"a": -Infinity}"#, "json_nan", (1, 7)),
        row("B093", r#"{"a": 1e400}"#, "json_number_range", (1, 7)),
        row(
            "B093",
            format!("{{\"a\": 1{}}}", "0".repeat(400)),
            "json_number_range",
            (1, 7),
        ),
        row(
            "B094",
            r#"{"a":18446744073709551616}"#,
            "json_number_precision",
            (1, 6),
        ),
        row(
            "B094",
            r#"{"a":-9223372036854775809}"#,
            "json_number_precision",
            (1, 6),
        ),
        row(
            "B094",
            r#"{"a":0.12345678901234567891}"#,
            "json_number_precision",
            (1, 6),
        ),
        row("B094", r#"{"a":1e-400}"#, "json_number_precision", (1, 6)),
        row(
            "B095",
            "{\n\"a\":9007199254740993}",
            "json_number_precision",
            (2, 5),
        ),
        row("B096", "-----BEGIN PRIVATE KEY-----", "json_pem", (1, 1)),
        row("B096", r#"{"a": 01}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": +1}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": 0x1}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": .5}"#, "json_number_form", (1, 7)),
        row("B096", r#"{"a": 1.}"#, "json_number_form", (1, 7)),
        row(
            "B096",
            r#"{"handle": +15551234567}"#,
            "json_number_form",
            (1, 12),
        ),
        row("B097", r#"{"a":1,"a":2}"#, "json_duplicate_key", (1, 8)),
        row(
            "B097",
            "{\n\"aps\": {},\n\"b\": 1,\n\"aps\": {}\n}",
            "json_duplicate_key",
            (4, 1),
        ),
        row(
            "B097",
            r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#,
            "json_duplicate_key",
            (1, 19),
        ),
        row("B098", r#"{"a":"\ud800"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\ud83dx"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\ud800\ud800"}"#, "json_surrogate", (1, 13)),
        row("B098", r#"{"a":"\udc00"}"#, "json_surrogate", (1, 7)),
        row("B099", "{\"a\":\"one\ntwo\"}", "json_control_char", (1, 10)),
        row("B099", "{\"a\":\"one\ttwo\"}", "json_control_char", (1, 10)),
        row("B099", "{\"a\":\"\u{0}\"}", "json_control_char", (1, 7)),
        row("B100", r#"{"a":"b\u0000c"}"#, "json_nul", (1, 8)),
        row("B102", "{} {}", "json_trailing", (1, 4)),
        row("B102", "{\n}\nand more", "json_trailing", (3, 1)),
        row("B102", "{\"a\":1}}", "json_trailing", (1, 8)),
        row("B103", nested(128), "json_depth", (1, 132)),
        row("B103", "[".repeat(5_000), "json_depth", (1, 128)),
        row("B104", "[]", "json_not_object", (1, 1)),
        row("B104", " \"{\\\"a\\\":1}\"", "json_not_object", (1, 2)),
        row("B104", "7", "json_not_object", (1, 1)),
        row("B104", "null", "json_not_object", (1, 1)),
        row("B105", r#"{"a":"\x41"}"#, "json_escape", (1, 7)),
        row(
            "B105",
            r#"{"a":"it\'s C:\dir \u00g0"}"#,
            "json_escape",
            (1, 9),
        ),
        row("B106", filled(&"a".repeat(5037)), "payload_too_big", None),
        row(
            "B107",
            filled(&("📞".repeat(1259) + "a")),
            "payload_too_big",
            None,
        ),
        row("B108", r#"{"aps":"x"}"#, "aps_type", (1, 8)),
        row("B108", r#"{"aps":[]}"#, "aps_type", (1, 8)),
        row("B108", r#"{"aps":{"alert":1}}"#, "aps_type", (1, 17)),
        row("B109", r#"{"APS":{}}"#, "aps_typo", (1, 2)),
        row("B109", r#"{"apns":{}}"#, "aps_typo", (1, 2)),
        row(
            "B109",
            r#"{"aps":{"content_available":1}}"#,
            "aps_typo",
            (1, 9),
        ),
        row("B109", r#"{"contentAvailable":1}"#, "aps_typo", (1, 2)),
        row(
            "B110",
            format!("{{\"a\":\"{}\"}}", "x".repeat(10 << 20)),
            "payload_too_big",
            None,
        ),
        row("B112", "{\"n\u{200b}ame\":1}", "invisible_char", (1, 2)),
        row("B112", "{\"\u{202e}name\":1}", "invisible_char", (1, 2)),
        row("B112", r#"{"n\u200bame":1}"#, "invisible_char", (1, 2)),
        row("B112", "{\"h\u{430}ndle\":1}", "invisible_char", (1, 2)),
    ]
}

/// The codes that do not keep a payload from being sent.
const REMARKS: [(&str, Severity); 6] = [
    ("json_number_precision", Severity::Warning),
    ("json_duplicate_key", Severity::Error),
    ("json_nul", Severity::Warning),
    ("aps_type", Severity::Error),
    ("aps_typo", Severity::Warning),
    ("invisible_char", Severity::Warning),
];

#[test]
fn every_bad_payload_of_the_catalogue_has_its_code_and_place() {
    let rows = catalogue();
    for Row(id, text, code, place) in &rows {
        let all = said(text);
        let found = &all[0];
        assert_eq!(
            (all.len(), found.code),
            (1, *code),
            "{id} {text:.60} {all:?}"
        );
        assert_eq!(
            found
                .position()
                .map(|position| (position.line, position.column)),
            *place,
            "{id} {text:.60}"
        );
        let remark = REMARKS.iter().find(|(remark, _)| remark == code);
        assert_eq!(
            found.severity,
            remark.map_or(Severity::Error, |(_, severity)| *severity),
            "{id}"
        );
        match Payload::parse(text, PushType::Voip) {
            Ok(payload) => assert!(
                remark.is_some() && payload.text() == text,
                "{id} is stopped"
            ),
            Err(error) => assert!(
                remark.is_none() && error.code() == *code,
                "{id} is not stopped: {error}"
            ),
        }
    }
    let mut ids: Vec<&str> = rows
        .iter()
        .map(|row| row.0)
        .chain(["B101", "B111", "B113"])
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids,
        (87..=113)
            .map(|number| format!("B{number:03}"))
            .collect::<Vec<_>>()
    );
    assert_eq!((ids.len(), rows.len()), (27, 64));
}

#[test]
fn bytes_that_are_not_utf8_are_found() {
    let error = |bytes: &[u8]| Payload::from_bytes(bytes, PushType::Voip).unwrap_err();
    let cases: [(&[u8], usize); 5] = [
        (b"{\"a\":\"\xff\"}", 7),
        (b"\xff\xfe{\0}\0", 1),
        (b"{\"a\":\"\xed\xa0\x80\"}", 7),
        (b"{\"a\":\"\xc0\x80\"}", 7),
        (b"{}\xe2\x82", 3),
    ];
    for (bytes, byte) in cases {
        let error = error(bytes);
        assert_eq!(error.code(), "json_utf8");
        assert!(
            error.to_string().contains(&format!("byte {byte},")),
            "{error}"
        );
    }
    assert_eq!(
        Payload::from_bytes("{\"a\":\"é\"}".as_bytes(), PushType::Voip)
            .unwrap()
            .text(),
        "{\"a\":\"é\"}"
    );
}

#[test]
fn a_fault_without_a_number_has_a_sentence_of_its_own_too() {
    let cases = [
        (
            r#"{"a" 1}"#,
            "json_missing_colon",
            (1, 6),
            Some(r#"{"a": 1}"#),
        ),
        (
            r#"{"a": 1 "b": 2 "c": 3}"#,
            "json_missing_comma",
            (1, 9),
            Some(r#"{"a": 1, "b": 2, "c": 3}"#),
        ),
        (
            r#"{"a": "say "hi" now"}"#,
            "json_inner_quote",
            (1, 13),
            None,
        ),
        (r#"{"a": "b}"#, "json_unclosed_string", (1, 7), None),
        (
            r#"{"aps": {"#,
            "json_unclosed",
            (1, 9),
            Some(r#"{"aps": {}}"#),
        ),
        (
            r#"{"a": [1, 2"#,
            "json_unclosed",
            (1, 7),
            Some(r#"{"a": [1, 2]}"#),
        ),
        (r#"{"a": [1}"#, "json_wrong_end", (1, 9), None),
        (
            r#"{"a": True, "b": None, c: false}"#,
            "json_bare_word",
            (1, 7),
            Some(r#"{"a": true, "b": null, "c": false}"#),
        ),
        (
            "{\u{a0}\"a\":\u{a0}1}",
            "json_space",
            (1, 2),
            Some("{ \"a\": 1}"),
        ),
        (r#"{"a": }"#, "json_missing_value", (1, 7), None),
        (r#"{"a": [1,,2]}"#, "json_missing_value", (1, 10), None),
        (r#"{"a": 1;}"#, "json_unexpected", (1, 8), None),
        ("\u{feff}{}", "json_bom", (1, 1), Some("{}")),
        ("{,}", "json_unexpected", (1, 2), None),
    ];
    for (text, code, place, fix) in cases {
        let found = said(text).remove(0);
        assert_eq!((found.code, found.text()), (code, fix), "{text}");
        assert_eq!(
            found
                .position()
                .map(|position| (position.line, position.column)),
            Some(place),
            "{text}"
        );
    }
}

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
fn counts_bytes_and_not_characters() {
    let full = [
        "a".repeat(5036),
        "é".repeat(2518),
        "電".repeat(1678) + "aa",
        "📞".repeat(1259),
        "👨‍👩‍👧".repeat(279) + &"a".repeat(14),
    ];
    for pad in full {
        assert_eq!(
            Payload::parse(&filled(&pad), PushType::Voip)
                .unwrap()
                .bytes(),
            5120
        );
        let error = Payload::parse(&filled(&(pad + "a")), PushType::Voip).unwrap_err();
        assert_eq!(error.code(), "payload_too_big");
        assert!(
            error
                .to_string()
                .contains("5,121 bytes; at most 5,120. Largest field: \"pad\" 5,0"),
            "{error}"
        );
    }
    let characters = said(&filled(&("📞".repeat(1259) + "a")))
        .remove(0)
        .sentence
        .to_string();
    assert!(
        characters.starts_with("1,344 characters but 5,121 bytes; at most 5,120."),
        "{characters}"
    );
    assert!(Payload::parse(&filled(&"a".repeat(4012)), PushType::Alert).is_ok());
    assert!(Payload::parse(&filled(&"a".repeat(4013)), PushType::Alert).is_err());
}

#[test]
fn the_largest_field_is_named_with_its_bytes() {
    let weights = |text: &str| -> Vec<(String, usize)> {
        Payload::parse(text, PushType::Voip)
            .unwrap()
            .largest()
            .into_iter()
            .map(|weight| (weight.path, weight.bytes))
            .collect()
    };
    let expected = [("data".to_owned(), 43), ("data.b".to_owned(), 23)];
    assert_eq!(
        weights(r#"{"a":1,"data":{"a":"1234","b":"12345678901234567"},"z":[1,2,3]}"#),
        expected
    );
    assert_eq!(weights("{}"), []);
    let image = format!(
        r#"{{"aps":{{}},"data":{{"id":7,"image":"{}"}}}}"#,
        "x".repeat(6_000)
    );
    let Err(PayloadError::TooLarge {
        largest: Some(largest),
        ..
    }) = Payload::parse(&image, PushType::Voip)
    else {
        panic!()
    };
    assert_eq!(
        (largest.path.as_str(), largest.bytes),
        ("data.image", 6_010)
    );
    let broken = format!("{{\"a\":\"{}\"", "x".repeat(6_000));
    assert!(
        said(&broken)[0]
            .sentence
            .to_string()
            .contains("Take away 887"),
        "{:?}",
        said(&broken)
    );
}

#[test]
fn is_sent_as_it_is_typed() {
    for text in [
        template::ARTICLE,
        "{}",
        " {\"a\" : 1,\n\"a\":2} ",
        r#"{"n":18446744073709551616}"#,
    ] {
        assert_eq!(Payload::parse(text, PushType::Voip).unwrap().text(), text);
    }
}

#[test]
fn minifying_takes_white_space_and_nothing_else() {
    let cases = [
        (
            template::ARTICLE,
            r#"{"aps":{"alert":"VoIP Comming"},"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#,
        ),
        (
            "{ \"a b\\\" \" : [ 1.50e+3 , \"\\u0041 \\\\\" ] ,\r\n\t\"a\" : 1 , \"a\" : 18446744073709551616 }",
            "{\"a b\\\" \":[1.50e+3,\"\\u0041 \\\\\"],\"a\":1,\"a\":18446744073709551616}",
        ),
    ];
    for (text, minified) in cases {
        assert_eq!(payload::minified(text), minified);
    }
}

/// Texts that people type into fields to see whether a page runs them.
const HOSTILE: [&str; 40] = [
    "</script><img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert`1`>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mtext></mtext><style><img src=x onerror=alert(1)></style>",
    "<template><script>alert(1)</script></template>",
    "<base href=https://evil.test/>",
    "<meta http-equiv=refresh content=0;url=https://evil.test>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<form action=https://evil.test><button>x</button></form>",
    "<object data=data:text/html,x></object>",
    "<embed src=data:text/html,x>",
    "<!--<img src=x onerror=alert(1)>-->",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "'-alert(1)-'",
    "');alert(1);//",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "#{7*7}",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script&#x3e;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "＜script＞alert(1)＜/script＞",
    "\u{202e}>tpircs<",
    "__proto__",
    "onerror=alert(1) x=",
];

#[test]
fn hostile_texts_pass_through_untouched() {
    for hostile in HOSTILE {
        let text = format!("{{\"handle\": \"{hostile}\", \"{hostile}\": 1}}");
        let payload = Payload::parse(&text, PushType::Voip).unwrap();
        assert_eq!(
            (payload.text(), payload.value()["handle"].as_str()),
            (text.as_str(), Some(hostile))
        );
        assert_eq!(payload.value()[hostile], 1);
        assert!(
            said(&text)
                .iter()
                .all(|finding| finding.code == "invisible_char"),
            "{hostile}"
        );
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
