//! List of the enabled faults.

use yew::prelude::*;

use super::fault_form::fault_form;
use super::model::SimulatorView;
use super::order::{FAULTS, Order};
use super::order_button::{order_button, row_button};
use super::part::Part;
use super::state::InspectorState;
use crate::app::components::text::{span, strong};
use crate::app::message::Message;

const EMPTY: &str = "No fault is on: the simulator answers as APNs does on a good day.";

/// The enabled faults, each with a button that disables it.
pub fn fault_list(
    view: &SimulatorView,
    inspector: &InspectorState,
    on_message: &Callback<Message>,
) -> Html {
    let table = &view.faults;
    let rows = table.rows();
    let all_off = if rows.is_empty() {
        html! {}
    } else {
        order_button(
            on_message,
            "faults-off",
            "Switch all off",
            Order::switch_all_off(),
        )
    };
    let part = Part {
        id: FAULTS,
        title: "Faults",
        count: rows.len(),
        button: all_off,
        empty: EMPTY,
        rest: None,
    };
    part.with(html! {
        <>
            <ul class="rows">
                for (index, row) in rows.into_iter().enumerate() {
                    <li class="split" data-test="fault">
                        <span class="line">
                            {strong(&row.name)}
                            {span("hint", &row.struck)}
                        </span>
                        {row_button(
                            on_message,
                            "fault-off",
                            "Switch off",
                            &row.name,
                            Order::switch_off(table, index),
                        )}
                    </li>
                }
            </ul>
            {fault_form(table, inspector, on_message)}
        </>
    })
}
