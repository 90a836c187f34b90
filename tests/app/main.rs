//! The page's state, without a browser: actions in, state out. Each module has its subject in its name; the
//! form, the key and the actions that several of them need stand here.

#![allow(clippy::unwrap_used)]

mod cards;
mod causes;
mod demo;
mod diagnoses;
mod draft;
mod findings;
mod first_version;
mod fix_all;
mod history;
mod inspector;
mod key;
mod own_app;
mod pasted_commands;
mod payload;
mod phone_view;
mod phones;
mod production;
mod push;
mod receiver_view;
mod registrations;
mod relay_info;
mod relay_link;
mod report;
mod ring;
mod saved_drafts;
mod secrets;
mod verdict;

use trill::apns::expiration::Clock;
use trill::apns::{ApnsId, Environment, SigningKey};
use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::Form;
use trill::app::report::{Reply, Report};
use trill::app::state::State;
use trill::call::template::{self, Template};

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

const CLOCK: Clock = Clock {
    now: 1_700_000_000,
    utc_offset: 0,
};

fn key() -> SigningKey {
    SigningKey::from_random_bytes(&[1; 32]).unwrap()
}

fn filled() -> Form {
    Form {
        environment: Environment::Sandbox,
        key_id: "ABC123DEFG".to_owned(),
        team_id: "DEF123GHIJ".to_owned(),
        bundle_id: "com.example.calls".to_owned(),
        device_token: TOKEN.to_owned(),
        payload: template::ARTICLE.to_owned(),
        ..Form::default()
    }
}

fn article() -> Box<Template> {
    Box::new(template::list::all()[0].clone())
}

fn apns_id() -> ApnsId {
    ApnsId::from_random_bytes([7; 16])
}

fn after(state: State, actions: impl IntoIterator<Item = Action>) -> State {
    actions.into_iter().fold(state, State::reduce)
}

fn form_of(stored: &str) -> Option<Form> {
    Draft::read(stored).map(|draft| draft.form())
}

/// Report of a send of this form that was answered.
fn ended(form: &Form, status: u16, reason: &str) -> Report {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let outcome = if status == 200 {
        "accepted"
    } else {
        "rejected"
    };
    let body = if reason.is_empty() {
        String::new()
    } else {
        format!("{{\"reason\":\"{reason}\"}}")
    };
    Report::of_reply(
        &push,
        &Reply {
            status,
            outcome: Some(outcome.to_owned()),
            body,
            ..Reply::default()
        },
        1,
    )
}
