//! The reasons that the other sections leave open.

use super::{BUSY, GONE, OUTDATED, Row, accepted, row, signed_by, to};
use crate::simulator::{BUNDLE_ID, Stage};

/// The rows of the table of reasons that the other sections leave open.
pub(super) fn rows(stage: &Stage) -> Vec<Row> {
    let push = || stage.push();
    let by = |key_id| {
        stage
            .push()
            .with("authorization", &signed_by(stage, key_id))
    };
    vec![
        row(
            "3.3 BadDeviceToken",
            to(push(), &"0".repeat(64)),
            (400, "BadDeviceToken"),
            "device-unknown",
            "observed",
        ),
        row(
            "3.3 PayloadEmpty",
            push().saying(""),
            (400, "PayloadEmpty"),
            "payload-empty",
            "documented",
        ),
        row(
            "3.3 TopicDisallowed",
            by("SCOPED0000").with("apns-topic", BUNDLE_ID),
            (400, "TopicDisallowed"),
            "topic-not-of-the-key",
            "assumed",
        ),
        row(
            "3.3 BadEnvironmentKeyInToken",
            by("PRODUCTION"),
            (403, "BadEnvironmentKeyInToken"),
            "key-of-the-other-environment",
            "observed",
        ),
        row(
            "3.3 ExpiredToken",
            to(push(), OUTDATED),
            (410, "ExpiredToken"),
            "device-token-expired",
            "documented",
        ),
        row(
            "3.3 Unregistered",
            to(push(), GONE),
            (410, "Unregistered"),
            "device-unregistered",
            "documented",
        ),
        row(
            "3.3 TooManyRequests",
            to(push(), BUSY),
            (429, "TooManyRequests"),
            "device-gets-too-many",
            "assumed",
        ),
        row(
            "2.3 not JSON",
            push().saying("{\"a\":1,}"),
            (200, ""),
            "accepted-not-json",
            "assumed",
        ),
        row(
            "2.3 not an object",
            push().saying("[]"),
            (200, ""),
            "accepted-not-an-object",
            "assumed",
        ),
        accepted("2.3 {}", push().saying("{}")),
    ]
}
