//! The screen of the virtual iPhone.

use yew::prelude::*;

use crate::app::browser::clock;
use crate::app::components::icons::{camera, handset};
use crate::app::components::text::{paragraph, span};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::phone_view::CallView;
use crate::app::state::State;
use crate::call::PhoneRule;

/// Number of bytes beyond which a title, such as an e-mail address, is set smaller to fit on one
/// line.
const LONG_TITLE: usize = 14;

/// The screen of the virtual iPhone in a state: `idle`, `ringing`, `in-call`, `killed` or `silent`.
pub fn phone_screen(page: &Page, doing: &str) -> Html {
    let call = page.state.phone.call.clone().unwrap_or_default();
    match doing {
        "ringing" => ringing(page, call),
        "in-call" => html! {
            <div class="call">
                { caller(call, "Connected") }
                <div class="call-buttons one">
                    { call_button(page, "decline", "End", "decline", handset()) }
                </div>
            </div>
        },
        "killed" if page.state.phone.rule == Some(PhoneRule::AppCrashed) => html! {
            <div class="crash">
                { paragraph("crash-title", "", "The app crashed") }
                { paragraph("crash-text", "", "It reported no call before.") }
            </div>
        },
        "killed" => html! {
            <div class="crash">
                { paragraph("crash-title", "", "The app was killed") }
                <p class="crash-text mono">
                    { "Killing app because it never posted an incoming call to the system after " }
                    { "receiving a PushKit VoIP push." }
                </p>
            </div>
        },
        doing => html! {
            <div class="lock">
                { paragraph("lock-day", "", &clock::day()) }
                { paragraph("lock-time", "", &clock::time_of_day()) }
                if let Some(note) = note(page.state, doing) {
                    { paragraph("lock-note", "", note) }
                }
            </div>
        },
    }
}

fn ringing(page: &Page, call: CallView) -> Html {
    let (kind, icon) = if call.video {
        ("Incoming video call", camera())
    } else {
        ("Incoming call", handset())
    };
    html! {
        <div class="call">
            { caller(call, kind) }
            <div class="call-buttons">
                { call_button(page, "decline", "Decline", "decline", handset()) }
                { call_button(page, "accept", "Accept", "answer", icon) }
            </div>
        </div>
    }
}

/// Returns the reason why the screen shows no call.
fn note(state: &State, doing: &str) -> Option<&'static str> {
    if state.is_phone_lost && state.form.environment.is_simulator() {
        return Some("No connection to Trill");
    }
    if doing != "silent" {
        return None;
    }
    Some(match state.phone.rule {
        Some(PhoneRule::DoNotDisturb | PhoneRule::NotifiedSilently) => "☾ Do Not Disturb",
        Some(PhoneRule::BlockedCaller) => "A blocked caller was turned away",
        Some(
            PhoneRule::Offline
            | PhoneRule::Stored
            | PhoneRule::StoredReplaced
            | PhoneRule::StoredExpired,
        ) => "✈ Offline",
        Some(PhoneRule::DeliveryStopped) => "No more VoIP pushes for this app",
        _ => "Nothing was shown",
    })
}

fn caller(call: CallView, state: &'static str) -> Html {
    let is_letter = |character: &char| !character.is_ascii_punctuation() && *character != ' ';
    // The style sheet capitalizes it.
    let initial = call.title.chars().find(is_letter).unwrap_or('?');
    let is_long = call.title.len() > LONG_TITLE;
    html! {
        <div class="caller">
            { paragraph("call-state", "", state) }
            <p class={classes!("caller-name", is_long.then_some("long"))}>{ call.title }</p>
            if let Some(handle) = call.handle {
                { paragraph("caller-handle", "", &handle) }
            }
            <div class="avatar" aria-hidden="true">
                <span class="ring" />
                <span class="ring" />
                <span class="ring" />
                { span("initial", &initial.to_string()) }
            </div>
        </div>
    }
}

fn call_button(
    page: &Page,
    kind: &'static str,
    label: &'static str,
    press: &'static str,
    icon: Html,
) -> Html {
    html! {
        // Keyed, so that a second press of Enter on Accept does not end the call.
        <div class="call-button" key={label}>
            <button
                type="button"
                class={kind}
                data-test={kind}
                aria-label={label}
                onclick={page.on(move |_| Some(Message::Phone(press)))}
            >
                { icon }
            </button>
            <span aria-hidden="true">{ label }</span>
        </div>
    }
}
