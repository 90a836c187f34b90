//! The key holder: the place to drop, pick or paste the signing key.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;
use zeroize::Zeroizing;

use crate::apns::key_file;
use crate::app::action::Action;
use crate::app::browser::files;
use crate::app::components::button::button;
use crate::app::components::field::beneath;
use crate::app::components::file_picker::key_picker;
use crate::app::components::text::{hint, paragraph, span};
use crate::app::form::KEY_BOX;
use crate::app::message::Message;
use crate::app::page::Page;

const STAYS_HERE: &str = "The key never leaves this page: it signs here.";

/// The signing key, or the inputs to load one.
pub fn key_holder(page: &Page) -> Html {
    let finding = page.state.key_finding();
    let source = page.state.key.as_ref().map(|key| key.source.clone());
    let ondrop = page.on(|event: DragEvent| {
        event.prevent_default();
        files::dropped(&event).map(Message::KeyFile)
    });
    html! {
        <div
            class={classes!("key-place", source.is_some().then_some("held"))}
            data-test="key-file"
            ondragenter={files::accept_drag}
            ondragover={files::accept_drag}
            {ondrop}
        >
            if let Some(source) = source {
                { paragraph("key-held", "", &source) }
                { hint("In this tab’s memory only. Closing the tab forgets it.") }
                <div class="row">
                    { key_picker(page, "Another key") }
                    { button("quiet", "forget-key", "Forget", page.act(|| Action::ForgetKey)) }
                </div>
                { beneath(page, None, &finding, "") }
            } else {
                <p class="key-wanted">
                    { "Drop " }{ span("mono", "AuthKey_XXXXXXXXXX.p8") }{ " here" }
                </p>
                <div class="row">{ key_picker(page, "Choose file") }</div>
                { paste_box(page) }
                { beneath(page, None, &finding, STAYS_HERE) }
            }
        </div>
    }
}

/// Text area for the text of a key. The text stays in the element, never in the state, and is
/// removed from it as soon as it is a valid key.
fn paste_box(page: &Page) -> Html {
    let oninput = page.on(|event: InputEvent| {
        let action = offer(&event.target_unchecked_into());
        // A paste is complete at once; typed text is judged when the text area loses the focus.
        let is_typed = event.input_type() != "insertFromPaste"
            && event.data().is_none_or(|data| data.chars().count() < 2);
        let is_unfinished = is_typed && matches!(action, Action::OfferKey(_, Err(_)));
        (!is_unfinished).then_some(Message::Do(action))
    });
    let onchange = page.on(|event: Event| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        Some(Message::Do(if area.value().is_empty() {
            Action::ForgetKey
        } else {
            offer(&area)
        }))
    });
    html! {
        <textarea
            class="mono paste"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            id={KEY_BOX}
            data-test="key-paste"
            aria-label="Paste the text of the key"
            placeholder="or paste its text: -----BEGIN PRIVATE KEY-----"
            rows="1"
            {oninput}
            {onchange}
        />
    }
}

fn offer(area: &HtmlTextAreaElement) -> Action {
    let offered = key_file::read_text(&Zeroizing::new(area.value()));
    if offered.is_ok() {
        area.set_value("");
    }
    Action::OfferKey("Pasted key".to_owned(), offered)
}
