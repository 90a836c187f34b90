//! The headers: which kind of push, how urgent, until when. For a call they are right as they are.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::field;
use super::form::Field;
use super::message::{Link, Message};
use super::state::{Action, State};
use crate::apns::PushType;

/// Behind one line, which says what is set.
pub fn view(state: &State, link: &Link) -> Html {
    let chosen = state.form.push_type;
    let on_change = link.batch_callback(|event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        PushType::parse(&list.value()).map(|push_type| Message::Do(Action::ChooseType(push_type)))
    });
    html! {
        <details class="more" data-test="headers">
            <summary>{ "Headers: push type " }<span class="mono">{ chosen.as_str() }</span></summary>
            <div class="stack">
                <div class="field">
                    <label for="push-type">{ "Push type" }</label>
                    <select id="push-type" class="quiet" data-test="push-type" aria-describedby="push-type-note" onchange={on_change}>
                        { for PushType::ALL.map(|each| html! { <option value={each.as_str()} selected={each == chosen}>{ each.as_str() }</option> }) }
                    </select>
                    <p id="push-type-note" class="hint">{ state.catalogue.say(&chosen.about()) }</p>
                </div>
                <div class="pair">
                    { field::input(state, link, Field::Priority, "Priority", chosen.usual_priority().as_str(), None) }
                    { field::input(state, link, Field::Expiration, "Expiration", "0, in 30 s, at 14:05", None) }
                </div>
                { field::input(state, link, Field::CollapseId, "Collapse ID", "none", None) }
            </div>
        </details>
    }
}
