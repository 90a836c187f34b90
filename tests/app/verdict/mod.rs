//! The verdict: both halves of a push, whichever comes first.

mod faults;
mod phone;
mod screen;

use serde_json::json;
use trill::apns::{Environment, Outcome};
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::phone_view::PhoneView;
use trill::app::report::{Reply, Report};
use trill::call::PhoneRule as Rule;

use super::{CLOCK, TOKEN, apns_id, filled};

fn form(payload: &str) -> Form {
    Form {
        environment: Environment::Simulator,
        payload: payload.to_owned(),
        ..filled()
    }
}

/// The end of the watched push.
fn ended(form: &Form, status: u16, reason: &str) -> Action {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let outcome = Outcome::of_status(status).as_str().to_owned();
    let body = if reason.is_empty() {
        String::new()
    } else {
        json!({ "reason": reason }).to_string()
    };
    Action::End(Box::new(Report::of_reply(
        &push,
        &Reply {
            status,
            outcome: Some(outcome),
            body,
            ..Reply::default()
        },
        1,
    )))
}

/// Nobody answered the watched push in time.
fn unanswered(form: &Form) -> Action {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let body =
        json!({ "code": "no_answer", "title": "Trill’s simulator did not answer in time.", "detail": "It may have rung." }).to_string();
    let reply = Reply {
        status: 504,
        outcome: Some("unknown".to_owned()),
        body,
        ..Reply::default()
    };
    Action::End(Box::new(Report::of_reply(&push, &reply, 1)))
}

/// Action for the phone's event with this number, about the watched push, another, or the call on the screen.
fn did(number: u64, rule: Rule, push: Option<&str>) -> Action {
    let state = match rule {
        rule if rule.kills() => "killed",
        Rule::Reported | Rule::Launched | Rule::ReportedLate | Rule::WaitingCall => "ringing",
        Rule::Answered | Rule::EndedAndAnswered => "in-call",
        Rule::Declined | Rule::Ended | Rule::Unanswered => "idle",
        _ => "silent",
    };
    let event = json!({ "state": state, "rule": rule.as_str(), "sentence": rule.sentence(), "apns_id": push, "device_token": TOKEN });
    Action::Phone(PhoneView {
        number,
        ..PhoneView::read(&event).unwrap()
    })
}

fn begin() -> Action {
    Action::Begin(apns_id().to_string())
}

fn struck(label: &str, answers: bool) -> Action {
    Action::Fault(
        json!({ "fault": "refuse", "label": label, "answers": answers, "stream": 1, "apns_id": apns_id().to_string() }),
    )
}

const NO_UUID: &str = r#"{"handle":"alice"}"#;
