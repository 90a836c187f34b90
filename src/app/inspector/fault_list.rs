//! List of the enabled faults.

use std::rc::Rc;

use yew::prelude::*;

use super::fault_form::FaultForm;
use super::model::SimulatorView;
use super::order::{FAULTS, Order};
use super::order_button::OrderButton;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "No fault is on: the simulator answers as APNs does on a good day.";

/// Properties of [`FaultList`].
#[derive(Properties, PartialEq)]
pub struct FaultListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

/// The enabled faults, each with a button that disables it.
#[component]
pub fn FaultList(props: &FaultListProps) -> Html {
    let (table, on_message) = (&props.view.faults, &props.on_message);
    let rows = table.rows();
    let all_off = if rows.is_empty() {
        html! {}
    } else {
        html! {
            <OrderButton
                test="faults-off"
                label="Switch all off"
                order={Order::switch_all_off()}
                {on_message}
            />
        }
    };
    html! {
        <Part id={FAULTS} title="Faults" count={rows.len()} button={all_off} empty={EMPTY}>
            <ul class="rows">
                for (index, row) in rows.into_iter().enumerate() {
                    <li class="split" data-test="fault">
                        <span class="line">
                            <strong>{&row.name}</strong>
                            <span class="hint">{row.struck}</span>
                        </span>
                        <OrderButton
                            class="quiet small"
                            test="fault-off"
                            label="Switch off"
                            aria_label={format!("Switch off {}", row.name)}
                            order={Order::switch_off(table, index)}
                            {on_message}
                        />
                    </li>
                }
            </ul>
            <FaultForm view={&props.view} {on_message} />
        </Part>
    }
}
