//! What the push server refuses, each with its own code.

use serde_json::{Value, json};

use super::{BUNDLE_ID, CALL, JSON, Stage, TOKEN, refusal};
use crate::support::http1;

#[test]
fn only_the_routes_of_apps_are_on_the_listener_for_phones() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/api/relay"),
        ("GET", "/api/events"),
        ("GET", "/api/apps"),
        ("GET", "/api/devices"),
        ("GET", "/api/sends"),
        ("GET", "/api/sends/eabeae54-14a8-11e5-b60b-1697f925ec7b"),
        ("GET", "/metrics"),
        ("GET", "/healthz"),
        ("POST", "/api/session"),
        ("PUT", "/api/simulator/faults"),
        ("POST", &format!("/simulator/3/device/{TOKEN}")),
    ] {
        let answer = stage.phone(&secret, method, path, &Value::Null);
        assert_eq!(
            refusal(&answer),
            (404, "not_found".into()),
            "{method} {path}"
        );
    }
    let path = format!("/api/devices/{TOKEN}");
    for (method, path) in [
        ("GET", path.as_str()),
        ("GET", "/api/receipts"),
        ("PUT", "/api/receipts"),
    ] {
        let answer = stage.phone(&secret, method, path, &Value::Null);
        assert_eq!(
            refusal(&answer),
            (405, "method_not_allowed".into()),
            "{method} {path}"
        );
    }
    let foreign = http1::request_as("evil.test", stage.phones, "PUT", &path, &[JSON], b"{}");
    assert_eq!(refusal(&foreign), (421, "host_not_allowed".into()));
}

#[test]
fn a_secret_that_is_missing_wrong_or_revoked_is_refused() {
    let stage = Stage::new();
    let (id, secret) = stage.app();
    let put = |secret: &str| refusal(&stage.register(secret, TOKEN));
    let refused = (401, "app_secret".to_owned());
    assert_eq!((put(""), put("x")), (refused.clone(), refused.clone()));
    assert_eq!(stage.register(&secret, TOKEN).status, 201);
    let app = format!("/api/apps/{id}/secret");
    let renewed = stage.ask("POST", &app, &json!({}));
    let newer = renewed.json()["secret"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(put(&secret), refused, "a new secret revokes the old one");
    assert_eq!(stage.register(&newer, TOKEN).status, 200);
    assert_eq!(
        stage.ask("DELETE", &app, &Value::Null).json()["has_secret"],
        false
    );
    assert_eq!(put(&newer), refused);
    assert_eq!(refusal(&stage.receipt(&newer, "received")), refused);
    let path = format!("/api/devices/{TOKEN}");
    let headers = [
        JSON,
        ("trill-app", secret.as_str()),
        ("trill-app", newer.as_str()),
    ];
    let twice = http1::request(stage.phones, "PUT", &path, &headers, b"{}");
    assert_eq!(refusal(&twice), refused);
    for listed in [stage.get("/api/apps"), stage.get("/api/devices")] {
        assert!(!listed.to_string().contains(&newer) && !listed.to_string().contains(&secret));
    }
}

#[test]
fn each_wrong_value_is_named() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    let register = |token: &str, body: Value| {
        let answer = stage.phone(&secret, "PUT", &format!("/api/devices/{token}"), &body);
        refusal(&answer)
    };
    let good = json!({ "bundle_id": BUNDLE_ID, "environment": "sandbox" });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (token, body, status, code) in [
        ("xyz", good.clone(), 422, "device_token"),
        ("abc", good.clone(), 422, "device_token"),
        (&"ab".repeat(1_000), good.clone(), 422, "device_token"),
        (
            TOKEN,
            with("bundle_id", "com.example.other".into()),
            403,
            "foreign_bundle_id",
        ),
        (TOKEN, with("bundle_id", "<x>".into()), 422, "bad_bundle_id"),
        (
            TOKEN,
            with("environment", "staging".into()),
            422,
            "unknown_environment",
        ),
        (TOKEN, with("kinds", json!(["fax"])), 422, "bad_kinds"),
        (TOKEN, with("kinds", json!([])), 422, "bad_kinds"),
        (TOKEN, with("device_name", "a\nb".into()), 422, "bad_detail"),
        (
            TOKEN,
            with("region", "x".repeat(101).into()),
            422,
            "bad_detail",
        ),
        (TOKEN, with("token", "x".into()), 400, "unknown_field"),
        (TOKEN, json!([]), 400, "not_an_object"),
        (
            TOKEN,
            json!({ "bundle_id": BUNDLE_ID }),
            400,
            "missing_field",
        ),
    ] {
        assert_eq!(
            register(token, body.clone()),
            (status, code.to_owned()),
            "{token} {body}"
        );
    }
    let receipt = |body: Value| refusal(&stage.phone(&secret, "POST", "/api/receipts", &body));
    for (body, status, code) in [
        (
            json!({ "call": CALL, "event": "rang" }),
            422,
            "unknown_event",
        ),
        (
            json!({ "call": " ", "event": "received" }),
            422,
            "call_name",
        ),
        (
            json!({ "call": "x".repeat(201), "event": "received" }),
            422,
            "call_name",
        ),
        (
            json!({ "call": CALL, "event": "received" }),
            404,
            "call_not_found",
        ),
        (
            json!({ "call": CALL, "event": "ended", "error": { "domain": "x", "code": 1 } }),
            422,
            "bad_error",
        ),
        (
            json!({ "call": CALL, "event": "failed", "error": { "domain": "", "code": 1 } }),
            422,
            "bad_error",
        ),
        (
            json!({ "call": CALL, "event": "ended", "device_token": "x" }),
            422,
            "device_token",
        ),
    ] {
        assert_eq!(receipt(body.clone()), (status, code.to_owned()), "{body}");
    }
    let path = format!("/api/devices/{TOKEN}");
    let headers = [JSON, ("trill-app", secret.as_str())];
    let large = http1::request(stage.phones, "PUT", &path, &headers, &[b' '; 20_000]);
    assert_eq!(refusal(&large), (413, "body_too_large".into()));
    let form = [
        ("content-type", "text/plain"),
        ("trill-app", secret.as_str()),
    ];
    let plain = http1::request(
        stage.phones,
        "PUT",
        &path,
        &form,
        good.to_string().as_bytes(),
    );
    assert_eq!(refusal(&plain), (415, "content_type".into()));
    assert_eq!(
        stage.get("/api/devices")["devices"],
        json!([]),
        "nothing was stored"
    );
}

