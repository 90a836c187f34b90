//! What NSLog, Swift and Python print of a dictionary.

use serde_json::json;
use trill::apns::Position;

use super::{mended, only};

#[test]
fn prints_of_nslog_are_converted() {
    for (text, json) in [
        (
            "2026-11-28 12:00:00.000 App[123:456] payload: {\n    aps =     {\n    };\n    handle = \"+15550100\";\n}",
            json!({"aps": {}, "handle": "+15550100"}),
        ),
        (
            "{\n a = \"Zo\\U00eb \\\"x\\\" \\Ud83d\\Udcde\";\n b = (\n  1,\n  (\n  ),\n  {\n c = 0123;\n }\n );\n}",
            json!({"a": "Zoë \"x\" 📞", "b": [1, [], {"c": "0123"}]}),
        ),
        (
            "{ id = 5f0c3b2a-9d8e-4f7a-b1c2-d3e4f5061728; n = +15550100; e = 12e4; \
             big = 1234567890123456; none = \"<null>\"; bytes = <0a1b 2c>; }",
            json!({"id": "5f0c3b2a-9d8e-4f7a-b1c2-d3e4f5061728", "n": "+15550100", "e": "12e4",
                "big": "1234567890123456", "none": null, "bytes": "<0a1b 2c>"}),
        ),
    ] {
        assert_eq!(mended(text), json, "{text}");
        let finding = only(text);
        assert_eq!(finding.code, "payload_nslog");
        let says_so = finding.sentence.contains("may have been a string");
        assert_eq!(says_so, text.contains("  1,"), "{}", finding.sentence);
    }
}

#[test]
fn prints_of_swift_are_converted() {
    for (text, json) in [
        (
            "[\"aps\": [\"alert\": \"x\", \"badge\": 1], \"list\": [1, 2], \"none\": nil, \"flag\": true, \"empty\": [:]]",
            json!({"aps": {"alert": "x", "badge": 1}, "list": [1, 2], "none": null, "flag": true, "empty": {}}),
        ),
        (
            "Optional([AnyHashable(\"name\"): Bob, Alice [home] \"x\", AnyHashable(\"n\"): Optional(\"+1555\")])",
            json!({"name": "Bob, Alice [home] \"x\"", "n": "+1555"}),
        ),
        (
            "payload: [AnyHashable(\"aps\"): {\n    alert =     (\n        \"a\"\n    );\n}, AnyHashable(\"list\"): (\n    1\n), AnyHashable(\"e\"): ]",
            json!(null),
        ),
    ] {
        if json.is_null() {
            let finding = only(text);
            assert!(
                finding.sentence.contains("a value is missing at line 7"),
                "{finding:?}"
            );
        } else {
            assert_eq!(mended(text), json, "{text}");
        }
        assert_eq!(only(text).code, "payload_swift");
    }
}

#[test]
fn python_dicts_are_converted() {
    for (text, json) in [
        (
            "{u'aps': {u'alert': u'it\\'s'}, 'a': (1, 2.5,), 'n': None, 'yes': True, }",
            json!({"aps": {"alert": "it's"}, "a": [1, 2.5], "n": null, "yes": true}),
        ),
        (
            "{\n  'id': UUID('5f0c3b2a-9d8e-4f7a-b1c2-d3e4f5061728'),  # of the call\n  \"it's\": b'x\\x41\\u00e9', 1: 'one',\n}",
            json!({"id": "5f0c3b2a-9d8e-4f7a-b1c2-d3e4f5061728", "it's": "xAé", "1": "one"}),
        ),
    ] {
        assert_eq!(mended(text), json, "{text}");
        assert_eq!(only(text).code, "payload_python");
    }
    // One kind of error alone is repaired in place, which keeps the layout.
    assert_eq!(only("{'handle': 'alice'}").code, "json_single_quotes");
    assert_eq!(only("{'handle': alice}").code, "json_single_quotes");
}

#[test]
fn a_text_that_cannot_be_read_to_its_end_has_a_place() {
    for (text, line, column, reason) in [
        (
            "{\n  aps = {\n    a = 1;\n  };\n",
            5,
            1,
            "a name or a value is missing",
        ),
        ("{ a = 1; b = \"x; }", 1, 14, "a string is never closed"),
        ("{ a = 1;\n b = (1 2); }", 2, 9, "a comma is missing"),
        ("{ a = 1; } and more", 1, 12, "another text follows its end"),
        ("[AnyHashable(\"a\"): \"b\"", 1, 23, "a comma is missing"),
        ("[\"a\": \"b\", c", 1, 13, "a colon is missing"),
        (
            "curl -d '{\n} https://api.push.apple.com/3/device/x",
            1,
            9,
            "never closed",
        ),
    ] {
        // A quote may be open before anything of a request is known.
        let text = text.replace("curl -d", "curl https://x/ -d");
        let shift = if text.starts_with("curl") { 11 } else { 0 };
        let finding = only(&text);
        let column = column + shift;
        assert_eq!(
            finding.position(),
            Some(Position { line, column }),
            "{finding:?}"
        );
        assert!(finding.sentence.contains(reason), "{finding:?}");
        assert!(finding.fix.is_none());
    }
}
