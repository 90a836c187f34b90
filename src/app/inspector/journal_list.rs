//! List of the newest decisions.

use std::rc::Rc;

use yew::prelude::*;

use super::decision_row::DecisionRow;
use super::model::SimulatorView;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "Nothing was pushed yet. Every push with these keys or to these phones will stand here, with the rule that decided it.";

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct JournalListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// The number of the decision that is open.
    pub open: Option<u64>,
    /// Receiver of what is pressed.
    pub on_message: Callback<Message>,
}

/// The decisions, the newest first, one of them with its details.
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
