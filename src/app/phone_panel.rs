//! The virtual iPhone: the heart of the page. It shows what the simulator's phone does.

use yew::prelude::*;

use super::browser::clock;
use super::field::flag;
use super::icons;
use super::message::{Link, Message, on_click};
use super::state::{Action, CallView, PhoneView, State};
use crate::apns::Environment;

/// A title longer than this, such as an address, is set smaller so that it fits on one line.
const LONG_TITLE: usize = 14;

/// The phone, and the button that rings it.
pub fn view(state: &State, link: &Link) -> Html {
    // Only the simulator's phones can be watched.
    let watched = state.form.environment == Environment::Simulator;
    let doing = if watched && !state.phone.state.is_empty() { state.phone.state.as_str() } else { "idle" };
    html! {
        <section class="phone-place" aria-label="Virtual iPhone">
            <div class={if watched { "phone" } else { "phone elsewhere" }} data-test="phone" data-state={doing.to_owned()}>
                <div class="screen">
                    <div class="island" aria-hidden="true"></div>
                    { screen(&state.phone, doing, link) }
                </div>
            </div>
            <p class="caption" role="status">{ caption(&state.phone, watched) }</p>
            { demo(state, link) }
        </section>
    }
}

fn screen(phone: &PhoneView, doing: &str, link: &Link) -> Html {
    let call = phone.call.clone().unwrap_or_default();
    match doing {
        "ringing" => html! {
            <div class="call">
                { caller(&call, if call.video { "Incoming video call" } else { "Incoming call" }) }
                <div class="call-buttons">
                    { button("decline", "Decline", on_click(link, || Message::Phone("decline")), icons::handset()) }
                    { button("accept", "Accept", on_click(link, || Message::Phone("answer")), if call.video { icons::camera() } else { icons::handset() }) }
                </div>
            </div>
        },
        "in-call" => html! {
            <div class="call">
                { caller(&call, "Connected") }
                <div class="call-buttons one">{ button("decline", "End", on_click(link, || Message::Phone("decline")), icons::handset()) }</div>
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
                <p class="lock-day">{ clock::day() }</p>
                <p class="lock-time">{ clock::time_of_day() }</p>
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

fn button(kind: &'static str, label: &'static str, on_press: Callback<MouseEvent>, icon: Html) -> Html {
    html! {
        <div class="call-button">
            <button type="button" class={kind} data-test={kind} aria-label={label} onclick={on_press}>{ icon }</button>
            <span aria-hidden="true">{ label }</span>
        </div>
    }
}

fn caption(phone: &PhoneView, watched: bool) -> String {
    let caption = match phone.sentence.as_str() {
        _ if !watched => "This iPhone belongs to the simulator. A push to Apple rings your own.",
        "" => "A virtual iPhone, waiting for a push.",
        sentence => sentence,
    };
    caption.to_owned()
}

fn demo(state: &State, link: &Link) -> Html {
    let label = if state.sending { "Ringing…" } else { "Ring the demo phone" };
    let on_demo = on_click(link, || Message::Demo);
    let on_bring_back = on_click(link, || Message::Do(Action::BringBack));
    html! {
        <div class="demo">
            <button type="button" class="demo-button" data-test="demo" aria-disabled={flag(state.sending)} onclick={on_demo}>{ label }</button>
            if state.set_aside.is_some() {
                <p class="hint">
                    { "Your own values are kept. " }
                    <button type="button" class="as-link" data-test="bring-back" onclick={on_bring_back}>
                        { "Bring them back" }
                    </button>
                </p>
            } else {
                <p class="hint">{ "No Apple account: a real key, a real signature and a real push, all on this machine." }</p>
            }
        </div>
    }
}
