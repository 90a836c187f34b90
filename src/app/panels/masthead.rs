//! The masthead: the product name, the environment, and the state of the connection to the relay.

use yew::prelude::*;

use crate::apns::Environment;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::icons::mark;
use crate::app::components::text::span;
use crate::app::form::ENVIRONMENTS;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_link::RelayLink;
use crate::app::state::State;

/// Header of the page, which stays in view.
pub fn masthead(page: &Page) -> Html {
    html! {
        <header class="masthead">
            <h1 class="wordmark">{ mark() }{ "Trill" }</h1>
            <fieldset class="environments" data-test="environment" aria-describedby="where">
                <legend class="unseen">{ "Environment" }</legend>
                { for ENVIRONMENTS.map(|choice| radio(page, choice)) }
            </fieldset>
            <p class="where" id="where" aria-live="polite">{ meaning(page.state) }</p>
            { relay_link(page.state) }
            { session(page) }
        </header>
    }
}

fn radio(page: &Page, choice: Environment) -> Html {
    html! {
        <label class="environment" key={choice.as_str()}>
            <input
                type="radio"
                name="environment"
                value={choice.as_str()}
                checked={choice == page.state.form.environment}
                disabled={page.state.relay_info.is_off(choice)}
                onchange={page.on(move |_| Some(Message::Do(Action::Choose(choice))))}
            />
            { span("", name(choice)) }
        </label>
    }
}

/// Returns the page's name for an environment.
pub fn name(environment: Environment) -> &'static str {
    match environment {
        Environment::Simulator | Environment::SimulatorProduction => "Simulator",
        Environment::Sandbox => "Sandbox",
        Environment::Production => "Production",
    }
}

/// Describes the chosen environment, and lists those that policy forbids.
fn meaning(state: &State) -> String {
    let mut meaning = match state.form.environment {
        Environment::Simulator | Environment::SimulatorProduction => {
            "APNs inside Trill: nothing leaves this machine."
        }
        Environment::Sandbox => "Apple’s development APNs: builds run from Xcode.",
        Environment::Production => "Real phones: TestFlight, Ad Hoc and App Store builds.",
    }
    .to_owned();
    for choice in ENVIRONMENTS {
        if state.relay_info.is_off(choice) {
            meaning.push_str(&format!(" {} is off by this relay’s policy.", name(choice)));
        }
    }
    meaning
}

fn relay_link(state: &State) -> Html {
    let (word, text) = match state.relay {
        RelayLink::Unknown => ("unknown", "Connecting…"),
        RelayLink::Up if state.relay_info.is_refused() => ("up", "Not signed in"),
        RelayLink::Up => ("up", state.relay_info.user().unwrap_or("Connected")),
        RelayLink::Displaced => ("displaced", "Paused here: too many pages are open"),
        RelayLink::Down => ("down", "Disconnected: start Trill again"),
    };
    html! {
        <p class="link" data-test="relay" data-state={word} role="status">{ text.to_owned() }</p>
    }
}

/// Button that signs in or out, if the relay uses an access token.
fn session(page: &Page) -> Html {
    let relay_info = &page.state.relay_info;
    let label = if relay_info.is_refused() {
        "Sign in"
    } else {
        "Sign out"
    };
    html! {
        if relay_info.mode() == "token" {
            { button("quiet", "session", label, page.send(|| Message::Session)) }
        }
    }
}
