//! The button that starts the demo, and notes about what the demo changed.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::Button;
use crate::app::message::Message;
use crate::app::page::use_page;

/// The demo's button and notes.
#[component]
pub fn Demo() -> Html {
    let page = use_page();
    let state = &page.state;
    let label = if state.sending {
        "Ringing…"
    } else {
        "Ring the demo phone"
    };
    html! {
        <div class="demo">
            <Button
                class={classes!("demo-button", (!state.is_first_visit()).then_some("secondary"))}
                test="demo"
                is_disabled={state.sending}
                onclick={page.send(|| Message::Demo)}
            >
                { label }
            </Button>
            if state.faults_aside.is_some() {
                <p class="hint">
                    { "Faults were switched off so that it rings. " }
                    <Button class="as-link" test="faults-on" onclick={page.send(|| Message::FaultsOn)}>
                        { "Switch them on again" }
                    </Button>
                </p>
            }
            if state.set_aside.is_some() {
                <p class="hint">
                    { "Your own values are kept. " }
                    <Button class="as-link" test="bring-back" onclick={page.act(|| Action::BringBack)}>
                        { "Bring them back" }
                    </Button>
                </p>
            } else {
                <p class="hint">
                    { "No Apple account: a real key, a real signature and a real push, all on this machine." }
                </p>
            }
        </div>
    }
}
