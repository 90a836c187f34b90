//! Warnings about the security of this page, shown beside the key holder.

use yew::prelude::*;

use crate::app::components::finding_line::FindingLine;
use crate::app::form::Severity;
use crate::app::page::use_page;

const HTTP: &str = "This page came over plain HTTP: anyone on the network could read your key. \
                    Don’t use a real one; ask the operator to serve Trill over HTTPS.";
const NO_AUTH: &str = "Anybody who reaches this page can send with it. Ask the operator for an \
                       access token, or for a proxy that names its users.";

/// One warning for each danger the relay reports.
#[component]
pub fn Notices() -> Html {
    let page = use_page();
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
        <FindingLine class="notice" test="notice" rule={id} severity={Severity::Warning}>
            { sentence }
        </FindingLine>
    }
}
