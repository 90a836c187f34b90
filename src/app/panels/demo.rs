//! The button that starts the demo, and notes about what the demo changed.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::text::hint;
use crate::app::message::Message;
use crate::app::page::Page;

const NO_ACCOUNT: &str = "No Apple account: a real key, a real signature and a real push, all on \
                          this machine.";

/// The demo's button and notes.
pub fn demo(page: &Page) -> Html {
    let state = page.state;
    let label = if state.sending {
        "Ringing…"
    } else {
        "Ring the demo phone"
    };
    let class = if state.is_first_visit() {
        "demo-button"
    } else {
        "demo-button secondary"
    };
    html! {
        <div class="demo">
            <button
                type="button"
                {class}
                data-test="demo"
                aria-disabled={state.sending.to_string()}
                onclick={page.send(|| Message::Demo)}
            >
                { label }
            </button>
            if state.faults_aside.is_some() {
                <p class="hint">
                    { "Faults were switched off so that it rings. " }
                    { button("as-link", "faults-on", "Switch them on again", page.send(|| Message::FaultsOn)) }
                </p>
            }
            if state.set_aside.is_some() {
                <p class="hint">
                    { "Your own values are kept. " }
                    { button("as-link", "bring-back", "Bring them back", page.act(|| Action::BringBack)) }
                </p>
            } else {
                { hint(NO_ACCOUNT) }
            }
        </div>
    }
}
