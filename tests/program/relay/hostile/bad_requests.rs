//! Bad requests: wrong methods, monstrous sizes and half messages.

use std::time::{Duration, Instant};

use trill::relay::{Config, Deadlines};

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Client;
use crate::relay::running::{DEVICE_TOKEN, Running, in_front_of, short};

#[tokio::test]
async fn a_push_is_posted_and_nothing_else() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for method in [
        "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "PROPFIND", "X",
    ] {
        let line = format!("{method} /sandbox/3/device/{DEVICE_TOKEN}");
        let asked = relay
            .request(&line)
            .header("apns-topic", "com.example.calls.voip")
            .header("access-control-request-method", "POST");
        let answer = relay
            .send(if matches!(method, "GET" | "HEAD") {
                asked
            } else {
                asked.body("{}")
            })
            .await;
        assert_eq!(
            (answer.status, answer.header("allow"), answer.outcome()),
            (405, "POST", "not-sent"),
            "{method}"
        );
        assert!(
            !answer
                .headers
                .iter()
                .any(|(name, _)| name.starts_with("access-control-")),
            "{method}"
        );
    }
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.request(&format!("CONNECT {}", relay.address)).bytes())
        .await;
    assert!(matches!(client.answer().await.status, 404 | 405));
    client.closed().await;
    assert!(peer.seen().is_empty());
}

#[tokio::test]
async fn a_get_request_with_a_body_is_refused() {
    let relay = Running::start(Config::default()).await;
    for path in [
        "/",
        "/healthz",
        "/api/relay",
        "/api/events",
        "/api/simulator/keys",
    ] {
        let mut client = Client::connect(relay.address).await;
        client
            .write(&relay.request(&format!("GET {path}")).body("{}").bytes())
            .await;
        let answer = client.answer().await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "unexpected_body"),
            "{path}"
        );
        client.closed().await;
        assert_eq!(
            relay
                .send(relay.request(&format!("HEAD {path}")).body("{}"))
                .await
                .status
                / 100,
            4,
            "{path}"
        );
        assert_eq!(
            relay
                .send(relay.request("GET /healthz").body(""))
                .await
                .status,
            200,
            "a body of no bytes is none"
        );
    }
}

#[tokio::test]
async fn oversized_requests_are_refused() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let hex = "0".repeat(9 * 1024);
    let line = format!("POST /sandbox/3/device/{hex}");
    let long = relay
        .send(relay.request(&line).header("apns-topic", "a").body("{}"))
        .await;
    assert_eq!(
        (long.status, long.code().as_str(), long.outcome()),
        (414, "path_too_long", "not-sent")
    );
    let query = relay
        .send(relay.request(&format!("GET /api/events?device={hex}")))
        .await;
    assert_eq!(
        (query.status, query.code().as_str()),
        (414, "path_too_long")
    );
    let many = (0..200).fold(relay.push(), |request, index| {
        request.header(&format!("x-{index}"), "1")
    });
    assert_eq!(relay.send(many.body("{}")).await.status, 431);
    let wide = relay
        .push()
        .header("x", &"y".repeat(1024 * 1024))
        .body("{}");
    let mut client = Client::connect(relay.address).await;
    client.write(&wide.bytes()).await;
    client.closed().await;
    assert!(
        client.text().is_empty() || client.text().starts_with("HTTP/1.1 431 "),
        "{}",
        client.text()
    );
    assert!(peer.seen().is_empty());
}

#[tokio::test]
async fn an_incomplete_request_times_out() {
    let peer = Peer::that(ACCEPT).await;
    let limit = Duration::from_millis(400);
    let relay = Running::start(Config {
        deadlines: Deadlines {
            head: limit,
            body: limit,
            ..short()
        },
        ..in_front_of(&peer)
    })
    .await;
    let announced = relay.push().header("content-length", "20");
    for (what, bytes, status) in [
        (
            "half a body",
            [announced.bytes(), b"{\"aps\":".to_vec()].concat(),
            408,
        ),
        (
            "a promise and no body",
            announced.clone().header("expect", "100-continue").bytes(),
            408,
        ),
        ("half a head", announced.bytes()[..60].to_vec(), 0),
        ("nothing", Vec::new(), 0),
    ] {
        let start = Instant::now();
        let mut client = Client::connect(relay.address).await;
        client.write(&bytes).await;
        client.closed().await;
        assert!(start.elapsed() < limit * 4, "{what}: {:?}", start.elapsed());
        let text = client.text().replace("HTTP/1.1 100 Continue\r\n\r\n", "");
        assert_eq!(
            text.get(9..12)
                .map_or(0, |status| status.parse().expect("a status")),
            status,
            "{what}: {text}"
        );
        assert!(
            status == 0 || text.contains("trill-outcome: not-sent"),
            "{what}: {text}"
        );
    }
    let mut cut = Client::connect(relay.address).await;
    cut.write(&[announced.bytes(), b"{\"aps\":".to_vec()].concat())
        .await;
    cut.end().await;
    let answer = cut.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (400, "body_cut", "not-sent")
    );
    let stranger = relay
        .push()
        .without("host")
        .header("host", "evil.test")
        .header("expect", "100-continue");
    let mut refused = Client::connect(relay.address).await;
    refused
        .write(&stranger.header("content-length", "20").bytes())
        .await;
    assert_eq!(
        refused.answer().await.status,
        421,
        "who asks first is told before the body"
    );
    refused.closed().await;
    assert!(peer.seen().is_empty());
}

#[tokio::test]
async fn a_malformed_enrolment_names_its_field() {
    let relay = Running::start(Config::default()).await;
    for (path, body, status, code, field) in [
        (
            "keys/K",
            r#"{"team_id":"T","public_key":"P","topic":null}"#,
            400,
            "unknown_field",
            "topic",
        ),
        (
            "keys/K",
            r#"{"team_id":7,"public_key":"P"}"#,
            400,
            "wrong_type",
            "team_id",
        ),
        (
            "keys/K",
            r#"{"team_id":null,"public_key":"P"}"#,
            400,
            "missing_field",
            "team_id",
        ),
        (
            "keys/K",
            r#"{"team_id":"T"}"#,
            400,
            "missing_field",
            "public_key",
        ),
        (
            "keys/K",
            r#"{"team_id":"T","team_id":"U","public_key":"P"}"#,
            400,
            "duplicate_field",
            "team_id",
        ),
        (
            "devices/00",
            r#"{"bundle_id":"com.example.calls","state":"asleep"}"#,
            422,
            "bad_state",
            "state",
        ),
        (
            "devices/00",
            r#"{"bundle_id":"com.example.calls","bundle_id":"com.example.other"}"#,
            400,
            "duplicate_field",
            "bundle_id",
        ),
        ("devices/00", "[]", 400, "not_an_object", ""),
        ("devices/00", "{", 400, "not_json", ""),
        ("devices/00", "", 400, "not_json", ""),
    ] {
        let put = relay
            .request(&format!("PUT /api/simulator/{path}"))
            .header("content-type", "application/json");
        let answer = relay.send(put.body(body)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{path} {body}"
        );
        let problem = answer.json();
        let named = [&problem["title"], &problem["detail"]]
            .iter()
            .any(|text| text.as_str().is_some_and(|text| text.contains(field)));
        assert!(named, "{field} is not named: {problem}");
    }
    for collection in ["keys", "devices"] {
        let listed = relay
            .send(relay.request(&format!("GET /api/simulator/{collection}")))
            .await
            .json();
        assert_eq!(
            listed[collection].as_array().map(Vec::len),
            Some(0),
            "{listed}"
        );
    }
}
