//! The headers of a request, one by one.

use super::{Row, Stage, accepted, row};
use crate::simulator::{APNS_ID, TOPIC};

pub(super) fn rows(stage: &Stage) -> Vec<Row> {
    let push = || stage.push();
    let with = |name, value: &str| stage.push().with(name, value);
    vec![
        row(
            "2.1 :method",
            push().by("GET"),
            (405, "MethodNotAllowed"),
            "method-not-post",
            "documented",
        ),
        row(
            "2.1 :method",
            push().by("PUT"),
            (405, "MethodNotAllowed"),
            "method-not-post",
            "documented",
        ),
        row(
            "2.1 :path",
            push().at("/3/device/"),
            (400, "MissingDeviceToken"),
            "device-token-missing",
            "documented",
        ),
        row(
            "2.1 :path",
            push().at("/2/device/00"),
            (404, "BadPath"),
            "path-unknown",
            "documented",
        ),
        row(
            "2.1 :path",
            push().at("/3/device/x/y"),
            (404, "BadPath"),
            "path-unknown",
            "documented",
        ),
        row(
            "2.1 authorization",
            push().without("authorization"),
            (403, "MissingProviderToken"),
            "authorization-missing",
            "documented",
        ),
        row(
            "2.1 authorization",
            with("authorization", "basic YTpi"),
            (403, "MissingProviderToken"),
            "authorization-not-bearer",
            "assumed",
        ),
        row(
            "2.1 apns-push-type",
            with("apns-push-type", "pushkit"),
            (400, "InvalidPushType"),
            "push-type-unknown",
            "documented",
        ),
        row(
            "2.1 apns-push-type",
            with("apns-push-type", "VOIP"),
            (400, "InvalidPushType"),
            "push-type-in-capitals",
            "assumed",
        ),
        accepted(
            "2.1 apns-push-type absent",
            push().without("apns-push-type"),
        ),
        row(
            "2.1 apns-topic absent",
            push().without("apns-topic"),
            (400, "MissingTopic"),
            "topic-missing",
            "documented",
        ),
        row(
            "2.1 apns-topic",
            with("apns-topic", "two words"),
            (400, "BadTopic"),
            "topic-malformed",
            "documented",
        ),
        row(
            "2.1 apns-topic",
            with("apns-topic", ""),
            (400, "BadTopic"),
            "topic-malformed",
            "documented",
        ),
        row(
            "2.1 apns-topic",
            with("apns-topic", "com.example.other.voip"),
            (400, "DeviceTokenNotForTopic"),
            "device-not-for-topic",
            "documented",
        ),
        row(
            "2.1 apns-id",
            with("apns-id", "db1dff98bfef4ec08ac68187a3b0c645"),
            (400, "BadMessageId"),
            "apns-id-malformed",
            "documented",
        ),
        row(
            "2.1 apns-id",
            with("apns-id", "123e4567-e89b-12d3-a456-42665544000"),
            (400, "BadMessageId"),
            "apns-id-malformed",
            "documented",
        ),
        accepted(
            "2.1 apns-id in capitals",
            with("apns-id", &APNS_ID.to_uppercase()),
        ),
        accepted("2.1 apns-id absent", push().without("apns-id")),
        row(
            "2.1 apns-expiration",
            with("apns-expiration", "2030-01-01"),
            (400, "BadExpirationDate"),
            "expiration-malformed",
            "documented",
        ),
        accepted("2.1 apns-expiration past", with("apns-expiration", "1")),
        accepted(
            "2.1 apns-expiration absent",
            push().without("apns-expiration"),
        ),
        row(
            "2.1 apns-priority",
            with("apns-priority", "7"),
            (400, "BadPriority"),
            "priority-unknown",
            "documented",
        ),
        row(
            "2.1 apns-priority",
            with("apns-priority", "high"),
            (400, "BadPriority"),
            "priority-unknown",
            "documented",
        ),
        accepted("2.1 apns-priority 5", with("apns-priority", "5")),
        accepted("2.1 apns-priority 1", with("apns-priority", "1")),
        accepted("2.1 apns-priority absent", push().without("apns-priority")),
        row(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", &"a".repeat(65)),
            (400, "BadCollapseId"),
            "collapse-id-too-long",
            "documented",
        ),
        row(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", &"é".repeat(33)),
            (400, "BadCollapseId"),
            "collapse-id-too-long",
            "documented",
        ),
        row(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", ""),
            (400, "BadCollapseId"),
            "collapse-id-empty",
            "assumed",
        ),
        accepted(
            "2.1 apns-collapse-id",
            with("apns-collapse-id", &"a".repeat(64)),
        ),
        row(
            "2.1 repeated",
            push().and("apns-topic", TOPIC),
            (400, "DuplicateHeaders"),
            "header-repeated",
            "documented",
        ),
        accepted(
            "2.1 unknown",
            push().with("apns-colour", "red").with("x-colour", "blue"),
        ),
    ]
}
