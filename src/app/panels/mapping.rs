//! The mapping: where the app finds handle, name, UUID and video in its payload.

use crate::app::action::Action;
use crate::app::components::field;
use crate::app::form::Field;
use crate::app::message::{Link, Message};
use crate::app::state::State;
use crate::app::tag::{Tag, button, details, tag};
use crate::call::Part;

/// Behind one line; an empty field means that the part is found by its usual names.
pub fn view(state: &State, link: &Link) -> Tag {
    let path =
        |part, label, example| field::input(state, link, Field::Path(part), label, example, None);
    let paths = tag("div", "pair")
        .with(path(Part::Handle, "Path of the handle", "handle"))
        .with(path(Part::CallUuid, "Path of the UUID", "metadata.call_id"))
        .with(path(Part::CallerName, "Path of the name", "caller.name"))
        .with(path(Part::HasVideo, "Path of the video flag", "hasVideo"));
    let write_out = button(
        "quiet small",
        "write-out-paths",
        "Write out what is found",
        link,
        || Message::Do(Action::WriteOutPaths),
    );
    let is_automatic = state.form.mapping().is_automatic();
    let summary = if is_automatic {
        "Where the app finds the call: by the usual names"
    } else {
        "Where the app finds the call: as said here"
    };
    details("more", summary)
        .test("mapping")
        .with(tag("div", "stack").with(paths).with(write_out))
}
