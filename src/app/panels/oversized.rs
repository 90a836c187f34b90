//! The note about a text that was too large for the editor.

use yew::prelude::*;

use crate::apns::payload::sizes::grouped;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::page::Page;

/// Size and beginning of the oversized text, until it is discarded.
pub fn oversized(page: &Page) -> Html {
    let Some(oversized) = &page.state.oversized else {
        return html! {};
    };
    let limit = grouped(page.state.form.push_type.largest_payload());
    let size = grouped(oversized.bytes);
    html! {
        <div class="held-back" role="alert" data-test="held">
            <p>
                { format!("{} has {size} bytes, and APNs takes {limit}", oversized.name) }
                { ". It was not put in the editor; this is how it begins:" }
            </p>
            <pre class="mono sent" tabindex="0">{ oversized.start.clone() }</pre>
            { button("quiet", "discard", "Discard it", page.act(|| Action::Oversized(None))) }
        </div>
    }
}
