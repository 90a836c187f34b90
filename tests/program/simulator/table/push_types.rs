//! The push types: what each needs, how much it may weigh, and what it must not be mixed with.

use trill::apns::PushType;

use super::{BARE_PHONE, Row, accepted, kind_token, row, signed_by, to};
use crate::simulator::{BUNDLE_ID, Push, Stage, TOPIC};

pub(super) fn rows(stage: &Stage) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in PushType::ALL {
        let topic = [BUNDLE_ID, kind.topic_suffix()].concat();
        let priority = if kind == PushType::Background {
            "5"
        } else {
            "10"
        };
        let push = || {
            let push = to(stage.push(), &kind_token(kind))
                .with("apns-topic", &topic)
                .with("apns-priority", priority);
            push.with("apns-push-type", kind.as_str())
        };
        if kind == PushType::Mdm {
            rows.push(row(
                "2.2 mdm",
                push(),
                (400, "TopicDisallowed"),
                "push-type-not-by-token",
                "assumed",
            ));
            continue;
        }
        let limit = if kind == PushType::Voip { 5_120 } else { 4_096 };
        rows.push(accepted(kind.as_str(), push()));
        rows.push(accepted(kind.as_str(), push().saying(of_size(limit))));
        rows.push(row(
            kind.as_str(),
            push().saying(of_size(limit + 1)),
            (413, "PayloadTooLarge"),
            "payload-too-large",
            "documented",
        ));
        if !kind.topic_suffix().is_empty() {
            // The topic of the app alone, at the ordinary token of that app.
            let bare = to(push(), BARE_PHONE).with("apns-topic", BUNDLE_ID);
            rows.push(row(
                kind.as_str(),
                bare,
                (400, "DeviceTokenNotForTopic"),
                "topic-without-suffix",
                "observed",
            ));
        }
        if !matches!(
            kind,
            PushType::Voip | PushType::Alert | PushType::Background
        ) {
            let other = push().with("apns-push-type", "alert");
            rows.push(row(
                kind.as_str(),
                other,
                (400, "InvalidPushType"),
                "push-type-not-of-the-suffix",
                "assumed",
            ));
        }
    }
    let background = to(stage.push(), BARE_PHONE)
        .with("apns-topic", BUNDLE_ID)
        .with("apns-push-type", "background");
    rows.push(row(
        "2.2 background",
        background,
        (400, "BadPriority"),
        "background-at-once",
        "assumed",
    ));
    rows
}

/// Push type against topic: eight observations. The sixth contradicts the first; the order of the
/// checks, which is a choice, decides for the first.
pub(super) fn against_topics(stage: &Stage) -> Vec<Row> {
    let push = |push_type: &str, topic: &str| {
        stage
            .push()
            .with("apns-push-type", push_type)
            .with("apns-topic", topic)
    };
    let scoped = |push: Push| push.with("authorization", &signed_by(stage, "SCOPED0000"));
    let not_for_topic = (400, "DeviceTokenNotForTopic");
    vec![
        row(
            "4.2 row 1",
            push("alert", TOPIC),
            (400, "InvalidPushType"),
            "push-type-not-voip",
            "observed",
        ),
        accepted("4.2 row 2", push("voip", TOPIC).without("apns-push-type")),
        row(
            "4.2 row 3",
            push("voip", BUNDLE_ID),
            not_for_topic,
            "device-not-for-topic",
            "documented",
        ),
        row(
            "4.2 row 4",
            scoped(push("voip", BUNDLE_ID)),
            (400, "TopicDisallowed"),
            "topic-not-of-the-key",
            "assumed",
        ),
        row(
            "4.2 row 5",
            scoped(push("alert", BUNDLE_ID)),
            (400, "TopicDisallowed"),
            "topic-not-of-the-key",
            "assumed",
        ),
        row(
            "4.2 row 6",
            to(push("alert", TOPIC), BARE_PHONE),
            (400, "InvalidPushType"),
            "push-type-not-voip",
            "observed",
        ),
        row(
            "4.2 row 7",
            push("voip", "com.example.calls.voip.voip"),
            not_for_topic,
            "device-not-for-topic",
            "documented",
        ),
        row(
            "4.2 row 8",
            to(push("voip", TOPIC), BARE_PHONE),
            not_for_topic,
            "device-not-for-topic",
            "documented",
        ),
    ]
}

fn of_size(bytes: usize) -> String {
    format!("{{\"pad\":\"{}\"}}", "a".repeat(bytes - 10))
}
