//! A form that enables a ready-made fault.

use std::rc::Rc;

use yew::prelude::*;

use super::model::SimulatorView;
use super::model::fault_table::FaultTable;
use super::order::Order;
use super::order_button::order_button;
use crate::app::components::select::Select;
use crate::app::message::Message;

/// Choices of how many times a fault fires (`None` for no limit), with their labels.
const TIMES: [(Option<u64>, &str); 4] = [
    (Some(1), "Once"),
    (Some(3), "3 times"),
    (Some(10), "10 times"),
    (None, "Until it is switched off"),
];

/// Properties of [`FaultForm`].
#[derive(Properties)]
pub struct FaultFormProps {
    /// Contents of the simulator.
    pub view: Rc<SimulatorView>,
    /// Callback for messages to the page.
    pub on_message: Callback<Message>,
}

impl PartialEq for FaultFormProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view) && self.on_message == other.on_message
    }
}

/// Two lists, for a ready-made fault and the number of times it fires, with a button that enables
/// it.
#[component]
pub fn FaultForm(props: &FaultFormProps) -> Html {
    let table = &props.view.faults;
    let fault = use_state_eq(|| 0);
    let times = use_state_eq(|| 0);
    let order = match table.ready.get(*fault) {
        Some(ready) => Order::switch_on(table, &ready.fault, TIMES[*times].0),
        None => return html! {},
    };
    html! {
        <div class="settings">
            <div class="field wide">
                <label for="setting-fault">{"What goes wrong"}</label>
                <Select
                    test="setting-fault"
                    id="setting-fault"
                    entries={fault_choices(table)}
                    current={fault.to_string()}
                    onchoose={choose(&fault, table.ready.len())}
                />
            </div>
            <div class="field">
                <label for="setting-times">{"How often"}</label>
                <Select
                    test="setting-times"
                    id="setting-times"
                    entries={times_choices()}
                    current={times.to_string()}
                    onchoose={choose(&times, TIMES.len())}
                />
            </div>
            {order_button(&props.on_message, "fault-on", "Switch it on", order)}
        </div>
    }
}

/// Callback that stores a chosen index, or 0 if it is not less than `count`.
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
