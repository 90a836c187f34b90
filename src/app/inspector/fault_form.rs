//! A form that enables a ready-made fault.

use yew::prelude::*;

use super::choice_list::ChoiceList;
use super::fault_list::FaultListProps;
use super::model::fault_table::FaultTable;
use super::order::Order;
use super::order_button::OrderButton;

/// Choices of how many times a fault fires (`None` for no limit), with their labels.
const TIMES: [(Option<u64>, &str); 4] = [
    (Some(1), "Once"),
    (Some(3), "3 times"),
    (Some(10), "10 times"),
    (None, "Until it is switched off"),
];

/// Two lists, for a ready-made fault and the number of times it fires, with a button that enables
/// it.
#[component]
pub fn FaultForm(props: &FaultListProps) -> Html {
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
