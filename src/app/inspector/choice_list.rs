//! A labelled drop-down list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`ChoiceList`].
#[derive(Properties, PartialEq)]
pub struct ChoiceListProps {
    /// Element ID and test ID.
    pub id: AttrValue,
    /// Label.
    pub label: AttrValue,
    /// Value and label of each choice.
    pub choices: Vec<(String, String)>,
    /// Value of the selected choice.
    pub chosen: AttrValue,
    /// `true` if the list takes the full width.
    #[prop_or_default]
    pub is_wide: bool,
    /// Callback with the newly chosen value.
    pub on_choose: Callback<String>,
}

/// A labelled drop-down list.
#[component]
pub fn ChoiceList(props: &ChoiceListProps) -> Html {
    let choose = props
        .on_choose
        .reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let list = use_node_ref();
    // Browsers ignore the attribute `selected` once the user has chosen, so the property is set.
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
