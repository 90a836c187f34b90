//! Who signs: the key, its Key ID and the team.

use web_sys::{DragEvent, HtmlInputElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;
use zeroize::Zeroizing;

use super::browser::files;
use super::field::{self, beneath};
use super::form::Field;
use super::message::{Link, Message, on_click};
use super::state::{Action, State};
use crate::apns::SigningKey;

/// The first question.
pub fn view(state: &State, link: &Link) -> Html {
    html! {
        <section class="card signer" aria-labelledby="who-signs">
            <h2 id="who-signs">{ "Who signs" }</h2>
            { key_place(state, link) }
            <div class="pair">
                { field::input(state, link, Field::KeyId, "Key ID", "ABC123DEFG", None) }
                { field::input(state, link, Field::TeamId, "Team ID", "DEF123GHIJ", None) }
            </div>
        </section>
    }
}

fn key_place(state: &State, link: &Link) -> Html {
    let on_drag = Callback::from(|event: DragEvent| event.prevent_default());
    let on_drop = link.batch_callback(|event: DragEvent| {
        event.prevent_default();
        files::dropped(&event).map(Message::KeyFile)
    });
    let on_forget = on_click(link, || Message::Do(Action::ForgetKey));
    let held = state.key.as_ref();
    html! {
        <div
            class={if held.is_some() { "key-place held" } else { "key-place" }}
            data-test="key-file"
            ondragenter={on_drag.clone()}
            ondragover={on_drag}
            ondrop={on_drop}
        >
            if let Some(key) = held {
                <p class="key-held">{ &key.source }</p>
                <p class="hint">{ "In this tab’s memory only. Closing the tab forgets it." }</p>
                <div class="row">
                    { picker(link, "Another key") }
                    <button type="button" class="quiet" data-test="forget-key" onclick={on_forget}>{ "Forget" }</button>
                </div>
            } else {
                <p class="key-wanted">{ "Drop " }<span class="mono">{ "AuthKey_….p8" }</span>{ " here" }</p>
                <div class="row">{ picker(link, "Choose file") }</div>
                { paste_box(link) }
            }
            <div class="beneath" aria-live="polite">
                { beneath(&state.key_finding(), held.is_none().then_some("The key never leaves this page: it signs here.".into())) }
            </div>
        </div>
    }
}

fn picker(link: &Link, label: &'static str) -> Html {
    let on_change = link.batch_callback(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let file = files::first(input.files());
        // The same file may be picked again after it was mended.
        input.set_value("");
        file.map(Message::KeyFile)
    });
    html! {
        <label class="button quiet">
            <input class="unseen" type="file" accept=".p8,.pem,.key,.txt" data-test="key-picker" onchange={on_change} />
            { label }
        </label>
    }
}

/// The text stays in the element, never in the state, and leaves it as soon as it is a key.
fn paste_box(link: &Link) -> Html {
    let on_input = link.callback(|event: InputEvent| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        let offered = SigningKey::from_text(&Zeroizing::new(area.value()));
        if offered.is_ok() {
            area.set_value("");
        }
        Message::Do(Action::OfferKey("Pasted key".to_owned(), offered))
    });
    html! {
        <textarea
            class="mono paste"
            data-test="key-paste"
            aria-label="Paste the text of the key"
            placeholder="or paste its text: -----BEGIN PRIVATE KEY-----"
            rows="1"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            oninput={on_input}
        />
    }
}
