//! The mapping: paths at which the app finds handle, name, UUID and video flag in the payload.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::Button;
use crate::app::components::details::Details;
use crate::app::components::field::TextField;
use crate::app::form::Field;
use crate::app::page::use_page;
use crate::call::CallField;

/// The mapping, collapsed. An empty field means that the part is found by its usual names.
#[component]
pub fn Mapping() -> Html {
    let page = use_page();
    let summary = if page.state.form.mapping().is_automatic() {
        "Field mapping: automatic"
    } else {
        "Field mapping: by the paths below"
    };
    let path = |part, label: &'static str, example: &'static str| {
        html! { <TextField field={Field::Path(part)} {label} {example} /> }
    };
    html! {
        <Details class="more" test="mapping" {summary}>
            <div class="stack">
                <div class="pair">
                    { path(CallField::Handle, "Path of the handle", "handle") }
                    { path(CallField::CallUuid, "Path of the UUID", "metadata.call_id") }
                    { path(CallField::CallerName, "Path of the name", "caller.name") }
                    { path(CallField::HasVideo, "Path of the video flag", "hasVideo") }
                </div>
                <Button
                    class="quiet small"
                    test="write-out-paths"
                    onclick={page.act(|| Action::WriteOutPaths)}
                >
                    { "Fill in detected paths" }
                </Button>
            </div>
        </Details>
    }
}
