//! Root of the inspector: one line beneath the four questions, and everything else once it is open.
//! Apple's APNs has none.

use yew::prelude::*;

use super::fault_list::FaultList;
use super::journal_list::JournalList;
use super::key_list::KeyList;
use super::phone_list::PhoneList;
use super::state::{Change, InspectorState};
use crate::app::action::Action;
use crate::app::message::Message;
use crate::app::page::use_page;
use crate::app::relay_link::RelayLink;
use crate::app::secret_guard::Place;
use crate::app::state::State;

const STOPPED: &str = "The relay has stopped, and its simulator with it. Start Trill again: the \
                       simulator then begins empty.";

/// Properties of the inspector.
#[derive(Properties, PartialEq)]
pub struct InspectorProps {
    /// Its state.
    pub inspector: InspectorState,
    /// Reason why nothing changes, or why the last change was not made.
    pub alert: Option<AttrValue>,
    /// The device token in the form.
    pub device_token: AttrValue,
    /// The bundle ID in the form.
    pub bundle_id: AttrValue,
    /// Receiver of what is pressed and changed.
    pub on_message: Callback<Message>,
}

/// The inspector, if pushes go to the simulator.
#[component]
pub fn InspectorPanel() -> Html {
    let page = use_page();
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

/// Phones, faults, keys and journal of the simulator; closed at first.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let is_open = props.inspector.is_open;
    let on_message = &props.on_message;
    let toggle = on_message.reform(|event: MouseEvent| {
        // The state says what is open.
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
                <PhoneList
                    {view}
                    open={inspector.open_phone.clone()}
                    device_token={&props.device_token}
                    bundle_id={&props.bundle_id}
                    {on_message}
                />
                <FaultList {view} {on_message} />
                <KeyList {view} {on_message} />
            </div>
            <JournalList {view} open={inspector.open_decision} {on_message} />
        </div>
    }
}

/// The reason why nothing changes, or why the last change was not made.
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
