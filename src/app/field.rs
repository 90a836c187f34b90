//! A field: label, input and, beneath, what there is to say about it.

use web_sys::{HtmlInputElement, InputEvent};
use yew::prelude::*;

use super::form::{Field, Finding, Severity};

/// Properties for [`FieldInput`].
#[derive(Properties, PartialEq)]
pub struct FieldInputProps {
    /// Which field.
    pub field: Field,
    /// What it is called.
    pub label: AttrValue,
    /// The name tests know it by.
    pub test: AttrValue,
    /// What stands in it.
    pub value: AttrValue,
    /// An example, shown while it is empty.
    pub placeholder: AttrValue,
    /// What there is to say.
    pub finding: Option<Finding>,
    /// A quiet line beneath, when there is nothing to say.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Called with the new text as it is typed.
    pub on_edit: Callback<(Field, String)>,
    /// Called when the field is left.
    pub on_leave: Callback<Field>,
}

/// One line of text with a label.
#[component]
pub fn FieldInput(props: &FieldInputProps) -> Html {
    let field = props.field;
    let on_input = props.on_edit.reform(move |event: InputEvent| (field, event.target_unchecked_into::<HtmlInputElement>().value()));
    let on_leave = props.on_leave.reform(move |_: FocusEvent| field);
    let note = format!("{}-note", props.test);
    let is_wrong = props.finding.as_ref().is_some_and(|finding| finding.severity == Severity::Error);
    html! {
        <div class="field">
            <label for={props.test.clone()}>{ &props.label }</label>
            <input
                id={props.test.clone()}
                data-test={props.test.clone()}
                class="mono"
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder={props.placeholder.clone()}
                value={props.value.clone()}
                aria-invalid={is_wrong.to_string()}
                aria-describedby={note.clone()}
                oninput={on_input}
                onblur={on_leave}
            />
            <div id={note} class="beneath" aria-live="polite">
                { beneath(&props.finding, props.hint.clone()) }
                { fix_button(props) }
            </div>
        </div>
    }
}

/// Puts the mended text in the field, as if it had been typed.
fn fix_button(props: &FieldInputProps) -> Html {
    let Some(fix) = props.finding.as_ref().and_then(|finding| finding.fix.clone()) else { return Html::default() };
    let label = format!("Mend it: {fix}");
    let field = props.field;
    let on_fix = props.on_edit.reform(move |_: MouseEvent| (field, fix.clone()));
    html! { <button type="button" class="quiet fix" data-test="fix" aria-label={label} onclick={on_fix}>{ "Mend it" }</button> }
}

/// A finding, or else a hint.
pub fn beneath(finding: &Option<Finding>, hint: Option<AttrValue>) -> Html {
    match finding {
        Some(finding) => html! {
            <p class="finding" data-test="finding" data-rule={finding.rule} data-severity={finding.severity.as_str()}>{ &finding.text }</p>
        },
        None => hint.map(|hint| html! { <p class="hint">{ hint }</p> }).unwrap_or_default(),
    }
}
