//! Control of the simulator through the relay.

use trill::relay::Config;

use super::running::Running;

#[tokio::test]
async fn the_simulator_is_controlled_through_the_relay() {
    let relay = Running::start(Config::default()).await;
    assert_eq!(
        relay
            .send(relay.request("GET /api/simulator/keys"))
            .await
            .status,
        200
    );
    for (query, status) in [
        ("", 200),
        ("?", 200),
        ("?since=0&connection=1", 200),
        ("?since=soon", 400),
        ("?sincee=1", 400),
    ] {
        let journal = relay
            .send(relay.request(&format!("GET /api/simulator/journal{query}")))
            .await;
        assert_eq!(journal.status, status, "{query}");
    }
    let unknown = relay
        .send(relay.request("GET /api/simulator/nonsense"))
        .await;
    assert_eq!(
        (unknown.status, unknown.header("content-type")),
        (404, "application/problem+json")
    );
    let put = relay.request("PUT /api/simulator/keys/KEY0000001");
    let plain = relay
        .send(put.clone().header("content-type", "text/plain").body("{}"))
        .await;
    assert_eq!((plain.status, plain.code().as_str()), (415, "content_type"));
    let foreign = relay
        .send(put.header("origin", "http://evil.test").body("{}"))
        .await;
    assert_eq!(
        (foreign.status, foreign.code().as_str()),
        (403, "origin_not_allowed")
    );

    let json = |line: &str| {
        relay
            .request(line)
            .header("content-type", "application/json")
    };
    let enrolled = relay
        .send(
            json("PUT /api/simulator/devices/00ff")
                .body(r#"{"bundle_id":"com.example.calls","online":false}"#),
        )
        .await;
    let reinstalled = relay
        .send(json("POST /api/simulator/devices/00ff/reinstall").body(""))
        .await;
    assert_eq!((enrolled.status, reinstalled.status), (201, 201));
}

#[tokio::test]
async fn faults_are_switched_through_the_relay() {
    let relay = Running::start(Config::default()).await;
    let put = relay
        .request("PUT /api/simulator/faults")
        .header("content-type", "application/json");
    let script = r#"[{"fault":"refuse","reason":"TooManyRequests","next":1,"seed":1}]"#;
    let shown = relay.send(put.clone().body(script)).await;
    assert_eq!(
        (shown.status, &shown.json()["faults"]),
        (200, &serde_json::from_str(script).expect("JSON"))
    );
    let listed = relay.send(relay.request("GET /api/simulator/faults")).await;
    for field in ["faults", "counts", "labels"] {
        assert_eq!(listed.json()[field], shown.json()[field], "{field}");
    }
    let refused = relay.send(put.body("[\n{]")).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "not_json"));
    assert!(
        refused.json()["title"]
            .as_str()
            .is_some_and(|title| title.contains("line 2, column 2")),
        "{}",
        refused.json()
    );
    assert_eq!(
        relay
            .send(relay.request("DELETE /api/simulator/faults"))
            .await
            .status,
        204
    );
    assert_eq!(
        relay
            .send(relay.request("GET /api/simulator/faults"))
            .await
            .json()["faults"],
        serde_json::json!([])
    );
}
