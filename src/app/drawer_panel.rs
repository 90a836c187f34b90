//! The drawer's place: one line beneath the four questions. Apple's APNs has none.

use yew::prelude::*;

use super::action::Action;
use super::components::finding_line::FindingLine;
use super::drawer::Change;
use super::form::Severity;
use super::message::Message;
use super::page::use_page;
use super::relay_link::RelayLink;
use super::secret_guard::Place;
use super::sketch;
use super::state::State;

/// Closed, until somebody wants to look.
#[component]
pub fn DrawerPanel() -> Html {
    let page = use_page();
    let (state, drawer) = (&page.state, &page.state.drawer);
    if !state.form.environment.is_simulator() {
        return html! {};
    }
    let onclick = page.on(|event: MouseEvent| {
        event.prevent_default();
        Some(Message::Do(Action::Drawer(Change::Toggle)))
    });
    html! {
        <section class="card drawer" aria-labelledby="simulator">
            <details open={drawer.is_open}>
                <summary data-test="simulator" {onclick}>
                    <h2 id="simulator">{ "Simulator" }</h2>
                    <span class="hint">{ "Phones, faults, keys, and the rule behind every push" }</span>
                </summary>
                if drawer.is_open {
                    { alert(state) }
                    { sketch::draw(&drawer.sketch, &state.form.device_token, &page) }
                }
            </details>
        </section>
    }
}

/// Why nothing changes, or the last change was not made.
fn alert(state: &State) -> Html {
    let mut says = state.drawer.refusal.clone();
    if let Some(kept_out) = state.kept_out_of(Place::Simulator) {
        says = kept_out.to_owned();
    }
    if state.relay == RelayLink::Down {
        says = "The relay has stopped, and its simulator with it. Start trill again: what stands \
             here is over, and begins anew."
            .to_owned();
    }
    html! {
        <div class="alert" role="alert">
            if !says.is_empty() {
                <FindingLine test="refusal" severity={Severity::Error}>{ says }</FindingLine>
            }
        </div>
    }
}
