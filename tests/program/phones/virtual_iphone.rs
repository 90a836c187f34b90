//! The virtual iPhone reports its calls as an app does, also without a push server.

use serde_json::{Value, json};

use super::{BUNDLE_ID, CALL, JSON, TOKEN};
use crate::relay::raw_http1::Client;
use crate::support::openssl;
use crate::support::push::{self, KEY_ID, TEAM_ID, TOPIC};
use crate::support::trill::Trill;

struct Desk {
    trill: Trill,
    provider_token: String,
}

impl Desk {
    fn new() -> Self {
        let trill = Trill::start(&[]);
        let key = openssl::p256_key();
        let body = json!({ "team_id": TEAM_ID, "public_key": openssl::public_key(&key) });
        let path = format!("/api/simulator/keys/{KEY_ID}");
        trill.request("PUT", &path, &[JSON], body.to_string().as_bytes());
        let provider_token = push::provider_token(&key);
        Self {
            trill,
            provider_token,
        }
    }

    fn set(&self, mut phone: Value) {
        phone["bundle_id"] = BUNDLE_ID.into();
        let path = format!("/api/simulator/devices/{TOKEN}");
        let set = self
            .trill
            .request("PUT", &path, &[JSON], phone.to_string().as_bytes());
        assert!(set.status < 300, "{}", set.text());
    }

    fn press(&self, button: &str) {
        let path = format!("/api/simulator/devices/{TOKEN}/{button}");
        assert_eq!(self.trill.request("POST", &path, &[JSON], b"").status, 200);
    }

    /// Sends a call whose UUID ends in this digit.
    fn ring(&self, digit: u8) -> String {
        let apns_id = format!("eabeae54-14a8-11e5-b60b-1697f925ec7{digit}");
        let authorization = format!("bearer {}", self.provider_token);
        let headers = [
            ("authorization", authorization.as_str()),
            ("apns-topic", TOPIC),
            ("apns-push-type", "voip"),
            ("apns-id", apns_id.as_str()),
        ];
        let call = format!("{}{digit}", &CALL[..35]);
        let body = json!({ "handle": "alice", "callUUID": call }).to_string();
        let path = push::path("simulator", &TOKEN.to_lowercase());
        let sent = self.trill.request("POST", &path, &headers, body.as_bytes());
        assert_eq!(sent.status, 200, "{}", sent.text());
        apns_id
    }

    /// Words for a send, its events, and the code of the error.
    fn report(&self, apns_id: &str) -> (String, Vec<String>, Value) {
        let path = format!("/api/sends/{apns_id}");
        let report = self.trill.request("GET", &path, &[], b"").json();
        let receipts = report["receipts"].as_array().cloned().unwrap_or_default();
        let events = receipts
            .iter()
            .map(|receipt| receipt["event"].as_str().expect("a word").to_owned());
        let error = receipts
            .last()
            .map(|receipt| receipt["error"]["code"].clone());
        let sentence = report["ring"]["sentence"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (sentence, events.collect(), error.unwrap_or_default())
    }
}

#[test]
fn answering_declining_and_hanging_up_are_receipts_of_their_call() {
    let desk = Desk::new();
    desk.set(json!({}));
    let first = desk.ring(1);
    let (sentence, events, _) = desk.report(&first);
    assert!(
        sentence.starts_with("rang after ") && sentence.ends_with(" ms"),
        "{sentence}"
    );
    assert_eq!(events, ["received", "reported"]);
    desk.press("answer");
    assert_eq!(desk.report(&first).1, ["received", "reported", "answered"]);
    let second = desk.ring(2);
    desk.press("decline");
    assert_eq!(desk.report(&second).1, ["received", "reported", "declined"]);
    desk.press("decline");
    assert_eq!(
        desk.report(&first).1,
        ["received", "reported", "answered", "ended"]
    );
}

#[test]
fn callkit_refuses_with_its_own_codes() {
    let desk = Desk::new();
    desk.set(json!({}));
    let (first, again) = (desk.ring(1), desk.ring(1));
    assert_eq!(first, again);
    desk.press("answer");
    desk.ring(2);
    let third = desk.ring(3);
    let (sentence, events, code) = desk.report(&third);
    assert_eq!(
        (events, code),
        (vec!["received".into(), "failed".into()], 7.into()),
        "{sentence}"
    );
    desk.press("decline");
    desk.press("decline");
    for (number, phone, words, code) in [
        (
            4,
            json!({ "do_not_disturb": true }),
            "reported but silent: Do Not Disturb",
            3,
        ),
        (
            5,
            json!({ "blocked": ["alice"] }),
            "reported but silent: the caller is blocked",
            4,
        ),
    ] {
        desk.set(phone);
        let (sentence, _, found) = desk.report(&desk.ring(number));
        assert_eq!((sentence.as_str(), found), (words, code.into()));
    }
    desk.set(json!({ "reports": false }));
    let (sentence, events, _) = desk.report(&desk.ring(6));
    assert_eq!(
        (sentence.as_str(), events),
        (
            "received, but not reported to CallKit",
            vec!["received".to_owned()]
        )
    );
    desk.set(json!({ "online": false }));
    let (sentence, events, _) = desk.report(&desk.ring(7));
    assert_eq!((sentence.as_str(), events.len()), ("accepted", 0));
}

#[tokio::test]
async fn its_receipts_are_events_like_those_of_an_app() {
    let desk = Desk::new();
    desk.set(json!({}));
    let mut events = Client::connect(desk.trill.address()).await;
    let head = format!(
        "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
        desk.trill.address()
    );
    events.write(head.as_bytes()).await;
    events.until("events of Trill").await;
    desk.ring(1);
    events.until("event: receipt").await;
    events.until("\"ring\":{\"state\":\"rang\"").await;
    desk.press("decline");
    events.until("\"event\":\"declined\"").await;
}
