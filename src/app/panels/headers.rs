//! The headers: push type, priority, expiration and collapse ID. The defaults suit a call.

use yew::prelude::*;

use crate::apns::PushType;
use crate::app::action::Action;
use crate::app::components::details::Details;
use crate::app::components::field::TextField;
use crate::app::components::select::Select;
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::page::use_page;

/// The headers, collapsed behind a line with the push type.
#[component]
pub fn Headers() -> Html {
    let state = use_page().state;
    let chosen = state.form.push_type;
    let entries: Vec<(String, String)> = PushType::ALL
        .map(|each| (each.as_str().to_owned(), each.as_str().to_owned()))
        .to_vec();
    let onchoose = |word: String| {
        PushType::parse(&word).map(|push_type| Message::Do(Action::ChooseType(push_type)))
    };
    let summary = html! {
        <span>{ "Headers: push type " }<span class="mono">{ chosen.as_str() }</span></span>
    };
    html! {
        <Details class="more" test="headers" {summary}>
            <div class="stack">
                <div class="field">
                    <label for="push-type">{ "Push type" }</label>
                    <Select
                        test="push-type"
                        id="push-type"
                        described_by="push-type-note"
                        {entries}
                        current={chosen.as_str().to_owned()}
                        {onchoose}
                    />
                    <p class="hint" id="push-type-note">{ chosen.about() }</p>
                </div>
                <div class="pair">
                    <TextField
                        field={Field::Priority}
                        label="Priority"
                        example={chosen.usual_priority().as_str()}
                    />
                    <TextField
                        field={Field::Expiration}
                        label="Expiration"
                        example="0 or in 30 s"
                    />
                </div>
                <TextField field={Field::CollapseId} label="Collapse ID" example="none" />
            </div>
        </Details>
    }
}
