//! Warnings about the security of this page, shown beside the key holder.

use yew::prelude::*;

use crate::app::page::Page;

const HTTP: &str = "This page came over plain HTTP: anyone on the network could read your key. \
                    Don’t use a real one; ask the operator to serve Trill over HTTPS.";
const NO_AUTH: &str = "Anybody who reaches this page can send with it. Ask the operator for an \
                       access token, or for a proxy that names its users.";

/// Warnings, one for each danger that the relay reports.
pub fn notices(page: &Page) -> Html {
    html! {
        <>{ for page.state.relay_info.dangers().into_iter().map(notice) }</>
    }
}

fn notice(danger: &str) -> Html {
    let (id, sentence) = match danger {
        "http" => ("insecure-http", HTTP),
        "no-auth" => ("insecure-no-auth", NO_AUTH),
        _ => return html! {},
    };
    html! {
        <p class="notice finding" data-test="notice" data-rule={id} data-severity="warning">
            { sentence }
        </p>
    }
}
