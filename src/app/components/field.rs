//! A form field: label, input and, beneath, its finding or hint.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

use super::button::button;
use super::finding_line::finding_line;
use super::text;
use crate::apns::Change;
use crate::app::action::Action;
use crate::app::form::{Field, Finding, Severity};
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::secret_guard::Place;

/// A labelled line of text of the form, with a placeholder. The hint beneath may be empty.
pub fn text_field(
    page: &Page,
    field: Field,
    label: &'static str,
    example: &'static str,
    hint: &str,
) -> Html {
    let name = field.name();
    let finding = page.state.finding(field);
    let oninput = page.on(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Some(Message::Do(typed(field, &event, text)))
    });
    Line {
        id: name,
        class: Some("mono"),
        label,
        example: Some(example),
        value: page.state.form.text(field).to_owned(),
        note: Some(note_id(field)),
        is_wrong: Some(is_wrong(&finding)),
        oninput,
        onblur: Some(leave(page, field)),
    }
    .with(beneath(page, Some(field), &finding, hint))
}

/// A labelled line of text, whose element ID is its test ID too.
pub struct Line {
    /// Element ID.
    pub id: &'static str,
    /// CSS classes of the input.
    pub class: Option<&'static str>,
    /// Text of the label.
    pub label: &'static str,
    /// Placeholder.
    pub example: Option<&'static str>,
    /// Text of the input.
    pub value: String,
    /// Element ID of what stands beneath.
    pub note: Option<String>,
    /// `true` if the text is known to be wrong.
    pub is_wrong: Option<bool>,
    /// Callback for a change of the text.
    pub oninput: Callback<InputEvent>,
    /// Callback for an input that loses the focus.
    pub onblur: Option<Callback<FocusEvent>>,
}

impl Line {
    /// The line, and what stands beneath.
    pub fn with(self, beneath: Html) -> Html {
        html! {
            <div class="field">
                <label for={self.id}>{ self.label }</label>
                <input
                    class={self.class}
                    id={self.id}
                    data-test={self.id}
                    type="text"
                    placeholder={self.example}
                    value={self.value}
                    aria-describedby={self.note}
                    aria-invalid={self.is_wrong.map(|is_wrong| is_wrong.to_string())}
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    oninput={self.oninput}
                    onblur={self.onblur}
                />
                { beneath }
            </div>
        }
    }
}

/// Label, text area, and a finding or hint of a field with several lines. The pair has the CSS
/// classes of the text area and its placeholder.
pub fn text_area(
    page: &Page,
    field: Field,
    label: &'static str,
    [class, example]: [&'static str; 2],
    rows: usize,
    hint: &str,
) -> Html {
    let name = field.name();
    let finding = page.state.finding(field);
    let oninput = page.on(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Some(Message::Do(typed(field, &event, text)))
    });
    html! {
        <>
            <label for={name}>{ label }</label>
            <textarea
                {class}
                id={name}
                data-test={name}
                placeholder={example}
                aria-describedby={note_id(field)}
                aria-invalid={is_wrong(&finding).to_string()}
                rows={rows.to_string()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                value={page.state.form.text(field).to_owned()}
                {oninput}
                onblur={leave(page, field)}
            />
            { beneath(page, Some(field), &finding, hint) }
        </>
    }
}

/// Element ID of the finding or hint beneath a field.
fn note_id(field: Field) -> String {
    [field.name(), "-note"].concat()
}

/// Callback for a field that loses the focus; findings about it are shown from then on.
pub fn leave(page: &Page, field: Field) -> Callback<FocusEvent> {
    page.on(move |_| Some(Message::Leave(field)))
}

/// Returns `true` if the finding is an error.
pub fn is_wrong(finding: &Option<Finding>) -> bool {
    finding
        .as_ref()
        .is_some_and(|finding| finding.severity == Severity::Error)
}

/// Action of an `input` event. An insertion or deletion of more than one character is an undo step
/// of its own.
pub fn typed(field: Field, event: &Event, text: String) -> Action {
    let Some(event) = event.dyn_ref::<InputEvent>() else {
        return Action::Paste(field, text);
    };
    let is_long = || {
        event
            .data()
            .is_some_and(|data| data.chars().nth(1).is_some())
    };
    match event.input_type().as_str() {
        "insertCompositionText" => Action::Compose(field, text),
        "insertText" if is_long() => Action::Paste(field, text),
        "insertFromPaste"
        | "insertFromDrop"
        | "insertReplacementText"
        | "deleteByCut"
        | "deleteByDrag" => Action::Paste(field, text),
        _ => Action::Edit(field, text),
    }
}

/// A finding or else a hint, which may be empty; of a field also its fix buttons, and the note
/// about a refused secret.
pub fn beneath(page: &Page, field: Option<Field>, finding: &Option<Finding>, hint: &str) -> Html {
    html! {
        <div class="beneath" id={field.map(note_id)}>
            // A hint changes with every keystroke, so only a finding is announced.
            <div aria-live="polite">
                if let Some(finding) = finding {
                    { finding_line(finding.code, finding.severity, &finding.sentence) }
                }
            </div>
            if finding.is_none() && !hint.is_empty() {
                { text::hint(hint) }
            }
            if let Some(field) = field {
                <>{ for fix_buttons(page, field, finding) }</>
                { kept_out_note(page, Place::Field(field)) }
            }
        </div>
    }
}

/// Buttons of a finding's fix: they replace the field's text as if it had been typed, or apply a
/// larger change.
fn fix_buttons(page: &Page, field: Field, finding: &Option<Finding>) -> Vec<Html> {
    let Some(fix) = finding.as_ref().and_then(|finding| finding.fix.clone()) else {
        return Vec::new();
    };
    let set = |text: String| page.on(move |_| Some(Message::Do(Action::Fix(field, text.clone()))));
    match fix.change {
        Change::EitherText(text, other) => [text, other]
            .map(|text| {
                let label = ["Use ", &brief(&text)].concat();
                button("quiet fix", "fix", &label, set(text))
            })
            .to_vec(),
        Change::Text(text) => {
            let what = if field == Field::Payload {
                "the payload"
            } else {
                &text
            };
            let name = [fix.label, ": ", what].concat();
            let onclick = set(text);
            vec![html! {
                <button
                    type="button"
                    class="quiet fix"
                    data-test="fix"
                    aria-label={name}
                    {onclick}
                >
                    { fix.label }
                </button>
            }]
        }
        _ => {
            let label = fix.label;
            let apply = page.on(move |_| Some(Message::Do(Action::Apply(fix.clone()))));
            vec![button("quiet fix", "fix", label, apply)]
        }
    }
}

/// Beginning and end of a text that is too long for a button.
fn brief(text: &str) -> String {
    const LONGEST: usize = 24;
    const SHOWN: usize = 8;
    let characters: Vec<char> = text.chars().collect();
    match characters.len() {
        ..=LONGEST => text.to_owned(),
        length => characters[..SHOWN]
            .iter()
            .chain(&['…'])
            .chain(&characters[length - SHOWN..])
            .collect(),
    }
}

/// A note about a secret that was refused in a place.
pub fn kept_out_note(page: &Page, place: Place) -> Html {
    html! {
        if let Some(sentence) = page.state.kept_out_of(place) {
            <p class="finding" data-test="kept-out" role="alert" data-severity="warning">
                { sentence }
            </p>
        }
    }
}
