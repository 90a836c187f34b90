//! The bar with Send, or with the question to be answered first.

use yew::prelude::*;

use super::masthead;
use super::production_question::ProductionQuestion;
use crate::app::components::button::Button;
use crate::app::message::Message;
use crate::app::page::use_page;
use crate::app::state::State;

/// The bar with Send.
#[component]
pub fn SendBar() -> Html {
    let page = use_page();
    let state = &page.state;
    if state.asks_production {
        return html! { <ProductionQuestion /> };
    }
    html! {
        <div class="send-bar">
            <Button
                class={classes!("send", state.is_first_visit().then_some("secondary"))}
                test="send"
                id="send"
                is_disabled={state.sending || state.waiting() > 0}
                onclick={page.send(|| Message::Send)}
            >
                { label(state) }
            </Button>
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
