//! A field: label, input and, beneath, what there is to say about it.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent};
use yew::{AttrValue, TargetCast};

use crate::app::action::Action;
use crate::app::form::{Field, Finding, Severity};
use crate::app::message::{Link, Message};
use crate::app::panels::findings::once;
use crate::app::secret_guard::Place;
use crate::app::state::State;
use crate::app::tag::{On, Tag, tag};

/// One line of text with a label; `hint` is a quiet line beneath, when there is nothing to say.
pub fn input(
    state: &State,
    link: &Link,
    field: Field,
    label: &'static str,
    example: &'static str,
    hint: Option<AttrValue>,
) -> Tag {
    let name = field.name();
    let note = AttrValue::from([name, "-note"].concat());
    let finding = state.finding(field);
    let input = watched(tag("input", "mono"), link, field, &finding)
        .set("id", name)
        .test(name)
        .set("type", "text")
        .set("placeholder", example)
        .value(state.form.text(field))
        .set("aria-describedby", note.clone())
        .on(On::Input, link, move |event| {
            Some(Message::Do(typed(
                field,
                event,
                event.target_unchecked_into::<HtmlInputElement>().value(),
            )))
        });
    let beneath = beneath(&finding, hint)
        .set("id", note)
        .with_all(fix_buttons(link, field, &finding));
    let beneath = beneath.with(kept_out(state, Place::Field(field)));
    tag("div", "field")
        .with(tag("label", "").set("for", name).with(label))
        .with(input)
        .with(beneath)
}

/// The note about a secret that was kept out of this place.
pub fn kept_out(state: &State, place: Place) -> Option<Tag> {
    let note = |says| {
        tag("p", "finding")
            .test("kept-out")
            .set("role", "alert")
            .set("data-severity", "warning")
            .with(says)
    };
    state.kept_out_of(place).map(note)
}

/// The change that an `input` event tells of: what comes at once is a step of its own in the history.
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

/// Says whether it is wrong, but only when it is left is it fair to comment on it.
pub fn watched(element: Tag, link: &Link, field: Field, finding: &Option<Finding>) -> Tag {
    verbatim(element)
        .flag(
            "aria-invalid",
            finding
                .as_ref()
                .is_some_and(|finding| finding.severity == Severity::Error),
        )
        .on(On::Blur, link, move |_| Some(Message::Leave(field)))
}

/// What is typed stays as it is typed.
pub fn verbatim(element: Tag) -> Tag {
    element
        .set("autocomplete", "off")
        .set("autocapitalize", "off")
        .set("spellcheck", "false")
}

/// The buttons that help: they put a mended text in the field as if it had been typed, or change more than that.
pub fn fix_buttons(link: &Link, field: Field, finding: &Option<Finding>) -> Vec<Tag> {
    let Some(finding) = finding else {
        return Vec::new();
    };
    let button = |label: String, action| once("quiet fix", "fix", label, link, action);
    match (&finding.mend, &finding.fix, &finding.other_fix) {
        (Some(mend), ..) => vec![button(mend.label.to_owned(), Action::Mend(mend.clone()))],
        (None, Some(fix), Some(other)) => [fix, other]
            .map(|text| button(["Use ", text].concat(), Action::Fix(field, text.clone())))
            .into_iter()
            .collect(),
        (None, Some(fix), None) => {
            let label = if field == Field::Payload {
                "Mend it: the payload".to_owned()
            } else {
                ["Mend it: ", fix].concat()
            };
            vec![
                button("Mend it".to_owned(), Action::Fix(field, fix.clone()))
                    .set("aria-label", label),
            ]
        }
        _ => Vec::new(),
    }
}

/// A finding, or else a hint.
pub fn beneath(finding: &Option<Finding>, hint: Option<AttrValue>) -> Tag {
    let line = match finding {
        Some(finding) => Some(
            tag("p", "finding")
                .test("finding")
                .set("data-rule", finding.rule)
                .set("data-severity", finding.severity.as_str())
                .with(finding.sentence.clone()),
        ),
        None => hint.map(|hint| tag("p", "hint").with(hint)),
    };
    tag("div", "beneath").set("aria-live", "polite").with(line)
}
