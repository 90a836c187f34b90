//! The drawer's place: one line beneath the four questions. Apple's APNs has none.

use super::action::Action;
use super::drawer::Change;
use super::message::{Link, Message};
use super::relay_link::RelayLink;
use super::secret_guard::Place;
use super::sketch;
use super::state::State;
use super::tag::{Child, On, Tag, heading, tag};

/// Closed, until somebody wants to look.
pub fn view(state: &State, link: &Link) -> Option<Tag> {
    if !state.form.environment.is_simulator() {
        return None;
    }
    let line = tag("summary", "")
        .test("simulator")
        .on(On::Click, link, |event| {
            event.prevent_default();
            Some(Message::Do(Action::Drawer(Change::Toggle)))
        })
        .with(heading("simulator", "Simulator"))
        .with(tag("span", "hint").with("Phones, faults, keys, and the rule behind every push"));
    let is_open = state.drawer.is_open;
    // What is not there keeps its place, so that the line stays the element it was, with the focus on it.
    let drawer = tag("details", "")
        .with(line)
        .with(is_open.then(|| alert(state)))
        .with(if is_open {
            sketch::draw(&state.drawer.sketch, &state.form.device_token, link)
        } else {
            None::<Tag>.node()
        });
    let drawer = if is_open {
        drawer.set("open", "")
    } else {
        drawer
    };
    Some(
        tag("section", "card drawer")
            .set("aria-labelledby", "simulator")
            .with(drawer),
    )
}

/// Why nothing changes, or the last change was not made.
fn alert(state: &State) -> Tag {
    let mut says = state.drawer.refusal.clone();
    if let Some(kept_out) = state.kept_out_of(Place::Simulator) {
        says = kept_out.to_owned();
    }
    if state.relay == RelayLink::Down {
        says = "The relay has stopped, and its simulator with it. Start trill again: what stands \
             here is over, and begins anew."
            .to_owned();
    }
    let says = (!says.is_empty()).then(|| {
        tag("p", "finding")
            .test("refusal")
            .set("data-severity", "error")
            .with(says)
    });
    tag("div", "alert").set("role", "alert").with(says)
}
