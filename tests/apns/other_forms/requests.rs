//! Requests of push services.

use serde_json::json;
use trill::apns::payload::Service;
use trill::apns::{Environment, Payload, PushType};

use super::{headers, mended, only, parts};

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
