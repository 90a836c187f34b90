//! The masthead: the name, the environment in word and colour, and whether the relay answers.

use yew::prelude::*;

use super::icons;
use super::state::RelayLink;
use crate::apns::Environment;

/// Properties for [`Masthead`].
#[derive(Properties, PartialEq)]
pub struct MastheadProps {
    /// The chosen environment.
    pub environment: Environment,
    /// Whether the relay answers.
    pub relay: RelayLink,
    /// Called with another choice.
    pub on_choose: Callback<Environment>,
}

/// The top of the page, always in sight.
#[component]
pub fn Masthead(props: &MastheadProps) -> Html {
    html! {
        <header class="masthead">
            <h1 class="wordmark">{ icons::mark() }{ "Trill" }</h1>
            <fieldset class="environments" data-test="environment">
                <legend class="unseen">{ "Environment" }</legend>
                { for Environment::ALL.map(|environment| choice(props, environment)) }
            </fieldset>
            <p class="where" aria-live="polite">{ meaning(props.environment) }</p>
            { link(props.relay) }
        </header>
    }
}

fn choice(props: &MastheadProps, environment: Environment) -> Html {
    let on_change = props.on_choose.reform(move |_: Event| environment);
    html! {
        <label key={environment.as_str()} class={classes!("environment", environment.as_str())}>
            <input
                type="radio"
                name="environment"
                value={environment.as_str()}
                checked={props.environment == environment}
                onchange={on_change}
            />
            <span>{ name(environment) }</span>
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

fn link(relay: RelayLink) -> Html {
    let (state, text) = match relay {
        RelayLink::Unknown => ("unknown", "Looking for the relay"),
        RelayLink::Up => ("up", "Relay ready"),
        RelayLink::Down => ("down", "Relay stopped: start trill again"),
    };
    html! { <p class="link" data-test="relay" data-state={state} role="status">{ text }</p> }
}
