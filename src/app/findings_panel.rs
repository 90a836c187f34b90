//! What will go wrong: what there is to say about the push as it stands, worst first, each with the click that mends it.

use std::cell::Cell;

use yew::prelude::*;

use super::message::{Link, Message};
use super::remark::Remark;
use super::state::{Action, State};
use crate::apns::Severity;

/// Errors and warnings in sight, notes behind a line.
pub fn view(state: &State, link: &Link) -> Html {
    let (notes, bad): (Vec<Remark>, Vec<Remark>) = state.remarks().into_iter().partition(|remark| remark.severity == Severity::Note);
    let worth_knowing = notes.len();
    html! {
        <div class="findings-panel" data-test="findings" role="region" aria-label="What will go wrong">
            { list(bad, link) }
            if worth_knowing > 0 {
                <details>
                    <summary>{ worth_knowing }{ if worth_knowing == 1 { " note" } else { " notes" } }</summary>
                    { list(notes, link) }
                </details>
            }
        </div>
    }
}

fn list(remarks: Vec<Remark>, link: &Link) -> Html {
    if remarks.is_empty() {
        return Html::default();
    }
    html! { <ul class="findings">{ for remarks.into_iter().map(|remark| row(remark, link)) }</ul> }
}

/// A callback for a click on what is drawn anew after it.
pub fn once(link: &Link, action: Action) -> Callback<MouseEvent> {
    let action = Cell::new(Some(action));
    link.batch_callback(move |_| action.take().map(Message::Do))
}

fn row(remark: Remark, link: &Link) -> Html {
    let Remark { rule, severity, sentence, fix, source, action } = remark;
    html! {
        <li key={rule} class="finding" data-test="finding" data-rule={rule} data-severity={severity.as_str()}>
            <span title={source}>{ sentence }if action.is_none() && !fix.is_empty() { { " " }{ fix } }</span>
            if let Some((label, action)) = action {
                <button
                    type="button"
                    class="quiet small"
                    data-test="fix"
                    onclick={once(link, action)}
                >
                    { label }
                </button>
            }
        </li>
    }
}
