//! Texts that hold a payload in another form: requests of push services, commands, and what programs
//! print of a dictionary.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};
use trill::apns::payload::{Service, command, findings};
use trill::apns::{Change, Environment, Finding, Parts, Payload, Position, PushType};

use crate::SAMPLE_TOKEN;

/// The one finding about a text.
fn only(text: &str) -> Finding {
    let mut found = findings(text, PushType::Voip);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

fn parts(text: &str) -> Parts {
    match only(text).fix {
        Some(fix) => match fix.change {
            Change::Parts(parts) => parts,
            other => panic!("{text}: {other:?}"),
        },
        None => panic!("{text}: no fix"),
    }
}

/// Payload that one click gives, after a check that a payload it is.
fn mended(text: &str) -> Value {
    let finding = only(text);
    let fixed = finding.text().unwrap_or_else(|| panic!("{finding:?}"));
    Payload::parse(fixed, PushType::Voip)
        .unwrap_or_else(|error| panic!("{fixed}: {error}"))
        .value()
        .clone()
}

fn headers(parts: &Parts) -> Vec<(&str, &str)> {
    let headers = parts.headers.iter();
    headers
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[test]
fn requests_of_push_services_are_named_and_unwrapped() {
    let call = json!({"aps": {}, "handle": "alice"});
    let inner = call.to_string();
    for (service, request) in [
        (
            "Amazon SNS",
            json!({"default": "x", "APNS_VOIP": inner, "GCM": "{}"}),
        ),
        (
            "Amazon SNS",
            json!({"MessageStructure": "json", "TargetArn": "arn:aws:sns:x", "Message": inner}),
        ),
        (
            "Firebase Cloud Messaging",
            json!({"token": "t", "apns": {"payload": {"aps": {}}}, "data": {"handle": "alice"}}),
        ),
        (
            "Firebase Cloud Messaging",
            json!({"validate_only": true, "message": {"topic": "t", "data": call}}),
        ),
        (
            "Firebase Cloud Messaging",
            json!({"to": "cX1:APA91bHun", "priority": "high", "data": call}),
        ),
        (
            "Firebase Cloud Messaging",
            json!({"registration_ids": ["a", "b"], "notification": {"title": "x"}, "data": call}),
        ),
        (
            "OneSignal",
            json!({"app_id": "a", "include_aliases": {"external_id": ["u"]}, "data": call}),
        ),
        (
            "Expo push",
            json!({"to": "ExponentPushToken[xxxx]", "title": "Call", "data": call}),
        ),
        (
            "Expo push",
            json!({"to": ["ExpoPushToken[xxxx]"], "data": call}),
        ),
        (
            "PubNub",
            json!({"text": "x", "pn_apns": {"aps": {}, "handle": "alice", "pn_push": [{"version": "v2",
                "push_type": "voip", "targets": [{"topic": "com.example.app.voip", "environment": "development"}]}]}}),
        ),
    ] {
        for text in [request.to_string(), format!("{request:#}")] {
            let finding = only(&text);
            assert_eq!(finding.code, "payload_envelope", "{text}");
            assert!(finding.sentence.contains(service), "{}", finding.sentence);
            assert!(finding.source.is_some());
            assert_eq!(mended(&text), call, "{text}");
        }
        assert_eq!(Service::of(&request).unwrap().name(), service);
    }
}

#[test]
fn headers_in_a_request_of_a_push_service_go_with_its_payload() {
    let pubnub = r#"{"pn_apns":{"aps":{},"pn_push":[{"push_type":"voip","targets":[
        {"topic":"com.example.app.voip","environment":"production"}]}]}}"#;
    let parts = parts(pubnub);
    assert_eq!(
        headers(&parts),
        [
            ("apns-topic", "com.example.app.voip"),
            ("apns-push-type", "voip")
        ]
    );
    assert_eq!(parts.environment, Some(Environment::Production));
    let label = only(pubnub).fix.unwrap().label;
    assert_eq!(label, "Take out payload and headers");
}

