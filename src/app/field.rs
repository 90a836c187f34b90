//! A field: label, input and, beneath, what there is to say about it.

use web_sys::HtmlInputElement;
use yew::{AttrValue, TargetCast};

use super::action::Action;
use super::findings_panel::once;
use super::form::{Field, Finding, Severity};
use super::message::{Link, Message};
use super::secret_guard::Place;
use super::state::State;
use super::tag::{On, Tag, tag};

/// One line of text with a label; `hint` is a quiet line beneath, when there is nothing to say.
pub fn input(state: &State, link: &Link, field: Field, label: &'static str, example: &'static str, hint: Option<AttrValue>) -> Tag {
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
            Some(Message::Do(Action::Edit(field, event.target_unchecked_into::<HtmlInputElement>().value())))
        });
    let beneath = beneath(state, &finding, hint).set("id", note).with(fix_button(link, field, &finding));
    let beneath = beneath.with(kept_out(state, Place::Field(field)));
    tag("div", "field").with(tag("label", "").set("for", name).with(label)).with(input).with(beneath)
}

/// The note about a secret that was kept out of this place.
pub fn kept_out(state: &State, place: Place) -> Option<Tag> {
    let note = |says| tag("p", "finding").test("kept-out").set("role", "alert").set("data-severity", "warning").with(says);
    state.kept_out_of(place).map(note)
}

/// Says whether it is wrong, but only when it is left is it fair to comment on it.
pub fn watched(element: Tag, link: &Link, field: Field, finding: &Option<Finding>) -> Tag {
    verbatim(element).flag("aria-invalid", finding.as_ref().is_some_and(|finding| finding.severity == Severity::Error)).on(
        On::Blur,
        link,
        move |_| Some(Message::Leave(field)),
    )
}

/// What is typed stays as it is typed.
pub fn verbatim(element: Tag) -> Tag {
    element.set("autocomplete", "off").set("autocapitalize", "off").set("spellcheck", "false")
}

/// Puts the mended text in the field, as if it had been typed.
pub fn fix_button(link: &Link, field: Field, finding: &Option<Finding>) -> Option<Tag> {
    let fix = finding.as_ref()?.fix.clone()?;
    let label = if field == Field::Payload { "Mend the payload".to_owned() } else { ["Mend it: ", &fix].concat() };
    Some(once("quiet fix", "fix", "Mend it", link, Action::Fix(field, fix)).set("aria-label", label))
}

/// A finding, or else a hint.
pub fn beneath(state: &State, finding: &Option<Finding>, hint: Option<AttrValue>) -> Tag {
    let line = match finding {
        Some(finding) => Some(
            tag("p", "finding")
                .test("finding")
                .set("data-rule", finding.rule)
                .set("data-severity", finding.severity.as_str())
                .with(state.catalogue.say(&finding.sentence)),
        ),
        None => hint.map(|hint| tag("p", "hint").with(hint)),
    };
    tag("div", "beneath").set("aria-live", "polite").with(line)
}
