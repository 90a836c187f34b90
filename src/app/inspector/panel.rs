//! Root of the inspector: a collapsed line below the other cards, which opens to show the
//! simulator. Apple's APNs has no inspector.

use yew::prelude::*;

use super::fault_list::fault_list;
use super::journal_list::journal_list;
use super::key_list::key_list;
use super::phone_list::phone_list;
use super::state::Change;
use crate::app::action::Action;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_link::RelayLink;
use crate::app::secret_guard::Place;
use crate::app::state::State;

const STOPPED: &str = "The relay has stopped, and its simulator with it. Start Trill again: the \
                       simulator then begins empty.";

/// Phones, faults, keys and journal of the simulator, shown if pushes go to it; collapsed at first.
pub fn inspector_panel(page: &Page) -> Html {
    let state = page.state;
    if !state.form.environment.is_simulator() {
        return html! {};
    }
    let is_open = state.inspector.is_open;
    let toggle = page.messages.reform(|event: MouseEvent| {
        // The state decides what is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Inspector(Change::Toggle))
    });
    html! {
        <section class="card inspector" aria-labelledby="simulator">
            <details open={is_open}>
                <summary data-test="simulator" onclick={toggle}>
                    <h2 id="simulator">{"Simulator"}</h2>
                    <span class="hint">
                        {"Phones, faults, keys, and the rule behind every push"}
                    </span>
                </summary>
                if is_open {
                    <div class="alert" role="alert">
                        if let Some(alert) = alert(state) {
                            <p class="finding" data-test="refusal" data-severity="error">
                                {alert.to_owned()}
                            </p>
                        }
                    </div>
                    {contents(page)}
                }
            </details>
        </section>
    }
}

fn contents(page: &Page) -> Html {
    let (inspector, form) = (&page.state.inspector, &page.state.form);
    let Some(view) = &inspector.view else {
        return html! {};
    };
    let on_message = &page.messages;
    html! {
        <div class="inspector-contents">
            <div class="stack">
                {phone_list(view, inspector.open_phone.as_ref(), form, on_message)}
                {fault_list(view, inspector, on_message)}
                {key_list(view, on_message)}
            </div>
            {journal_list(view, inspector.open_decision, on_message)}
        </div>
    }
}

/// Returns the reason why the inspector is out of date, or why the last change was refused.
fn alert(state: &State) -> Option<&str> {
    if state.relay == RelayLink::Down {
        return Some(STOPPED);
    }
    let refusal = state.inspector.refusal.as_str();
    match state.kept_out_of(Place::Simulator) {
        Some(kept_out) => Some(kept_out),
        None => (!refusal.is_empty()).then_some(refusal),
    }
}
