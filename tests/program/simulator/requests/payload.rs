//! The payload of a request, and its limit in bytes.

use super::check;
use crate::simulator::Stage;

#[tokio::test]
async fn the_payload_has_a_limit_in_bytes() {
    let stage = Stage::new().await;
    let push = |body: String| stage.push().saying(body);
    let of = |bytes: usize| format!("{{\"pad\":\"{}\"}}", "a".repeat(bytes - 10));
    let alert = |bytes| {
        push(of(bytes))
            .with("apns-push-type", "alert")
            .with("apns-topic", "com.example.calls")
    };
    let too_large = Some("PayloadTooLarge");
    let cases = vec![
        (
            push(String::new()),
            400,
            Some("PayloadEmpty"),
            "payload-empty",
        ),
        (push("{}".into()), 200, None, "accepted"),
        (push(of(5_120)), 200, None, "accepted"),
        (push(of(5_121)), 413, too_large, "payload-too-large"),
        (
            push(of(5_120)).without("apns-push-type"),
            200,
            None,
            "accepted",
        ),
        (
            push(of(5_121)).without("apns-push-type"),
            413,
            too_large,
            "payload-too-large",
        ),
        // An ordinary push within the limit fails later: the phone's token is for VoIP.
        (
            alert(4_096),
            400,
            Some("DeviceTokenNotForTopic"),
            "device-not-for-topic",
        ),
        (alert(4_097), 413, too_large, "payload-too-large"),
        (
            alert(4_097).without("apns-push-type"),
            413,
            too_large,
            "payload-too-large",
        ),
        (push(of(60_000)), 413, too_large, "payload-too-large"),
        (push(of(1_000_000)), 413, too_large, "payload-too-large"),
        (push("{\"a\":1,}".into()), 200, None, "accepted-not-json"),
        (push("[1]".into()), 200, None, "accepted-not-an-object"),
    ];
    check(&stage, cases).await;
}
