//! The masthead: the name, the environment in word and colour, and whether the relay answers.

use crate::apns::Environment;
use crate::app::action::Action;
use crate::app::components::icons;
use crate::app::form::ENVIRONMENTS;
use crate::app::message::{Link, Message};
use crate::app::relay_link::RelayLink;
use crate::app::state::State;
use crate::app::tag::{On, Tag, button, tag};

/// The top of the page, always in sight.
pub fn view(state: &State, link: &Link) -> Tag {
    let environment = state.form.environment;
    let environments = tag("fieldset", "environments")
        .test("environment")
        .set("aria-describedby", "where")
        .with(tag("legend", "unseen").with("Environment"))
        .with_all(ENVIRONMENTS.map(|choice| radio(state, link, choice)));
    let off = ENVIRONMENTS
        .into_iter()
        .filter(|choice| state.relay_info.is_off(*choice));
    let off = off.map(|choice| [" ", name(choice), " is off by this relay’s policy."].concat());
    tag("header", "masthead")
        .with(tag("h1", "wordmark").with(icons::mark()).with("Trill"))
        .with(environments)
        .with(
            tag("p", "where")
                .set("id", "where")
                .set("aria-live", "polite")
                .with(meaning(environment))
                .with_all(off),
        )
        .with(relay_link(state))
        .with(session(state, link))
}

fn radio(state: &State, link: &Link, choice: Environment) -> Tag {
    let input = tag("input", "")
        .set("type", "radio")
        .set("name", "environment")
        .value(choice.as_str())
        .checked(choice == state.form.environment)
        .on(On::Change, link, move |_| {
            Some(Message::Do(Action::Choose(choice)))
        });
    let input = if state.relay_info.is_off(choice) {
        input.set("disabled", "")
    } else {
        input
    };
    tag("label", "environment")
        .key(choice.as_str())
        .with(input)
        .with(tag("span", "").with(name(choice)))
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
        Environment::Simulator | Environment::SimulatorProduction => {
            "APNs inside Trill: nothing leaves this machine."
        }
        Environment::Sandbox => "Apple’s development APNs: builds run from Xcode.",
        Environment::Production => "Real phones: TestFlight, Ad Hoc and App Store builds.",
    }
}

fn relay_link(state: &State) -> Tag {
    let (word, text) = match state.relay {
        RelayLink::Unknown => ("unknown", "Looking for the relay"),
        RelayLink::Up if state.relay_info.is_refused() => ("up", "Not signed in"),
        RelayLink::Up => ("up", state.relay_info.user().unwrap_or("Relay ready")),
        RelayLink::Displaced => ("displaced", "Paused here: too many pages are open"),
        RelayLink::Down => ("down", "Relay stopped: start trill again"),
    };
    tag("p", "link")
        .test("relay")
        .set("data-state", word)
        .set("role", "status")
        .with(text.to_owned())
}

/// Signing in and out, where that is done here.
fn session(state: &State, link: &Link) -> Option<Tag> {
    let label = if state.relay_info.is_refused() {
        "Sign in"
    } else {
        "Sign out"
    };
    (state.relay_info.mode() == "token")
        .then(|| button("quiet", "session", label, link, || Message::Session))
}
