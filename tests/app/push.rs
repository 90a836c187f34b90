//! The push that a form becomes: its headers, and what stops it.

use trill::apns::PushType;
use trill::app::form::{Field, Form, Severity};

use super::{CLOCK, apns_id, filled};

#[test]
fn only_what_cannot_be_sent_stops_a_send() {
    assert!(filled().push(true, apns_id(), CLOCK).is_ok());
    let stopped = |form: Form, has_key| form.push(has_key, apns_id(), CLOCK).unwrap_err();
    assert!(stopped(filled(), false).no_key);
    assert_eq!(
        stopped(
            Form {
                team_id: " ".to_owned(),
                ..filled()
            },
            true
        )
        .fields,
        [Field::TeamId]
    );
    assert_eq!(
        stopped(
            Form {
                device_token: "xyz".to_owned(),
                ..filled()
            },
            true
        )
        .fields,
        [Field::DeviceToken]
    );
    for payload in [
        "[]",
        "{",
        "",
        &format!("{{\"a\":\"{}\"}}", "a".repeat(5113)),
    ] {
        assert_eq!(
            stopped(
                Form {
                    payload: payload.to_owned(),
                    ..filled()
                },
                true
            )
            .fields,
            [Field::Payload]
        );
    }
    // APNs has the last word about the rest.
    let odd = Form {
        key_id: "short".to_owned(),
        bundle_id: String::new(),
        device_token: "ab".repeat(40),
        ..filled()
    };
    assert_eq!(
        odd.push(true, apns_id(), CLOCK).unwrap().headers.topic,
        None
    );
}

#[test]
fn headers_of_the_form_are_sent_and_a_wrong_one_is_left_to_apns() {
    let form = Form {
        push_type: PushType::Background,
        priority: String::new(),
        expiration: "in 30 s".to_owned(),
        collapse_id: "calls".to_owned(),
        ..filled()
    };
    let pairs = form.push(true, apns_id(), CLOCK).unwrap().headers.pairs();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(other, _)| *other == name)
            .unwrap()
            .1
            .as_str()
    };
    assert_eq!(value("apns-topic"), "com.example.calls");
    assert_eq!(
        (value("apns-push-type"), value("apns-priority")),
        ("background", "5")
    );
    assert_eq!(
        (value("apns-expiration"), value("apns-collapse-id")),
        ("1700000030", "calls")
    );
    let odd = Form {
        priority: "eleven".to_owned(),
        ..filled()
    };
    assert_eq!(
        odd.push(true, apns_id(), CLOCK).unwrap().headers.priority,
        "eleven"
    );
    assert_eq!(
        odd.finding(Field::Priority, CLOCK).unwrap().severity,
        Severity::Error
    );
    let foreign = Form {
        collapse_id: "é".to_owned(),
        ..filled()
    };
    assert_eq!(
        foreign.push(true, apns_id(), CLOCK).unwrap_err().fields,
        [Field::CollapseId]
    );
}
