//! Commands of curl and HTTPie, and `.http` files.

use serde_json::json;
use trill::apns::Environment;
use trill::apns::payload::command;

use super::{headers, mended, only, parts};
use crate::SAMPLE_TOKEN;

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
    // Each command has its own, and a variable is one too.
    for text in [
        "curl https://a/ -u me:hunter2; curl -d '{}' -u me:hunter3 https://b/",
        "PASSWORD=hunter2\ncurl https://a/ -u me:$PASSWORD",
        "POST https://a/\n\n{}\n\n### Next\n@key = hunter2\nPOST https://a/\nAuthorization: Basic {{key}}\n\n{}",
        "curl https://a/ -H 'authorization: bearer hunter2",
        "curl -H 'authorization: bearer hunter2",
    ] {
        let rest = command::without_secrets(text);
        assert!(!rest.contains("hunter"), "{rest}");
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
