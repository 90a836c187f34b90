//! Bodies: their length and their content type.

use super::check;
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Client;
use crate::relay::running::Running;

#[tokio::test]
async fn a_body_is_announced_and_small() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let chunked = relay.push().header("transfer-encoding", "chunked");
    check(&relay, relay.push(), 411, "length_required", "no length").await;
    check(
        &relay,
        chunked.clone(),
        411,
        "length_required",
        "chunked, no body",
    )
    .await;
    check(
        &relay,
        chunked.body("{}"),
        411,
        "length_required",
        "chunked and a length",
    )
    .await;
    check(
        &relay,
        relay.push().body(vec![b' '; 16 * 1024 + 1]),
        413,
        "body_too_large",
        "a byte too long",
    )
    .await;
    check(
        &relay,
        relay.push().body(vec![b' '; 60_000]),
        413,
        "body_too_large",
        "far too long",
    )
    .await;
    for length in [
        "-1",
        "+2",
        "2, 2",
        "2 2",
        "0x2",
        "99999999999999999999999999",
    ] {
        let answer = relay
            .send(relay.push().header("content-length", length))
            .await;
        assert!(
            matches!(answer.status, 400 | 411 | 413),
            "{length}: {}",
            answer.status
        );
    }
    assert_eq!(
        relay
            .send(relay.push().body(vec![b' '; 16 * 1024]))
            .await
            .status,
        200,
        "the longest"
    );
    assert_eq!(
        relay.send(relay.push().body("")).await.status,
        200,
        "what to say of an empty body is APNs's business"
    );
    let slow = tokio::time::Instant::now();
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.push().header("content-length", "2").bytes())
        .await;
    let answer = client.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (408, "body_timeout", "not-sent")
    );
    assert!((4..7).contains(&slow.elapsed().as_secs()));
    client.closed().await;
    assert_eq!(peer.seen().len(), 2);
}

#[tokio::test]
async fn a_body_is_plain_json_or_what_curl_says() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for content_type in [
        "application/json",
        "application/x-www-form-urlencoded",
        "Application/JSON; charset=UTF-8",
    ] {
        assert_eq!(
            relay
                .send(relay.push().header("content-type", content_type).body("{}"))
                .await
                .status,
            200,
            "{content_type}"
        );
    }
    assert!(
        peer.seen()
            .iter()
            .all(|seen| !seen.headers.contains_key("content-type")),
        "it is not forwarded"
    );
    for content_type in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json;charset=utf-16",
        "application/jsonp",
        "",
        "json",
    ] {
        check(
            &relay,
            relay.push().header("content-type", content_type).body("{}"),
            415,
            "content_type",
            content_type,
        )
        .await;
    }
    let json = relay.push().header("content-type", "application/json");
    check(
        &relay,
        json.clone()
            .header("content-type", "application/json")
            .body("{}"),
        415,
        "content_type",
        "two",
    )
    .await;
    check(
        &relay,
        json.header("content-encoding", "gzip").body("{}"),
        415,
        "content_type",
        "gzip",
    )
    .await;
}
