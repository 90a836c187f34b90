//! The payload card: editor, size, findings, forecast of the phone's reaction, and Send.

use yew::prelude::*;

use super::editor::Editor;
use super::findings::Findings;
use super::mapping::Mapping;
use super::meter::Meter;
use super::oversized::Oversized;
use super::payload_tools::PayloadTools;
use super::send_bar::SendBar;
use crate::apns::PushType;
use crate::app::card::Card;
use crate::app::components::field::Beneath;
use crate::app::components::finding_line::FindingLine;
use crate::app::form::{Field, Severity};
use crate::app::page::{Page, use_page};
use crate::app::saved_draft::STORAGE_FULL;
use crate::call::{PhoneOutcome, PhoneState, placeholder};

/// The payload card.
#[component]
pub fn PayloadPanel() -> Html {
    let page = use_page();
    html! {
        <section class="card payload" aria-labelledby="what-to-say">
            <div class="row spread">
                <h2 id="what-to-say">{ "Payload" }</h2>
                <PayloadTools />
            </div>
            if page.state.is_unsaved {
                <FindingLine
                    class="notice"
                    test="unsaved"
                    role="status"
                    severity={Severity::Warning}
                >
                    { STORAGE_FULL }
                </FindingLine>
            }
            <Editor />
            <Meter />
            // Above all parts that come and go, so that it does not move during typing.
            <SendBar />
            <Oversized />
            <Beneath
                id="payload-note"
                finding={page.composed.payload_finding.clone()}
                hint={forecast(&page)}
                field={Field::Payload}
            />
            <Findings card={Card::Payload} name="What will go wrong" />
            <Mapping />
        </section>
    }
}

/// Returns the hint about the phone's reaction to the payload.
fn forecast(page: &Page) -> String {
    let filled = &page.composed.filled;
    if filled.push_type != PushType::Voip {
        let about = filled.push_type.about();
        return format!("Push type {}: no call. {about}", filled.push_type.as_str());
    }
    let mut forecast = match &page.composed.payload {
        Ok(payload) => preview(&filled.preview_of(payload)),
        Err(_) => "Not a payload yet: APNs takes one JSON object.".to_owned(),
    };
    if placeholder::has_any(&page.state.form.payload) {
        forecast.push_str(" {{…}} placeholders get new values with every send.");
    }
    forecast
}

fn preview(outcome: &PhoneOutcome) -> String {
    let PhoneState::Ringing(call) = &outcome.state else {
        return ["On the phone: ", outcome.rule.sentence()].concat();
    };
    let kind = if call.is_video() {
        "a video call"
    } else {
        "an audio call"
    };
    let caller = call.title().unwrap_or_default();
    format!("On the phone: rings with {kind} from {caller}.")
}
