//! The mapping: paths at which the app finds handle, name, UUID and video flag in the payload.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::field::text_field;
use crate::app::form::Field;
use crate::app::page::Page;
use crate::call::CallField;

/// The mapping, collapsed. An empty field means that the part is found automatically.
pub fn mapping(page: &Page) -> Html {
    let summary = if page.state.form.mapping().is_automatic() {
        "Field mapping: automatic"
    } else {
        "Field mapping: by the paths below"
    };
    let path = |part, label, example| text_field(page, Field::Path(part), label, example, "");
    let write_out = page.act(|| Action::WriteOutPaths);
    html! {
        <details class="more" data-test="mapping">
            <summary>{ summary }</summary>
            <div class="stack">
                <div class="pair">
                    { path(CallField::Handle, "Path of the handle", "handle") }
                    { path(CallField::CallUuid, "Path of the UUID", "metadata.call_id") }
                    { path(CallField::CallerName, "Path of the name", "caller.name") }
                    { path(CallField::HasVideo, "Path of the video flag", "hasVideo") }
                </div>
                { button("quiet small", "write-out-paths", "Fill in detected paths", write_out) }
            </div>
        </details>
    }
}
