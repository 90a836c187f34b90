//! Who signs: the key, its Key ID and the team.

use web_sys::{DragEvent, HtmlInputElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;
use zeroize::Zeroizing;

use super::browser::files;
use super::field::{self, beneath};
use super::form::Field;
use super::message::{Link, Message, on_click};
use super::state::{Action, State};
use crate::apns::{SigningKey, token_schedule};

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
            { provider_token(state) }
        </section>
    }
}

/// The provider token of the last send, taken apart; its signature is nobody's business.
fn provider_token(state: &State) -> Html {
    let Some(issued_at) = state.report.as_ref().and_then(|report| report.issued_at) else { return Html::default() };
    let now = (state.clock().now as i64 - state.clock_difference.unwrap_or_default()) as u64;
    let age = now.saturating_sub(issued_at) / 60;
    let next = token_schedule::next_change(now, issued_at).saturating_sub(now).div_ceil(60);
    let (key_id, team_id) = (state.form.key_id.trim(), state.form.team_id.trim());
    let parts = [r#"{"alg":"ES256","kid":""#, key_id, r#""} {"iss":""#, team_id, r#"","iat":"#, &issued_at.to_string(), "}"].concat();
    html! {
        <details class="more" data-test="provider-token">
            <summary>{ format!("Provider token: {age} min old, the next in {next} min at the earliest") }</summary>
            <p class="mono">{ parts }</p>
            <p class="hint">
                { "ES256, signed in this page. The relay names the time, so that everybody with this key makes the same token." }
                if let Some(difference) = state.clock_difference.filter(|seconds| seconds.abs() > 5) {
                    { format!(" This computer’s clock is {} s {} the relay’s; the relay’s is used.", difference.abs(), if difference > 0 { "ahead of" } else { "behind" }) }
                }
            </p>
        </details>
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

/// Asks for a key file.
pub fn picker(link: &Link, label: &'static str) -> Html {
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
    let offer = |area: HtmlTextAreaElement| {
        let offered = SigningKey::from_text(&Zeroizing::new(area.value()));
        if offered.is_ok() {
            area.set_value("");
        }
        Action::OfferKey("Pasted key".to_owned(), offered)
    };
    let on_input = link.batch_callback(move |event: InputEvent| {
        let action = offer(event.target_unchecked_into());
        // A paste is whole at once; whoever types is not finished before the box is left.
        let is_typed = event.input_type() != "insertFromPaste" && event.data().is_none_or(|data| data.chars().count() < 2);
        let is_unfinished = is_typed && matches!(action, Action::OfferKey(_, Err(_)));
        (!is_unfinished).then_some(Message::Do(action))
    });
    let on_change = link.callback(move |event: Event| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        Message::Do(if area.value().is_empty() { Action::ForgetKey } else { offer(area) })
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
            onchange={on_change}
        />
    }
}
