//! List of the faults that are on, and a form that switches a ready-made one on.

use std::rc::Rc;

use yew::prelude::*;

use super::fault_table::FaultTable;
use super::inputs::ChoiceList;
use super::model::SimulatorView;
use super::order::{FAULTS, Order};
use super::order_button::OrderButton;
use super::part::Part;
use crate::app::message::Message;

const EMPTY: &str = "No fault is on: the simulator answers as APNs does on a good day.";

/// Number of times that a fault strikes, and its label.
const TIMES: [(Option<u64>, &str); 4] = [
    (Some(1), "Once"),
    (Some(3), "3 times"),
    (Some(10), "10 times"),
    (None, "Until it is switched off"),
];

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct FaultListProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Receiver of the orders.
    pub on_message: Callback<Message>,
}

/// The faults that are on, each with a button that switches it off.
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

/// The choice of a ready-made fault, and of how often it strikes.
#[component]
fn FaultForm(props: &FaultListProps) -> Html {
    let table = &props.view.faults;
    let fault = use_state_eq(|| 0);
    let times = use_state_eq(|| 0);
    let order = match table.ready.get(*fault) {
        Some(ready) => Order::switch_on(table, &ready.fault, TIMES[*times].0),
        None => return html! {},
    };
    html! {
        <div class="settings">
            <ChoiceList
                id="setting-fault"
                label="What goes wrong"
                choices={fault_choices(table)}
                chosen={fault.to_string()}
                is_wide=true
                on_choose={choose(&fault, table.ready.len())}
            />
            <ChoiceList
                id="setting-times"
                label="How often"
                choices={times_choices()}
                chosen={times.to_string()}
                on_choose={choose(&times, TIMES.len())}
            />
            <OrderButton
                test="fault-on"
                label="Switch it on"
                {order}
                on_message={&props.on_message}
            />
        </div>
    }
}

/// Takes the index of a choice among so many.
fn choose(chosen: &UseStateHandle<usize>, count: usize) -> Callback<String> {
    let chosen = chosen.clone();
    Callback::from(move |value: String| {
        let index = value.parse().unwrap_or(0);
        chosen.set(if index < count { index } else { 0 });
    })
}

fn fault_choices(table: &FaultTable) -> Vec<(String, String)> {
    let mut choices = Vec::new();
    for (index, ready) in table.ready.iter().enumerate() {
        let label = format!("{}: {}", ready.label, ready.effect);
        choices.push((index.to_string(), label));
    }
    choices
}

fn times_choices() -> Vec<(String, String)> {
    let mut choices = Vec::new();
    for (index, (_, label)) in TIMES.iter().enumerate() {
        choices.push((index.to_string(), (*label).to_owned()));
    }
    choices
}
