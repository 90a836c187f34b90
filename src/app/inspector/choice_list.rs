//! A list of choices with its label.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of a list of choices.
#[derive(Properties, PartialEq)]
pub struct ChoiceListProps {
    /// Its id, which is its name for tests too.
    pub id: AttrValue,
    /// Its label.
    pub label: AttrValue,
    /// The value and the label of each choice.
    pub choices: Vec<(String, String)>,
    /// The value that is chosen.
    pub chosen: AttrValue,
    /// Whether it takes the whole width.
    #[prop_or_default]
    pub is_wide: bool,
    /// Receiver of the value that is chosen next.
    pub on_choose: Callback<String>,
}

/// A list of choices with its label.
#[component]
pub fn ChoiceList(props: &ChoiceListProps) -> Html {
    let choose = props
        .on_choose
        .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let list = use_node_ref();
    // The attribute `selected` has no say once somebody has chosen.
    use_effect_with((list.clone(), props.chosen.clone()), |(list, chosen)| {
        if let Some(list) = list.cast::<HtmlSelectElement>() {
            list.set_value(chosen);
        }
    });
    let class = if props.is_wide { "field wide" } else { "field" };
    html! {
        <div {class}>
            <label for={&props.id}>{&props.label}</label>
            <select
                ref={list}
                id={&props.id}
                data-test={&props.id}
                class="quiet"
                onchange={choose}
            >
                for (value, label) in &props.choices {
                    <option key={value.clone()} value={value.clone()}>{label}</option>
                }
            </select>
        </div>
    }
}
