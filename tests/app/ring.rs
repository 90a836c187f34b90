//! The ring state of the last send: what receipts say, and when none can come.

use serde_json::{Value, json};
use trill::apns::{Environment, Outcome};
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::phones::call_name::{call_name_bytes, with_call_name};
use trill::app::phones::view::{Change, Lists};
use trill::app::relay_info::RelayInfo;
use trill::app::report::{Reply, Report};
use trill::app::state::State;
use trill::app::verdict::Tone;
use trill::call::PhoneRule;
use trill::diagnosis::Rank;

use super::{CLOCK, TOKEN, after, apns_id, filled};

const PHONES: &str = "http://192.168.1.5:7465";

fn relay(phones_url: Option<&str>) -> Action {
    let access = json!({ "mode": "open", "granted": true });
    Action::RelayInfo(RelayInfo::new(
        json!({ "access": access, "phones_url": phones_url }),
    ))
}

fn accepted(environment: Environment) -> Action {
    let form = Form {
        environment,
        ..filled()
    };
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let reply = Reply {
        status: 200,
        outcome: Some(Outcome::Accepted.as_str().to_owned()),
        ..Reply::default()
    };
    Action::End(Box::new(Report::of_reply(&push, &reply, 1)))
}

fn send(call: Option<&str>, state: &str, receipts: Value) -> Value {
    json!({
        "apns_id": apns_id().to_string(), "environment": "sandbox", "call": call,
        "receipts": receipts, "ring": { "state": state, "sentence": state },
    })
}

fn lists(devices: Value, sends: Value) -> Action {
    Action::Phones(Change::Lists(Lists {
        devices: json!({ "devices": devices }),
        sends: json!({ "sends": sends }),
        ..Lists::default()
    }))
}

/// State after an accepted push to Apple, to a device that an app has registered.
fn told(state: &str, receipts: Value) -> State {
    let device = json!({ "device_token": TOKEN, "kinds": ["voip"] });
    after(
        State::default(),
        [
            relay(Some(PHONES)),
            accepted(Environment::Sandbox),
            lists(json!([device]), json!([send(Some("c"), state, receipts)])),
        ],
    )
}

#[test]
fn the_verdict_follows_the_receipts() {
    let failed = |domain: &str, code: i64| json!([{ "event": "failed", "error": { "domain": domain, "code": code } }]);
    let incoming = "com.apple.CallKit.error.incomingcall";
    let transaction = "com.apple.CallKit.error.requesttransaction";
    for (state, receipts, headline, tone, rule) in [
        ("accepted", json!([]), "Accepted", Tone::Open, None),
        (
            "received",
            json!([{ "event": "received" }]),
            "Accepted, and the app has the push",
            Tone::Warn,
            None,
        ),
        (
            "rang",
            json!([{ "event": "reported" }]),
            "Accepted, and the iPhone rang",
            Tone::Good,
            Some(PhoneRule::Reported),
        ),
        (
            "silent",
            failed(incoming, 3),
            "Accepted, but not shown: Do Not Disturb is on",
            Tone::Warn,
            Some(PhoneRule::DoNotDisturb),
        ),
        (
            "silent",
            failed(transaction, 7),
            "Accepted, but not shown: two calls are on the iPhone already",
            Tone::Warn,
            Some(PhoneRule::TooManyCalls),
        ),
        (
            "silent",
            failed(incoming, 5),
            "Accepted, but the iPhone stayed silent",
            Tone::Warn,
            None,
        ),
        (
            "failed",
            failed(incoming, 1),
            "Accepted, but the app could not report the call",
            Tone::Warn,
            None,
        ),
        (
            "nothing",
            json!([]),
            "Accepted, but nothing came from the app",
            Tone::Warn,
            None,
        ),
    ] {
        let state = told(state, receipts);
        let verdict = state.verdict().unwrap();
        assert_eq!((verdict.headline.as_str(), verdict.tone), (headline, tone));
        assert_eq!(state.phone_rule(), rule, "{headline}");
    }
}

#[test]
fn causes_follow_the_receipts() {
    let rank = |state: &State, id: &str| {
        let mut found = state.diagnoses.iter();
        found.find(|one| one.cause.id == id).map(|one| one.rank)
    };
    let nothing = told("nothing", json!([]));
    assert_eq!(rank(&nothing, "app-removed"), Some(Rank::Possible));
    let received = told("received", json!([{ "event": "received" }]));
    for id in [
        "app-removed",
        "not-delivered",
        "token-of-other-phone",
        "expiration-zero",
    ] {
        assert_eq!(rank(&received, id), Some(Rank::RuledOut), "{id}");
    }
    assert_eq!(rank(&received, "call-not-reported"), Some(Rank::Possible));
    let rang = told("rang", json!([{ "event": "reported" }]));
    assert_eq!(rank(&rang, "phone-rang"), Some(Rank::Certain));
    assert_eq!(rank(&rang, "call-not-reported"), Some(Rank::RuledOut));
}

#[test]
fn silence_says_nothing_where_no_receipt_can_come() {
    let device = json!([{ "device_token": TOKEN, "kinds": ["voip"] }]);
    for (devices, call, why) in [
        (
            json!([]),
            Some("c"),
            Some("No app has registered this device"),
        ),
        (device.clone(), None, Some("The push names no call")),
        (device, Some("c"), None),
    ] {
        let sends = json!([send(call, "nothing", json!([]))]);
        let state = after(
            State::default(),
            [
                relay(Some(PHONES)),
                accepted(Environment::Sandbox),
                lists(devices, sends),
            ],
        );
        let found = state.no_receipt();
        assert_eq!(found.is_some(), why.is_some());
        assert!(
            found
                .unwrap_or_default()
                .starts_with(why.unwrap_or_default())
        );
        let tone = state.verdict().unwrap().tone;
        assert_eq!(tone == Tone::Good, why.is_some(), "{why:?}");
    }
    let without = after(
        State::default(),
        [relay(None), accepted(Environment::Sandbox)],
    );
    assert_eq!(without.no_receipt(), None);
    assert!(without.ring().is_null());
}

#[test]
fn a_name_for_receipts_is_added_once_and_costs_what_it_says() {
    for text in ["{}", "{\n  \"a\": 1\n}", r#"{"a":{"b":"{{uuid}}"}}"#] {
        let named = with_call_name(text).unwrap();
        let sent = named.len() - text.len() + 36 - "{{uuid}}".len();
        assert_eq!(call_name_bytes(text), sent, "{named}");
    }
    let named = with_call_name(r#"{"trill_call":7}"#).unwrap();
    assert_eq!(named, r#"{"trill_call":"{{uuid}}"}"#);
    assert_eq!(with_call_name("[]"), None);
}

#[test]
fn the_app_that_makes_its_uuid_lacks_a_name_until_it_is_added() {
    let own = r#"{"name":"Calls","handle":{"paths":["handle"]},"call_uuid":{"else":"made"}}"#;
    let state = after(
        State::default(),
        [
            relay(Some(PHONES)),
            Action::ImportApp(own.to_owned(), own.len()),
            Action::NameCall,
        ],
    );
    assert!(!state.lacks_call_name(&state.composed()));
    let without = after(state.clone(), [Action::Undo]);
    assert!(without.lacks_call_name(&without.composed()));
    let off = after(without, [relay(None)]);
    assert!(!off.lacks_call_name(&off.composed()));
}
