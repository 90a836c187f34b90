//! Root of the inspector: a collapsed line below the other cards, which opens to show the
//! simulator. Apple's APNs has no inspector.

use yew::prelude::*;

use super::fault_list::fault_list;
use super::journal_list::journal_list;
use super::key_list::key_list;
use super::phone_list::phone_list;
use super::state::{Change, InspectorState};
use crate::app::action::Action;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_link::RelayLink;
use crate::app::secret_guard::Place;
use crate::app::state::State;

const STOPPED: &str = "The relay has stopped, and its simulator with it. Start Trill again: the \
                       simulator then begins empty.";

/// Properties of [`Inspector`].
#[derive(Properties, PartialEq)]
pub struct InspectorProps {
    /// State of the inspector.
    pub inspector: InspectorState,
    /// Reason why the inspector is out of date, or why the last change was refused.
    pub alert: Option<AttrValue>,
    /// The device token in the form.
    pub device_token: AttrValue,
    /// The bundle ID in the form.
    pub bundle_id: AttrValue,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// The inspector, shown if pushes go to the simulator.
pub fn inspector_panel(page: &Page) -> Html {
    let state = &page.state;
    if !state.form.environment.is_simulator() {
        return html! {};
    }
    html! {
        <Inspector
            inspector={state.inspector.clone()}
            alert={alert(state)}
            device_token={state.form.device_token.clone()}
            bundle_id={state.form.bundle_id.clone()}
            on_message={&page.messages}
        />
    }
}

/// Phones, faults, keys and journal of the simulator; collapsed at first.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let is_open = props.inspector.is_open;
    let on_message = &props.on_message;
    let toggle = on_message.reform(|event: MouseEvent| {
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
                        if let Some(alert) = &props.alert {
                            <p class="finding" data-test="refusal" data-severity="error">{alert}</p>
                        }
                    </div>
                    {contents(props)}
                }
            </details>
        </section>
    }
}

fn contents(props: &InspectorProps) -> Html {
    let inspector = &props.inspector;
    let Some(view) = &inspector.view else {
        return html! {};
    };
    let on_message = &props.on_message;
    html! {
        <div class="inspector-contents">
            <div class="stack">
                {phone_list(
                    view,
                    inspector.open_phone.as_ref(),
                    &props.device_token,
                    &props.bundle_id,
                    on_message,
                )}
                {fault_list(view, on_message)}
                {key_list(view, on_message)}
            </div>
            {journal_list(view, inspector.open_decision, on_message)}
        </div>
    }
}

/// Returns the reason why the inspector is out of date, or why the last change was refused.
fn alert(state: &State) -> Option<AttrValue> {
    if state.relay == RelayLink::Down {
        return Some(AttrValue::Static(STOPPED));
    }
    if let Some(kept_out) = state.kept_out_of(Place::Simulator) {
        return Some(AttrValue::Static(kept_out));
    }
    let refusal = &state.inspector.refusal;
    (!refusal.is_empty()).then(|| refusal.clone().into())
}
