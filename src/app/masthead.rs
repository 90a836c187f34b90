//! The masthead: the name, the environment in word and colour, and whether the relay answers.

use super::action::Action;
use super::form::ENVIRONMENTS;
use super::icons;
use super::message::{Link, Message};
use super::state::{RelayLink, State};
use super::tag::{On, Tag, tag};
use crate::apns::Environment;

/// The top of the page, always in sight.
pub fn view(state: &State, link: &Link) -> Tag {
    let environment = state.form.environment;
    let environments = tag("fieldset", "environments")
        .test("environment")
        .with(tag("legend", "unseen").with("Environment"))
        .with_all(ENVIRONMENTS.map(|choice| radio(link, choice, environment)));
    tag("header", "masthead")
        .with(tag("h1", "wordmark").with(icons::mark()).with("Trill"))
        .with(environments)
        .with(tag("p", "where").set("aria-live", "polite").with(meaning(environment)))
        .with(relay_link(state.relay))
}

fn radio(link: &Link, choice: Environment, chosen: Environment) -> Tag {
    let input = tag("input", "").set("type", "radio").set("name", "environment").value(choice.as_str()).checked(choice == chosen).on(
        On::Change,
        link,
        move |_| Some(Message::Do(Action::Choose(choice))),
    );
    tag("label", "environment").key(choice.as_str()).with(input).with(tag("span", "").with(name(choice)))
}

/// What the page calls an environment.
pub fn name(environment: Environment) -> &'static str {
    match environment {
        Environment::Simulator | Environment::SimulatorProduction => "Simulator",
        Environment::Sandbox => "Sandbox",
        Environment::Production => "Production",
    }
}

fn meaning(environment: Environment) -> &'static str {
    match environment {
        Environment::Simulator | Environment::SimulatorProduction => "APNs inside Trill: nothing leaves this machine.",
        Environment::Sandbox => "Apple’s development APNs: builds run from Xcode.",
        Environment::Production => "Real phones: TestFlight, Ad Hoc and App Store builds.",
    }
}

fn relay_link(relay: RelayLink) -> Tag {
    let (state, text) = match relay {
        RelayLink::Unknown => ("unknown", "Looking for the relay"),
        RelayLink::Up => ("up", "Relay ready"),
        RelayLink::Down => ("down", "Relay stopped: start trill again"),
    };
    tag("p", "link").test("relay").set("data-state", state).set("role", "status").with(text)
}
