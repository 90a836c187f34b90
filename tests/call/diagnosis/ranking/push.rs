//! The ranking by the push: its environment, topic, type, size and priority.

use trill::apns::Change;
use trill::apns::headers::{APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC};
use trill::apns::{Environment, PushType};
use trill::diagnosis::Rank;

use crate::diagnosis::{TOPIC, because, change, find, header, rank, rejected};

#[test]
fn the_environment_says_which_build_it_may_be() {
    let id = "token-other-environment";
    let sandbox = rejected("BadDeviceToken", |_| {});
    let production = rejected("BadDeviceToken", |known| {
        known.environment = Environment::Production
    });
    assert!(
        because(&sandbox, id)
            .starts_with("A build of TestFlight or the App Store registers in production")
    );
    assert!(because(&production, id).starts_with("A build run from Xcode registers in sandbox"));
    assert_eq!(
        change(find(&production, id)),
        &Change::Environment(Environment::Sandbox)
    );
    let simulator = rejected("BadDeviceToken", |known| {
        known.environment = Environment::Simulator
    });
    assert!(!simulator.iter().any(|diagnosis| diagnosis.cause.id == id));
}

#[test]
fn the_topic_says_whether_its_suffix_is_at_fault() {
    let (without, twice) = ("topic-without-suffix", "topic-suffix-twice");
    let right = rejected("TopicDisallowed", |_| {});
    assert_eq!(
        (rank(&right, without), rank(&right, twice)),
        (Rank::RuledOut, Rank::RuledOut)
    );
    assert_eq!(right[0].cause.id, "app-of-other-team");

    let bare = rejected("TopicDisallowed", |known| known.topic = "com.example.calls");
    assert_eq!((bare[0].cause.id, bare[0].rank), (without, Rank::Certain));
    assert_eq!(change(&bare[0]), &header(APNS_TOPIC, TOPIC));
    assert_eq!(bare[0].actions[0].label().unwrap(), "Add .voip");
    assert_eq!(rank(&bare, "app-of-other-team"), Rank::Possible);

    let doubled = rejected("DeviceTokenNotForTopic", |known| {
        known.topic = "com.example.calls.voip.voip.voip"
    });
    assert_eq!(change(&doubled[0]), &header(APNS_TOPIC, TOPIC));
    assert_eq!(doubled[0].cause.id, twice);

    let odd = rejected("BadTopic", |known| known.topic = "com.example calls.voip");
    assert_eq!(
        (odd[0].rank, change(&odd[0])),
        (Rank::Certain, &header(APNS_TOPIC, "com.examplecalls.voip"))
    );
    assert_eq!(rejected("BadTopic", |_| {})[0].rank, Rank::Likely);
}

#[test]
fn the_push_type_says_whether_it_fits_the_topic() {
    let id = "push-type-not-of-topic";
    let wrong = rejected("InvalidPushType", |known| known.push_type = PushType::Alert);
    assert_eq!(
        (wrong[0].rank, change(&wrong[0])),
        (Rank::Certain, &header(APNS_PUSH_TYPE, "voip"))
    );
    assert_eq!(rejected("InvalidPushType", |_| {})[0].rank, Rank::Possible);
    // APNs was seen to give this reason for it, too.
    let wrong = rejected("DeviceTokenNotForTopic", |known| {
        known.push_type = PushType::Alert
    });
    assert_eq!(
        (
            wrong[0].cause.id,
            rank(&rejected("DeviceTokenNotForTopic", |_| {}), id)
        ),
        (id, Rank::RuledOut)
    );
}

#[test]
fn the_size_says_which_limit_was_met() {
    let alert = rejected("PayloadTooLarge", |known| {
        (known.push_type, known.payload_bytes) = (PushType::Alert, Some(5_000))
    });
    assert_eq!(
        (alert[0].cause.id, change(&alert[0])),
        ("limit-of-push-type", &header(APNS_PUSH_TYPE, "voip"))
    );
    let huge = rejected("PayloadTooLarge", |known| {
        (known.push_type, known.payload_bytes) = (PushType::Alert, Some(6_000))
    });
    assert_eq!(
        (huge[0].cause.id, rank(&huge, "limit-of-push-type")),
        ("payload-too-large", Rank::Possible)
    );
    let call = rejected("PayloadTooLarge", |known| known.payload_bytes = Some(5_121));
    assert_eq!(
        (call[0].cause.id, rank(&call, "limit-of-push-type")),
        ("payload-too-large", Rank::RuledOut)
    );
    assert_eq!(
        because(&call, "payload-too-large"),
        "The payload has 5121 bytes."
    );
}

#[test]
fn a_priority_is_mended_for_its_push_type() {
    assert_eq!(
        change(&rejected("BadPriority", |_| {})[0]),
        &header(APNS_PRIORITY, "10")
    );
    let background = rejected("BadPriority", |known| {
        (known.push_type, known.topic) = (PushType::Background, "com.example.calls");
    });
    assert_eq!(change(&background[0]), &header(APNS_PRIORITY, "5"));
    assert_eq!(rank(&background, "silent-push"), Rank::Certain);
}
