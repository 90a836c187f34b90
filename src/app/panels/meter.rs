//! The meter: the size of the payload in bytes, and its largest field.

use yew::prelude::*;

use crate::apns::payload::sizes::grouped;
use crate::app::components::text::span;
use crate::app::page::Page;

/// The meter of the payload.
pub fn meter(page: &Page) -> Html {
    let filled = &page.composed.filled;
    let bytes = filled.payload.len();
    let limit = filled.push_type.largest_payload();
    let largest = match &page.composed.payload {
        Ok(payload) => payload.largest().pop(),
        Err(_) => None,
    };
    html! {
        <div
            class="meter"
            data-test="meter"
            data-state={if bytes > limit { "over" } else { "within" }}
            data-bytes={bytes.to_string()}
        >
            <meter
                min="0"
                max={limit.to_string()}
                high={limit.to_string()}
                value={bytes.to_string()}
                aria-label="Size of the payload"
            />
            { span("", &format!("{} of {} bytes", grouped(bytes), grouped(limit))) }
            if let Some(largest) = largest {
                <span data-test="heaviest">
                    { "largest: " }
                    { span("mono", &largest.path) }
                    { format!(" {}", grouped(largest.bytes)) }
                </span>
            }
        </div>
    }
}
