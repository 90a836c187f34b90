//! The bar with Send, or with the question to be answered first.

use yew::prelude::*;

use super::masthead;
use super::production_question::production_question;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::state::State;

/// The bar with Send.
pub fn send_bar(page: &Page) -> Html {
    let state = page.state;
    if state.asks_production {
        return production_question(page);
    }
    let class = if state.is_first_visit() {
        "send secondary"
    } else {
        "send"
    };
    html! {
        <div class="send-bar">
            <button
                type="button"
                {class}
                data-test="send"
                id="send"
                aria-disabled={(state.sending || state.waiting() > 0).to_string()}
                onclick={page.send(|| Message::Send)}
            >
                { label(state) }
            </button>
            <p class="hint keys">
                <kbd>{ "Ctrl" }</kbd>
                { " or " }
                <kbd>{ "⌘" }</kbd>
                { " + " }
                <kbd>{ "Enter" }</kbd>
            </p>
        </div>
    }
}

fn label(state: &State) -> String {
    let label = if state.sending {
        "Sending…".to_owned()
    } else {
        ["Send to ", masthead::name(state.form.environment)].concat()
    };
    match state.waiting() {
        0 => label,
        seconds => format!("{label} in {seconds} s"),
    }
}
