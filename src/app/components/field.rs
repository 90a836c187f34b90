//! A form field: label, input and, beneath, its finding or hint.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, InputEvent};
use yew::prelude::*;

use super::button::Button;
use super::finding_line::FindingLine;
use crate::apns::Change;
use crate::app::action::Action;
use crate::app::form::{Field, Finding, Severity};
use crate::app::message::Message;
use crate::app::page::{Page, use_page};
use crate::app::secret_guard::Place;

/// Properties of [`TextField`].
#[derive(Clone, PartialEq, Properties)]
pub struct TextFieldProps {
    /// The field of the form.
    pub field: Field,
    /// Label.
    pub label: AttrValue,
    /// Placeholder text.
    pub example: AttrValue,
    /// Hint shown beneath if there is no finding.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// A labelled line of text.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let page = use_page();
    let field = props.field;
    let name = field.name();
    let note = [name, "-note"].concat();
    let finding = page.state.finding(field);
    let oninput = page.on(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Some(Message::Do(typed(field, &event, text)))
    });
    html! {
        <div class="field">
            <label for={name}>{ &props.label }</label>
            <input
                class="mono"
                id={name}
                data-test={name}
                type="text"
                placeholder={props.example.clone()}
                value={page.state.form.text(field).to_owned()}
                aria-describedby={note.clone()}
                aria-invalid={is_wrong(&finding).to_string()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                {oninput}
                onblur={leave(&page, field)}
            />
            <Beneath id={note} {finding} hint={props.hint.clone()} {field} />
        </div>
    }
}

/// Callback for a field that loses the focus; findings about it are shown from then on.
pub fn leave(page: &Page, field: Field) -> Callback<FocusEvent> {
    page.send(move || Message::Leave(field))
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

/// Properties of [`Beneath`].
#[derive(Clone, PartialEq, Properties)]
pub struct BeneathProps {
    /// Element ID.
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Finding to show.
    pub finding: Option<Finding>,
    /// Hint shown if there is no finding.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Field whose fix buttons and refused secrets are shown here.
    #[prop_or_default]
    pub field: Option<Field>,
}

/// A finding or else a hint, with fix buttons and the note about a refused secret.
#[component]
pub fn Beneath(props: &BeneathProps) -> Html {
    let page = use_page();
    let finding = props.finding.as_ref();
    let hint = props.hint.as_ref().filter(|_| finding.is_none());
    html! {
        <div class="beneath" id={props.id.clone()}>
            // A hint changes with every keystroke, so only a finding is announced.
            <div aria-live="polite">
                if let Some(finding) = finding {
                    <FindingLine rule={finding.code} severity={finding.severity}>
                        { &finding.sentence }
                    </FindingLine>
                }
            </div>
            if let Some(hint) = hint {
                <p class="hint">{ hint }</p>
            }
            if let Some(field) = props.field {
                <>{ for fix_buttons(&page, field, &props.finding) }</>
                <KeptOutNote place={Place::Field(field)} />
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
    let button = |label: String, name: Option<String>, onclick: Callback<MouseEvent>| {
        html! {
            <Button class="quiet fix" test="fix" {name} {onclick}>{ label }</Button>
        }
    };
    let set = |text: String| page.act(move || Action::Fix(field, text.clone()));
    match fix.change {
        Change::EitherText(text, other) => [text, other]
            .map(|text| button(["Use ", &text].concat(), None, set(text)))
            .to_vec(),
        Change::Text(text) => {
            let what = if field == Field::Payload {
                "the payload"
            } else {
                &text
            };
            let name = [fix.label, ": ", what].concat();
            vec![button(fix.label.to_owned(), Some(name), set(text))]
        }
        _ => {
            let label = fix.label.to_owned();
            vec![button(
                label,
                None,
                page.act(move || Action::Apply(fix.clone())),
            )]
        }
    }
}

/// Properties of [`KeptOutNote`].
#[derive(Clone, PartialEq, Properties)]
pub struct KeptOutNoteProps {
    /// Place that refused the secret.
    pub place: Place,
}

/// A note about a secret that was refused in a place.
#[component]
pub fn KeptOutNote(props: &KeptOutNoteProps) -> Html {
    let page = use_page();
    html! {
        if let Some(sentence) = page.state.kept_out_of(props.place) {
            <FindingLine test="kept-out" role="alert" severity={Severity::Warning}>
                { sentence }
            </FindingLine>
        }
    }
}
