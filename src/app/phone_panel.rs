//! The virtual iPhone: the heart of the page. It shows what the simulator's phone does.

use yew::prelude::*;

use super::icons;
use super::state::{CallView, PhoneView};
use crate::apns::Environment;

/// A title longer than this, such as an address, is set smaller so that it fits on one line.
const LONG_TITLE: usize = 14;

/// Properties for [`PhonePanel`].
#[derive(Properties, PartialEq)]
pub struct PhonePanelProps {
    /// What the phone does.
    pub phone: PhoneView,
    /// The chosen environment; only the simulator's phones can be watched.
    pub environment: Environment,
    /// The time on its lock screen.
    pub time: AttrValue,
    /// The day on its lock screen.
    pub day: AttrValue,
    /// The demo is under way.
    pub busy: bool,
    /// The visitor's own values were set aside.
    pub has_set_aside: bool,
    /// Called when the demo button is pressed.
    pub on_demo: Callback<()>,
    /// Called when the green button is pressed.
    pub on_answer: Callback<()>,
    /// Called when the red button is pressed.
    pub on_decline: Callback<()>,
    /// Called when the visitor wants the own values back.
    pub on_bring_back: Callback<()>,
}

/// The phone, and the button that rings it.
#[component]
pub fn PhonePanel(props: &PhonePanelProps) -> Html {
    let watched = props.environment == Environment::Simulator;
    let state = if watched && !props.phone.state.is_empty() { props.phone.state.as_str() } else { "idle" };
    html! {
        <section class="phone-place" aria-label="Virtual iPhone">
            <div class={classes!("phone", (!watched).then_some("elsewhere"))} data-test="phone" data-state={state.to_owned()}>
                <div class="screen">
                    <div class="island" aria-hidden="true"></div>
                    { screen(props, state) }
                </div>
            </div>
            <p class="caption" role="status">{ caption(props, watched, state) }</p>
            { demo(props) }
        </section>
    }
}

fn screen(props: &PhonePanelProps, state: &str) -> Html {
    let call = props.phone.call.clone().unwrap_or_default();
    match state {
        "ringing" => html! {
            <div class="call">
                { caller(&call, if call.video { "Incoming video call" } else { "Incoming call" }) }
                <div class="call-buttons">
                    { button("decline", "Decline", &props.on_decline, icons::handset()) }
                    { button("accept", "Accept", &props.on_answer, if call.video { icons::camera() } else { icons::handset() }) }
                </div>
            </div>
        },
        "in-call" => html! {
            <div class="call">
                { caller(&call, "Connected") }
                <div class="call-buttons one">{ button("decline", "End", &props.on_decline, icons::handset()) }</div>
            </div>
        },
        "killed" => html! {
            <div class="crash">
                <p class="crash-title">{ "The app was killed" }</p>
                <p class="crash-text mono">{ "Killing app because it never posted an incoming call to the system after receiving a PushKit VoIP push." }</p>
            </div>
        },
        _ => html! {
            <div class="lock">
                <p class="lock-day">{ &props.day }</p>
                <p class="lock-time">{ &props.time }</p>
            </div>
        },
    }
}

fn caller(call: &CallView, state: &str) -> Html {
    // The style sheet makes it a capital; Rust's tables for that would weigh more than the phone.
    let initial = call.title.chars().find(|character| !character.is_ascii_punctuation() && *character != ' ').unwrap_or('?');
    html! {
        <div class="caller">
            <p class="call-state">{ state }</p>
            <p class={classes!("caller-name", (call.title.len() > LONG_TITLE).then_some("long"))}>{ &call.title }</p>
            if let Some(handle) = &call.handle {
                <p class="caller-handle">{ handle }</p>
            }
            <div class="avatar" aria-hidden="true">
                <span class="ring"></span><span class="ring"></span><span class="ring"></span>
                <span class="initial">{ initial }</span>
            </div>
        </div>
    }
}

fn button(kind: &'static str, label: &'static str, on_press: &Callback<()>, icon: Html) -> Html {
    html! {
        <div class="call-button">
            <button type="button" class={kind} data-test={kind} aria-label={label} onclick={on_press.reform(|_: MouseEvent| ())}>{ icon }</button>
            <span aria-hidden="true">{ label }</span>
        </div>
    }
}

fn caption(props: &PhonePanelProps, watched: bool, state: &str) -> String {
    if !watched {
        return "This iPhone belongs to the simulator. A push to Apple rings your own.".to_owned();
    }
    match (props.phone.sentence.as_str(), state) {
        ("", _) => "A virtual iPhone, waiting for a push.".to_owned(),
        (sentence, _) => sentence.to_owned(),
    }
}

fn demo(props: &PhonePanelProps) -> Html {
    let label = if props.busy { "Ringing…" } else { "Ring the demo phone" };
    html! {
        <div class="demo">
            <button
                type="button"
                class="demo-button"
                data-test="demo"
                aria-disabled={props.busy.to_string()}
                onclick={props.on_demo.reform(|_: MouseEvent| ())}
            >
                { label }
            </button>
            if props.has_set_aside {
                <p class="hint">
                    { "Your own values are kept. " }
                    <button type="button" class="as-link" data-test="bring-back" onclick={props.on_bring_back.reform(|_: MouseEvent| ())}>
                        { "Bring them back" }
                    </button>
                </p>
            } else {
                <p class="hint">{ "No Apple account: a real key, a real signature and a real push, all on this machine." }</p>
            }
        </div>
    }
}
