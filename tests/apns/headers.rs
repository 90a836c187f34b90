//! The headers of a push.

use trill::apns::expiration::{Clock, Expiration};
use trill::apns::push_type::Credentials;
use trill::apns::uuid::Uuid;
use trill::apns::{
    ApnsId, Change, DeviceToken, Environment, Headers, Payload, Priority, Push, PushType, Topic,
};

use crate::SAMPLE_TOKEN;

#[test]
fn a_call_carries_the_four_voip_headers_by_construction() {
    let headers = Headers::voip(
        Topic::voip("com.acme.app").ok(),
        ApnsId::from_random_bytes([7; 16]),
    );
    let push = Push {
        environment: Environment::Sandbox,
        device_token: DeviceToken::parse(SAMPLE_TOKEN).unwrap(),
        headers,
        payload: Payload::parse("{}", PushType::Voip).unwrap(),
    };
    let pairs = push.headers.pairs();
    let expected = [
        ("apns-topic", "com.acme.app.voip"),
        ("apns-push-type", "voip"),
        ("apns-priority", "10"),
        ("apns-expiration", "0"),
        ("apns-id", "07070707-0707-4707-8707-070707070707"),
    ];
    assert!(
        pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .eq(expected)
    );
    assert_eq!(
        push.relay_path(),
        format!("/sandbox/3/device/{SAMPLE_TOKEN}")
    );
}

#[test]
fn uuids_are_canonical() {
    let uuid = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
    assert_eq!(ApnsId::parse(&uuid.to_uppercase()).unwrap().as_str(), uuid);
    for wrong in [
        "db1dff98bfef4ec08ac68187a3b0c645",
        "{db1dff98-bfef-4ec0-8ac6-8187a3b0c645}",
        "123e4567-e89b-12d3-a456-42665544000",
    ] {
        assert!(Uuid::parse(wrong).is_none(), "{wrong}");
    }
    assert_eq!(
        Uuid::from_random_bytes([0xff; 16]).as_str(),
        "ffffffff-ffff-4fff-bfff-ffffffffffff"
    );
}

#[test]
fn the_eleven_push_types_know_what_belongs_to_them() {
    let suffixes = [
        ("alert", "com.acme.app"),
        ("background", "com.acme.app"),
        ("complication", "com.acme.app.complication"),
        ("controls", "com.acme.app.push-type.controls"),
        ("fileprovider", "com.acme.app.pushkit.fileprovider"),
        ("liveactivity", "com.acme.app.push-type.liveactivity"),
        ("location", "com.acme.app.location-query"),
        ("mdm", "com.acme.app"),
        ("pushtotalk", "com.acme.app.voip-ptt"),
        ("voip", "com.acme.app.voip"),
        ("widgets", "com.acme.app.push-type.widgets"),
    ];
    assert!(
        PushType::ALL
            .map(PushType::as_str)
            .into_iter()
            .eq(suffixes.map(|(word, _)| word))
    );
    for (word, topic) in suffixes {
        let push_type = PushType::parse(word).unwrap();
        assert_eq!(
            Topic::of(push_type, "com.acme.app").unwrap().as_str(),
            topic
        );
        assert_eq!(
            Topic::of(push_type, topic).unwrap().as_str(),
            topic,
            "never doubled"
        );
        assert_eq!(Topic::read(topic, push_type).unwrap().notes, [], "{word}");
        assert_eq!(
            push_type.largest_payload(),
            if word == "voip" { 5120 } else { 4096 }
        );
        let about = push_type.about();
        assert!(about.ends_with(['.', '?']) && about.len() <= 100, "{word}");
        assert_eq!(push_type.check_priority(push_type.usual_priority()), None);
    }
    assert_eq!(PushType::Background.usual_priority().value(), 5);
    assert_eq!(PushType::Voip.usual_priority().value(), 10);
    assert_eq!(
        PushType::Background
            .check_priority(Priority::Immediate)
            .unwrap()
            .code,
        "background_priority"
    );
    assert_eq!(
        (
            PushType::Location.credentials(),
            PushType::Mdm.credentials()
        ),
        (Credentials::TokenOnly, Credentials::CertificateOnly)
    );
}

#[test]
fn an_expiration_is_read_as_people_say_it() {
    // 2015-07-18T00:23:56Z, seen in a zone two hours east: 02:23:56.
    let now = 1_437_179_036;
    let read = |text: &str, utc_offset| Expiration::read(text, Clock { now, utc_offset }).unwrap();
    for (text, seconds) in [
        ("0", 0),
        ("now", 0),
        ("1893456000", 1_893_456_000),
        ("in 30 s", now + 30),
        ("30s", now + 30),
        ("+5 min", now + 300),
        ("in 2 hours", now + 7200),
        ("in 1 day", now + 86_400),
        ("at 02:24", now + 4),
        ("02:23:57", now + 1),
        ("at 02:23", now + 86_400 - 56),
        ("at 14:05", now + 11 * 3600 + 41 * 60 + 4),
    ] {
        assert_eq!(read(text, 120).value.seconds(), seconds, "{text}");
    }
    assert_eq!(read("at 00:24", 0).value.seconds(), now + 4);
    assert_eq!(read("at 17:24", -420).value.seconds(), now + 4);
    let note = read("in 30 s", 0).notes.remove(0);
    assert_eq!(
        (note.code, note.fix),
        ("expiration_resolved", None),
        "right as it is"
    );
    let seconds = read("120", 0).notes.remove(0);
    assert_eq!(
        (seconds.code, seconds.fix.map(|fix| fix.change)),
        (
            "expiration_past",
            Some(Change::EitherText("in 120 s".to_owned(), "0".to_owned()))
        )
    );
    let past = read("1437179035", 0).notes.remove(0);
    assert_eq!(past.text(), Some("0"));
    let milliseconds = read("1790000000000", 0).notes.remove(0);
    assert!(
        milliseconds.sentence.to_string().contains("58692"),
        "{}",
        milliseconds.sentence
    );
    assert_eq!(milliseconds.text(), Some("1790000000"));
    assert_eq!(read("1893456000", 0).notes, []);
}
