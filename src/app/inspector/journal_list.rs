//! List of the newest decisions.

use yew::prelude::*;

use super::decision_row::decision_row;
use super::model::SimulatorView;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "Nothing was pushed yet. Every push with these keys or to these phones will stand here, with the rule that decided it.";

/// The decisions, newest first; the one with the number `open` shows its details.
pub fn journal_list(
    view: &SimulatorView,
    open: Option<u64>,
    on_message: &Callback<Message>,
) -> Html {
    let decisions = &view.decisions;
    let part = Part {
        id: "journal",
        title: "Journal",
        count: decisions.count,
        empty: EMPTY,
        rest: decisions.rest("journal"),
        ..Part::default()
    };
    part.with(html! {
        <ul class="rows" data-test="journal">
            for decision in decisions.entries.iter().rev() {
                {decision_row(
                    decision,
                    view.phone_name(decision),
                    open == Some(decision.id()),
                    on_message,
                )}
            }
        </ul>
    })
}