#[test]
fn apps_are_checked_and_bounded() {
    let stage = Stage::new();
    let create = |body: Value| stage.ask("POST", "/api/apps", &body);
    for (body, code) in [
        (
            json!({ "name": " ", "bundle_ids": [BUNDLE_ID] }),
            "bad_name",
        ),
        (json!({ "name": "x", "bundle_ids": [] }), "bad_bundle_ids"),
        (
            json!({ "name": "x", "bundle_ids": ["a b"] }),
            "bad_bundle_ids",
        ),
        (
            json!({ "name": "x", "bundle_ids": [BUNDLE_ID], "viewers": ["bob"] }),
            "no_users",
        ),
    ] {
        assert_eq!(
            refusal(&create(body.clone())),
            (422, code.to_owned()),
            "{body}"
        );
    }
    for _ in 0..20 {
        stage.app();
    }
    let body = json!({ "name": "x", "bundle_ids": [BUNDLE_ID] });
    assert_eq!(
        refusal(&create(body.clone())),
        (409, "too_many_apps".into())
    );
    let id = stage.get("/api/apps")["apps"][0]["id"]
        .as_str()
        .expect("a text")
        .to_owned();
    let path = format!("/api/apps/{id}");
    assert_eq!(stage.ask("DELETE", &path, &Value::Null).status, 204);
    let again = stage.ask("DELETE", &path, &Value::Null);
    assert_eq!(refusal(&again), (404, "app_not_found".into()));
    assert_eq!(create(body).status, 201);
}

#[tokio::test]
async fn an_address_that_floods_is_slowed_down() {
    use crate::relay::raw_http1::{Client, Request};

    let stage = Stage::new();
    let request = Request::new("POST /api/receipts")
        .header("host", &stage.phones.to_string())
        .header("content-type", "application/json")
        .body("{}");
    let mut client = Client::connect(stage.phones).await;
    let mut statuses = Vec::new();
    for _ in 0..3_000 {
        client.write(&request.bytes()).await;
        let answer = client.answer().await;
        statuses.push(answer.status);
        if answer.status == 429 {
            assert_eq!(answer.code(), "too_many_requests");
            assert!(!answer.header("retry-after").is_empty());
            break;
        }
    }
    assert_eq!(statuses.last(), Some(&429), "{}", statuses.len());
    assert!(statuses.len() > 2_000);
    assert_eq!(
        stage.ask("GET", "/api/apps", &Value::Null).status,
        200,
        "the page is not concerned"
    );
}

#[test]
fn a_relay_without_phones_says_so() {
    let trill = crate::support::trill::Trill::start(&[]);
    assert!(trill.request("GET", "/api/relay", &[], b"").json()["phones_url"].is_null());
    let apps = trill.request("GET", "/api/apps", &[], b"");
    assert_eq!(refusal(&apps), (404, "phones_off".into()));
    let path = format!("/simulator/3/device/{TOKEN}");
    let sent = trill.request("POST", &path, &[("trill-call", CALL)], b"{}");
    assert_eq!(
        sent.status,
        403,
        "the name of the call is no obstacle: {}",
        sent.text()
    );
    let sent = trill.request("POST", &path, &[("trill-call", "")], b"{}");
    assert_eq!(refusal(&sent), (422, "call_name".into()));
}
