//! The push as it was sent: payload and headers.

use yew::prelude::*;

use super::ring::virtual_receipts;
use crate::app::page::Page;

/// The push as it was sent, collapsed.
pub fn sent(page: &Page) -> Html {
    let Some(report) = &page.state.report else {
        return html! {};
    };
    let mut rows = vec![("device token", report.device_token.clone())];
    rows.extend(report.headers.iter().cloned());
    rows.extend(report.unique_id.clone().map(|id| ("apns-unique-id", id)));
    let row = |(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    html! {
        <details>
            <summary>{ "What was sent" }</summary>
            <pre class="mono sent" data-test="sent">{ report.payload.clone() }</pre>
            <dl class="mono">{ for rows.into_iter().map(row) }</dl>
            { virtual_receipts(page) }
        </details>
    }
}
