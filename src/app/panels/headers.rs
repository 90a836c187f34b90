//! The headers: push type, priority, expiration and collapse ID. The defaults suit a call.

use yew::prelude::*;

use crate::apns::PushType;
use crate::app::action::Action;
use crate::app::components::field::text_field;
use crate::app::components::select::Select;
use crate::app::components::text::span;
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::page::Page;

/// The headers, collapsed behind a line with the push type.
pub fn headers(page: &Page) -> Html {
    let chosen = page.state.form.push_type;
    let entries: Vec<(String, String)> = PushType::ALL
        .map(|each| (each.as_str().to_owned(), each.as_str().to_owned()))
        .to_vec();
    let onchoose = page.on(|word: String| {
        PushType::parse(&word).map(|push_type| Message::Do(Action::ChooseType(push_type)))
    });
    let list = Select {
        test: AttrValue::Static("push-type"),
        id: Some(AttrValue::Static("push-type")),
        described_by: Some("push-type-note"),
        entries,
        current: chosen.as_str().to_owned(),
        onchoose,
        onblur: Some(page.act(|| Action::EndStep)),
        ..Select::default()
    };
    let priority = chosen.usual_priority().as_str();
    html! {
        <details class="more" data-test="headers">
            <summary>
                <span>{ "Headers: push type " }{ span("mono", chosen.as_str()) }</span>
            </summary>
            <div class="stack">
                <div class="field">
                    <label for="push-type">{ "Push type" }</label>
                    { list.html() }
                    <p class="hint" id="push-type-note">{ chosen.about() }</p>
                </div>
                <div class="pair">
                    { text_field(page, Field::Priority, "Priority", priority, "") }
                    { text_field(page, Field::Expiration, "Expiration", "0 or in 30 s", "") }
                </div>
                { text_field(page, Field::CollapseId, "Collapse ID", "none", "") }
            </div>
        </details>
    }
}
