//! A field: label, input and, beneath, what there is to say about it.

use web_sys::{HtmlInputElement, InputEvent};
use yew::prelude::*;

use super::form::{Field, Finding, Severity};
use super::message::{Link, Message};
use super::state::{Action, State};

/// One line of text with a label; `hint` is a quiet line beneath, when there is nothing to say.
pub fn input(state: &State, link: &Link, field: Field, label: &'static str, example: &'static str, hint: Option<AttrValue>) -> Html {
    let test = field.name();
    let note = [test, "-note"].concat();
    let finding = state.finding(field);
    let is_wrong = finding.as_ref().is_some_and(|finding| finding.severity == Severity::Error);
    let on_input =
        link.callback(move |event: InputEvent| Message::Do(Action::Edit(field, event.target_unchecked_into::<HtmlInputElement>().value())));
    html! {
        <div class="field">
            <label for={test}>{ label }</label>
            <input
                id={test}
                data-test={test}
                class="mono"
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder={example}
                value={state.form.text(field).to_owned()}
                aria-invalid={flag(is_wrong)}
                aria-describedby={note.clone()}
                oninput={on_input}
                onblur={on_leave(link, field)}
            />
            <div id={note} class="beneath" aria-live="polite">
                { beneath(state, &finding, hint) }
                { fix_button(link, field, &finding) }
            </div>
        </div>
    }
}

/// Only when a field is left is it fair to comment on it.
pub fn on_leave(link: &Link, field: Field) -> Callback<FocusEvent> {
    link.callback(move |_: FocusEvent| Message::Do(Action::Leave(field)))
}

/// A flag as attributes spell it.
pub fn flag(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// Puts the mended text in the field, as if it had been typed.
pub fn fix_button(link: &Link, field: Field, finding: &Option<Finding>) -> Html {
    let Some(fix) = finding.as_ref().and_then(|finding| finding.fix.clone()) else { return Html::default() };
    let label = if field == Field::Payload { "Mend the payload".to_owned() } else { ["Mend it: ", &fix].concat() };
    let on_fix = link.callback(move |_: MouseEvent| Message::Do(Action::Fix(field, fix.clone())));
    html! { <button type="button" class="quiet fix" data-test="fix" aria-label={label} onclick={on_fix}>{ "Mend it" }</button> }
}

/// A finding, or else a hint.
pub fn beneath(state: &State, finding: &Option<Finding>, hint: Option<AttrValue>) -> Html {
    match finding {
        Some(finding) => html! {
            <p class="finding" data-test="finding" data-rule={finding.rule} data-severity={finding.severity.as_str()}>{ state.catalogue.say(&finding.sentence) }</p>
        },
        None => hint.map(|hint| html! { <p class="hint">{ hint }</p> }).unwrap_or_default(),
    }
}
