//! The mapping: where the app finds handle, name, UUID and video in its payload.

use yew::prelude::*;

use super::field;
use super::form::Field;
use super::message::{Link, Message, on_click};
use super::state::{Action, State};
use crate::call::Part;

/// Behind one line; an empty field means that the part is found by its usual names.
pub fn view(state: &State, link: &Link) -> Html {
    let on_guess = on_click(link, || Message::Do(Action::WriteOutPaths));
    let path = |part, label, example| field::input(state, link, Field::Path(part), label, example, None);
    html! {
        <details class="more" data-test="mapping">
            <summary>{ "Where the app finds the call: " }{ if state.form.mapping().is_automatic() { "by the usual names" } else { "as said here" } }</summary>
            <div class="stack">
                <div class="pair">
                    { path(Part::Handle, "Path of the handle", "handle") }
                    { path(Part::CallUuid, "Path of the UUID", "metadata.call_id") }
                    { path(Part::CallerName, "Path of the name", "caller.name") }
                    { path(Part::HasVideo, "Path of the video flag", "hasVideo") }
                </div>
                <button type="button" class="quiet small" data-test="write-out-paths" onclick={on_guess}>{ "Write out what is found" }</button>
            </div>
        </details>
    }
}
