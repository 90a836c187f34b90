//! Row of the journal: one decision, with its details when it is open.

use yew::prelude::*;

use super::model::decision::ListedDecision;
use super::state::Change;
use crate::app::action::Action;
use crate::app::browser::clock;
use crate::app::message::Message;

/// Properties of [`DecisionRow`].
#[derive(Properties, PartialEq)]
pub struct DecisionRowProps {
    /// The decision.
    pub decision: ListedDecision,
    /// Name of the phone it concerns.
    pub phone: AttrValue,
    /// `true` if the details are shown.
    pub is_open: bool,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// One line with a decision's time, answer, phone and rule; a click opens the details.
#[component]
pub fn DecisionRow(props: &DecisionRowProps) -> Html {
    let decision = &props.decision;
    let next = (!props.is_open).then_some(decision.id);
    let toggle = props.on_message.reform(move |event: MouseEvent| {
        // The state decides which row is open, not the browser.
        event.prevent_default();
        Message::Do(Action::Inspector(Change::OpenDecision(next)))
    });
    html! {
        <li
            data-test="decision"
            data-rule={decision.rule.clone()}
            data-status={decision.status.to_string()}
        >
            <details open={props.is_open}>
                <summary onclick={toggle}>
                    <span class="line">
                        <span class="mono">{clock::time_of(decision.at_ms as f64)}</span>
                        <strong class="status">{decision.answer()}</strong>
                        <span class="short">{&props.phone}</span>
                        <span class="hint">{decision.summary()}</span>
                    </span>
                </summary>
                if props.is_open {
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
