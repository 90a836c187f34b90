//! A form that enables a ready-made fault.

use yew::prelude::*;

use super::model::fault_table::FaultTable;
use super::order::Order;
use super::order_button::order_button;
use super::state::{Change, InspectorState};
use crate::app::action::Action;
use crate::app::components::select::Select;
use crate::app::message::Message;
use crate::app::relay_info::text;

/// Choices of how many times a fault fires (`None` for no limit), with their labels.
const TIMES: [(Option<u64>, &str); 4] = [
    (Some(1), "Once"),
    (Some(3), "3 times"),
    (Some(10), "10 times"),
    (None, "Until it is switched off"),
];

/// Two lists, for a ready-made fault and the number of times it fires, with a button that enables
/// it.
pub fn fault_form(
    table: &FaultTable,
    inspector: &InspectorState,
    on_message: &Callback<Message>,
) -> Html {
    let (Some(ready), Some((times, _))) =
        (table.ready.get(inspector.fault), TIMES.get(inspector.times))
    else {
        return html! {};
    };
    let order = Order::switch_on(table, &ready["fault"], *times);
    let (mut faults, mut counts) = (Vec::new(), Vec::new());
    for (index, ready) in table.ready.iter().enumerate() {
        let label = [text(ready, "label"), ": ", text(ready, "effect")].concat();
        faults.push((index.to_string(), label));
    }
    for (index, (_, label)) in TIMES.iter().enumerate() {
        counts.push((index.to_string(), (*label).to_owned()));
    }
    html! {
        <div class="settings">
            { choice("setting-fault", faults, inspector.fault, on_message, Change::ChooseFault)
                .labelled("wide", "What goes wrong", "") }
            { choice("setting-times", counts, inspector.times, on_message, Change::ChooseTimes)
                .labelled("", "How often", "") }
            { order_button(on_message, "fault-on", "Switch it on", order) }
        </div>
    }
}

/// List whose entries have their indices as values.
fn choice(
    id: &'static str,
    entries: Vec<(String, String)>,
    current: usize,
    on_message: &Callback<Message>,
    change: fn(usize) -> Change,
) -> Select {
    let onchoose = on_message.reform(move |index: String| {
        Message::Do(Action::Inspector(change(index.parse().unwrap_or(0))))
    });
    Select {
        test: AttrValue::Static(id),
        id: Some(AttrValue::Static(id)),
        entries,
        current: current.to_string(),
        onchoose,
        ..Select::default()
    }
}
