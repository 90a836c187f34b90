//! What will go wrong: what there is to say about the push as it stands, worst first, each with the click that mends it.

use std::cell::Cell;

use crate::apns::Severity;
use crate::app::action::Action;
use crate::app::message::{Link, Message};
use crate::app::remark::Remark;
use crate::app::tag::{Child, On, Tag, bare_button, details, tag};

/// Errors and warnings in sight, notes behind a line.
pub fn view(remarks: Vec<Remark>, link: &Link, label: &'static str) -> Tag {
    let (notes, bad): (Vec<Remark>, Vec<Remark>) = remarks
        .into_iter()
        .partition(|remark| remark.severity == Severity::Note);
    let count = notes.len();
    let summary = [
        count.to_string().as_str(),
        if count == 1 { " note" } else { " notes" },
    ]
    .concat();
    tag("div", "findings-panel")
        .test("findings")
        .set("role", "region")
        .set("aria-label", label)
        .with(list(bad, link))
        .with((count > 0).then(|| details("", summary).with(list(notes, link))))
}

/// The same, where there is anything to say.
pub fn some(remarks: Vec<Remark>, link: &Link, label: &'static str) -> Option<Tag> {
    (!remarks.is_empty()).then(|| view(remarks, link, label))
}

fn list(remarks: Vec<Remark>, link: &Link) -> Option<Tag> {
    let some = !remarks.is_empty();
    some.then(|| {
        tag("ul", "findings").with_all(remarks.into_iter().map(|remark| row(remark, link)))
    })
}

/// A button that is drawn anew after it was pressed.
pub fn once(
    class: &'static str,
    test: &'static str,
    label: impl Child,
    link: &Link,
    action: Action,
) -> Tag {
    let action = Cell::new(Some(action));
    let press = move |_: &_| action.take().map(Message::Do);
    bare_button(class, test)
        .with(label)
        .on(On::Click, link, press)
}

fn row(remark: Remark, link: &Link) -> Tag {
    let Remark {
        rule,
        severity,
        mut sentence,
        fix,
        source,
        action,
    } = remark;
    if action.is_none() && !fix.is_empty() {
        sentence.push(' ');
        sentence.push_str(fix);
    }
    tag("li", "finding")
        .key(rule)
        .test("finding")
        .set("data-rule", rule)
        .set("data-severity", severity.as_str())
        .with(tag("span", "").set("title", source).with(sentence))
        .with(action.map(|(label, action)| once("quiet small", "fix", label, link, action)))
}
