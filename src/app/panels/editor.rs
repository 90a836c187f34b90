//! The editor of the payload.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::app::action::Action;
use crate::app::browser::files;
use crate::app::components::field::{is_wrong, leave, typed};
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::oversized_paste::OversizedPaste;
use crate::app::page::Page;

/// The payload's text area.
pub fn editor(page: &Page) -> Html {
    let oninput = page.on(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Some(Message::Do(typed(Field::Payload, &event, text)))
    });
    let onpaste = page.on(|event: Event| {
        let oversized = OversizedPaste::back("The text you pasted", &files::pasted(&event)?)?;
        event.prevent_default();
        Some(Message::Do(Action::Oversized(Some(oversized))))
    });
    let ondrop = page.on(|event: DragEvent| {
        let file = files::dropped(&event)?;
        event.prevent_default();
        Some(Message::PayloadFile(file))
    });
    html! {
        <textarea
            class="mono editor"
            id="payload"
            data-test="payload"
            aria-labelledby="what-to-say"
            aria-describedby="payload-note"
            aria-invalid={is_wrong(&page.composed.payload_finding).to_string()}
            wrap="soft"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            value={page.state.form.payload.clone()}
            {oninput}
            {onpaste}
            ondragover={files::accept_drag}
            {ondrop}
            onblur={leave(page, Field::Payload)}
        />
    }
}
