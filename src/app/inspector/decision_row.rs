//! Row of the journal: one decision, with its details when it is open.

use yew::prelude::*;

use super::model::decision::ListedDecision;
use super::state::Change;
use crate::app::action::Action;
use crate::app::browser::clock;
use crate::app::components::text::span;
use crate::app::message::Message;

/// Line with a decision's time, answer, phone and rule; a click opens the details.
pub fn decision_row(
    decision: &ListedDecision,
    phone: String,
    is_open: bool,
    on_message: &Callback<Message>,
) -> Html {
    let next = (!is_open).then_some(decision.id());
    let toggle = on_message.reform(move |event: MouseEvent| {
        // The state decides which row is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Inspector(Change::OpenDecision(next)))
    });
    html! {
        <li
            key={decision.id().to_string()}
            data-test="decision"
            data-rule={decision.rule().to_owned()}
            data-status={decision.status()}
        >
            <details open={is_open}>
                <summary onclick={toggle}>
                    <span class="line">
                        {span("mono", &clock::time_of(decision.at_ms()))}
                        <strong class="status">{decision.answer()}</strong>
                        {span("short", &phone)}
                        {span("hint", &decision.summary())}
                    </span>
                </summary>
                if is_open {
                    <dl class="more-of">
                        for detail in decision.details() {
                            <dt>{detail.label}</dt>
                            <dd class={detail.is_code.then_some("mono")}>{detail.value}</dd>
                        }
                    </dl>
                }
            </details>
        </li>
    }
}
