//! List of the newest decisions.

use std::rc::Rc;

use yew::prelude::*;

use super::decision_row::DecisionRow;
use super::model::SimulatorView;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "Nothing was pushed yet. Every push with these keys or to these phones will stand here, with the rule that decided it.";

/// Properties of [`JournalList`].
#[derive(Properties, PartialEq)]
pub struct JournalListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Number of the open decision.
    pub open: Option<u64>,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// The decisions, newest first; one of them may be open.
#[component]
pub fn JournalList(props: &JournalListProps) -> Html {
    let decisions = &props.view.decisions;
    html! {
        <Part id="journal" title="Journal" count={decisions.count} empty={EMPTY} rest={decisions.rest("journal")}>
            <ul class="rows" data-test="journal">
                for decision in decisions.entries.iter().rev() {
                    <DecisionRow
                        key={decision.id.to_string()}
                        decision={decision.clone()}
                        phone={props.view.phone_name(decision)}
                        is_open={props.open == Some(decision.id)}
                        on_message={&props.on_message}
                    />
                }
            </ul>
        </Part>
    }
}
