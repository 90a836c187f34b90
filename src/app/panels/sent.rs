//! The push as it was sent: payload and headers.

use yew::prelude::*;

use crate::app::components::details::Details;
use crate::app::page::use_page;

/// The push as it was sent, collapsed.
#[component]
pub fn Sent() -> Html {
    let page = use_page();
    let Some(report) = &page.state.report else {
        return html! {};
    };
    let mut rows = vec![("device token", report.device_token.clone())];
    rows.extend(report.headers.iter().cloned());
    rows.extend(report.unique_id.clone().map(|id| ("apns-unique-id", id)));
    let row = |(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    html! {
        <Details summary="What was sent">
            <pre class="mono sent" data-test="sent">{ report.payload.clone() }</pre>
            <dl class="mono">{ for rows.into_iter().map(row) }</dl>
        </Details>
    }
}
