//! The masthead: the name, the environment in word and colour, and whether the relay answers.

use yew::prelude::*;

use super::icons;
use super::message::{Link, Message};
use super::state::{Action, RelayLink, State};
use crate::apns::Environment;

/// The top of the page, always in sight.
pub fn view(state: &State, link: &Link) -> Html {
    let environment = state.form.environment;
    html! {
        <header class="masthead">
            <h1 class="wordmark">{ icons::mark() }{ "Trill" }</h1>
            <fieldset class="environments" data-test="environment">
                <legend class="unseen">{ "Environment" }</legend>
                { for Environment::ALL.map(|choice| radio(link, choice, environment)) }
            </fieldset>
            <p class="where" aria-live="polite">{ meaning(environment) }</p>
            { relay_link(state.relay) }
        </header>
    }
}

fn radio(link: &Link, choice: Environment, chosen: Environment) -> Html {
    let on_change = link.callback(move |_: Event| Message::Do(Action::Choose(choice)));
    html! {
        <label key={choice.as_str()} class={classes!("environment", choice.as_str())}>
            <input type="radio" name="environment" value={choice.as_str()} checked={choice == chosen} onchange={on_change} />
            <span>{ name(choice) }</span>
        </label>
    }
}

/// What the page calls an environment.
pub fn name(environment: Environment) -> &'static str {
    match environment {
        Environment::Simulator => "Simulator",
        Environment::Sandbox => "Sandbox",
        Environment::Production => "Production",
    }
}

fn meaning(environment: Environment) -> &'static str {
    match environment {
        Environment::Simulator => "APNs inside Trill: nothing leaves this machine.",
        Environment::Sandbox => "Apple’s development APNs: builds run from Xcode.",
        Environment::Production => "Real phones: TestFlight, Ad Hoc and App Store builds.",
    }
}

fn relay_link(relay: RelayLink) -> Html {
    let (state, text) = match relay {
        RelayLink::Unknown => ("unknown", "Looking for the relay"),
        RelayLink::Up => ("up", "Relay ready"),
        RelayLink::Down => ("down", "Relay stopped: start trill again"),
    };
    html! { <p class="link" data-test="relay" data-state={state} role="status">{ text }</p> }
}