#[test]
fn a_request_of_a_push_service_keeps_what_it_holds() {
    // Numbers keep their digits, and the first of two equal names counts, as in the payload for APNs.
    let text = r#"{"message":{"apns":{"payload":{"aps":{},"id":12345678901234567890}},
        "data":{"id":"other","né":"\u00e9"}}}"#;
    let finding = only(text);
    let inner = finding.text().unwrap();
    assert!(inner.contains("12345678901234567890") && inner.contains(r#""né": "\u00e9""#));
    assert!(!inner.contains("other"));
    // A request may be larger than a payload.
    let large = json!({"APNS_VOIP": r#"{"aps":{}}"#, "GCM": "x".repeat(6_000)}).to_string();
    let error = Payload::parse(&large, PushType::Voip).unwrap_err();
    assert_eq!(error.finding(&large).text(), Some(r#"{"aps":{}}"#));
    // What is left behind is named.
    let left = only(r#"{"to":"ExpoPushToken[x]","title":"T","data":{"a":1}}"#);
    assert!(
        left.sentence.ends_with("from data; left out: to, title."),
        "{left:?}"
    );
}

#[test]
fn payloads_are_no_requests() {
    for payload in [
        json!({"aps": {}, "to": "bob", "data": {"handle": "alice"}}),
        json!({"to": "bob", "data": {"handle": "alice"}}),
        json!({"message": "Alice is calling", "data": {}}),
        json!({"aps": {}, "message": {"token": "t", "data": {}}}),
        json!({"app_id": "a", "data": {}}),
        json!({"APNS_VOIP": {"aps": {}}}),
        json!({"custom": {"i": "1", "a": {"handle": "alice"}}, "aps": {}}),
    ] {
        assert_eq!(Service::of(&payload), None, "{payload}");
    }
}

#[test]
fn commands_are_taken_apart() {
    let call = json!({"aps": {}, "name": "Zoë's \"call\""});
    let topic = "apns-topic: com.example.app.voip";
    for command in [
        format!(
            "curl -v --http2 -H '{topic}' -d '{{\"aps\":{{}},\"name\":\"Zoë'\\''s \\\"call\\\"\"}}' \
             https://api.push.apple.com/3/device/{SAMPLE_TOKEN}"
        ),
        format!(
            "$ curl -sSX POST \\\r\n  --header \"{topic}\" \\ \r\n  --data-raw \
             \"{{\\\"aps\\\":{{}},\\\"name\\\":\\\"Zoë's \\\\\\\"call\\\\\\\"\\\"}}\" \
             --url https://api.push.apple.com:443/3/device/{SAMPLE_TOKEN}\n"
        ),
        format!(
            "export TOPIC=com.example.app.voip\nHOST=api.push.apple.com\n\
             /usr/bin/curl -H\"apns-topic: $TOPIC\" --data-binary \
             $'{{\"aps\":{{}},\"name\":\"Zo\\u00eb\\'s \\\\\"call\\\\\"\"}}' \
             https://${{HOST}}/3/device/{SAMPLE_TOKEN} | jq ."
        ),
        format!(
            "cat <<'EOF' | curl -d @- -H '{topic}' https://api.push.apple.com/3/device/{SAMPLE_TOKEN}\n\
             {call}\nEOF\n"
        ),
        format!(
            "curl -H '{topic}' https://api.push.apple.com/3/device/{SAMPLE_TOKEN} -d @- <<EOF\n{call}\nEOF"
        ),
        format!(
            "http POST https://api.push.apple.com/3/device/{SAMPLE_TOKEN} \
             apns-topic:com.example.app.voip aps:='{{}}' name=\"Zoë's \\\"call\\\"\""
        ),
        format!(
            "http --verify=no https://api.push.apple.com/3/device/{SAMPLE_TOKEN} \
             --raw '{{\"aps\":{{}},\"name\":\"Zoë\\u0027s \\\"call\\\"\"}}' \
             apns-topic:com.example.app.voip"
        ),
        format!(
            "### A call\n@topic = com.example.app.voip\nPOST \
             https://api.push.apple.com/3/device/{SAMPLE_TOKEN} HTTP/2\nApns-Topic: {{{{topic}}}}\n\
             Content-Type: application/json\n\n{call}\n\n### Another\nGET https://example.com/\n"
        ),
        format!(
            "POST /3/device/{SAMPLE_TOKEN} HTTP/2\r\nhost: api.push.apple.com\r\n{topic}\r\n\r\n{call}"
        ),
    ] {
        let parts = parts(&command);
        assert_eq!(mended(&command), call, "{command}");
        assert_eq!(
            parts.environment,
            Some(Environment::Production),
            "{command}"
        );
        assert_eq!(
            parts.device_token.as_deref(),
            Some(SAMPLE_TOKEN),
            "{command}"
        );
        assert_eq!(
            headers(&parts),
            [("apns-topic", "com.example.app.voip")],
            "{command}"
        );
        assert_eq!(only(&command).code, "payload_command");
    }
}

#[test]
fn every_header_of_a_command_goes_into_its_field() {
    let command = format!(
        "curl -H 'apns-push-type: voip' -H 'apns-priority: 10' -H 'apns-expiration: 0' \
         -H 'apns-collapse-id: c' -H 'apns-id: x' -H 'X-Own: y' -d '{{}}' \
         http://127.0.0.1:8080/sandbox/3/device/{SAMPLE_TOKEN}"
    );
    let finding = only(&command);
    assert_eq!(
        finding.sentence,
        "This is a curl command, not a payload. Taken apart, it fills in: payload, environment, \
         device token, push type, priority, expiration, collapse ID. Left out: apns-id, x-own."
    );
    let parts = parts(&command);
    assert_eq!(parts.environment, Some(Environment::Sandbox));
    let names = headers(&parts).into_iter().map(|(name, _)| name);
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "apns-push-type",
            "apns-priority",
            "apns-expiration",
            "apns-collapse-id"
        ]
    );
}

#[test]
fn azure_is_known_by_its_headers() {
    let command = format!(
        "curl -d '{{\"aps\":{{}}}}' -H 'ServiceBusNotification-Format: apple' \
         -H 'ServiceBusNotification-Apns-Push-Type: voip' \
         -H 'ServiceBusNotification-DeviceHandle: {SAMPLE_TOKEN}' \
         'https://example.servicebus.windows.net/hub/messages/?direct&api-version=2015-04'"
    );
    let parts = parts(&command);
    assert_eq!(parts.device_token.as_deref(), Some(SAMPLE_TOKEN));
    assert_eq!(headers(&parts), [("apns-push-type", "voip")]);
    let sentence = only(&command).sentence;
    assert!(sentence.contains("Azure Notification Hubs"), "{sentence}");
}

#[test]
fn httpie_fields_become_json() {
    let command = "http :8080/simulator/3/device/x aps[alert][title]=Call aps[badge]:=1 \
                   handle='alice:2' q==1 tags:='[1,2]'";
    assert_eq!(
        mended(command),
        json!({"aps": {"alert": {"title": "Call"}, "badge": 1}, "handle": "alice:2", "tags": [1, 2]})
    );
    assert_eq!(parts(command).environment, Some(Environment::Simulator));
}

#[test]
fn a_file_in_a_command_is_named() {
    for command in [
        "curl -d @call.json https://api.push.apple.com/3/device/x",
        "curl --data-binary @- https://api.push.apple.com/3/device/x < call.json",
        "cat call.json | curl -d @- https://api.push.apple.com/3/device/x",
        "http https://api.push.apple.com/3/device/x < call.json",
        "POST https://api.push.apple.com/3/device/x\n\n< call.json",
    ] {
        let finding = only(command);
        let says = "Open the file with its payload here: call.json.";
        assert!(finding.sentence.contains(says), "{}", finding.sentence);
        assert_eq!(finding.text(), None);
    }
}

#[test]
fn secrets_of_a_command_are_named_and_dropped() {
    for (command, secret) in [
        (
            "curl -H 'authorization: bearer a0b1c2d3' -d '{}' https://api.push.apple.com/3/device/x",
            "a0b1c2d3",
        ),
        (
            "curl -d '{}' --cert VOIP.pem:hunter2 https://api.push.apple.com/3/device/x",
            "hunter2",
        ),
        (
            "curl -d '{}' -u me:hunter2 https://example.com/sandbox/3/device/x",
            "hunter2",
        ),
        (
            "http -a me:hunter2 https://example.com/sandbox/3/device/x a=1",
            "hunter2",
        ),
        (
            "http https://example.com/sandbox/3/device/x Authorization:key=AAAA1 a=1",
            "AAAA1",
        ),
        (
            "POST https://example.com/3/device/x\nAuthorization: Bearer a0b1c2d3\n\n{}",
            "a0b1c2d3",
        ),
    ] {
        let finding = only(command);
        assert!(
            finding.sentence.contains("Trill does nothing with it"),
            "{finding:?}"
        );
        assert!(!format!("{finding:?}").contains(secret), "{finding:?}");
        let rest = command::without_secrets(command);
        assert!(!rest.contains(secret), "{rest}");
        assert_eq!(only(&rest).text(), finding.text(), "{rest}");
        assert!(!only(&rest).sentence.contains("Trill does nothing"));
    }
    // A secret that is spelled with escapes cannot be cut out, so nothing is left.
    let escaped = "curl -d '{}' -u me:hun\\ter2 https://example.com/3/device/x";
    assert_eq!(command::without_secrets(escaped), "");
    for text in ["{\"authorization\": \"bearer x\"}", "no command"] {
        assert_eq!(command::without_secrets(text), text);
    }
    let placeholder =
        "curl -H \"authorization: bearer $TOKEN\" -d '{}' https://api.push.apple.com/";
    assert!(!only(placeholder).sentence.contains("left out"));
}

#[test]
fn words_that_are_no_command_keep_their_error() {
    for text in [
        "curl",
        "curl is great",
        "http",
        "https is safe",
        "POST",
        "POST it",
        "call alice",
    ] {
        let code = only(text).code;
        assert!(code.starts_with("json_"), "{text}: {code}");
    }
}

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

#[test]
fn depth_and_length_are_bounded() {
    let nested =
        |open: &str, close: &str, depth| [open.repeat(depth), close.repeat(depth)].concat();
    for text in [
        format!("{{ a = 1; b = {}; }}", nested("(", ")", 30_000)),
        format!("[\"a\": {}]", nested("[", "]", 30_000)),
        format!("[\"a\": {}]", nested("Optional(", ")", 6_000)),
        format!("{{'a': None, 'b': {}}}", nested("[", "]", 30_000)),
        format!("{{'a': None, 'b': {}}}", nested("f(", ")", 20_000)),
        format!("http https://x/ a{}=1", nested("[", "]", 20_000)),
        format!("curl https://x/ -d '{}'", "$A".repeat(20_000)),
        [
            "A=$A$A$A$A\n".repeat(5_000),
            "curl https://x/ -d \"$A\"".to_owned(),
        ]
        .concat(),
        [
            "@a={{a}}{{a}}\n".repeat(4_000),
            "POST https://x/\n\n{{a}}".to_owned(),
        ]
        .concat(),
        format!("{{ a = 1; {} }}", "b = 1; ".repeat(9_000)),
    ] {
        let start = std::time::Instant::now();
        let found = findings(&text, PushType::Voip);
        let longest = found.iter().filter_map(Finding::text).map(str::len).max();
        assert!(
            longest.unwrap_or_default() < 10 * text.len().max(1_000),
            "{longest:?}"
        );
        assert!(start.elapsed().as_secs() < 5, "{}", &text[..40]);
    }
    let deep = format!("{{ a = 1; b = {}1{}; }}", "(".repeat(126), ")".repeat(126));
    assert!(only(&deep).fix.is_some());
    let deeper = format!("{{ a = 1; b = {}1{}; }}", "(".repeat(127), ")".repeat(127));
    assert!(only(&deeper).sentence.contains("deeper than 127 levels"));
    let long = format!("curl https://x/ -d '{}'", "a".repeat(70_000));
    assert_eq!(only(&long).code, "payload_too_big");
}

fn cases() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/cases/payloads");
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// Every fix gives a payload, or at least a text with another error.
fn holds(text: &str) {
    for finding in findings(text, PushType::Voip) {
        if let (Some(fixed), true) = (finding.text(), finding.code.starts_with("payload_")) {
            assert_ne!(fixed, text);
            if finding.code != "payload_command" && finding.code != "payload_envelope" {
                assert!(
                    serde_json::from_str::<Value>(fixed).is_ok(),
                    "{text}: {fixed}"
                );
            }
        }
    }
    let rest = command::without_secrets(text);
    assert!(rest.len() <= text.len() + 64);
}

#[test]
fn every_cut_of_every_case_is_read() {
    for case in cases() {
        for (end, _) in case.char_indices() {
            holds(&case[..end]);
            holds(&case[end..]);
        }
    }
}

proptest! {
    #[test]
    fn any_change_of_a_case_is_read(index in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
                                    new in "[\\[\\](){}<>=;:,'\"$\\\\@|&#^ \n\taé0-]{0,4}", cut in 0_usize..12) {
        let cases = cases();
        let mut case: Vec<char> = index.get(&cases).chars().collect();
        let start = at.index(case.len());
        let end = (start + cut).min(case.len());
        case.splice(start..end, new.chars());
        holds(&case.into_iter().collect::<String>());
    }
}
