//! Warnings about a text that is valid JSON. None of them prevents sending.

use super::name::{Hidden, hidden, shown};
use super::number::{self, Loss};
use super::outline::{Member, Outline, Sort};
use super::{aps, repair};
use crate::apns::finding::{self, Finding};
use crate::apns::json::quoted;
use crate::apns::position::Position;

/// All warnings, the most severe first, then in the order of the text.
pub(super) fn warnings(text: &str, document: &Outline) -> Vec<Finding> {
    let mut found = duplicates(text, document);
    found.extend(aps::remarks(text, document));
    for member in document.members(text) {
        found.extend(hidden_in_name(text, &member));
    }
    found.extend(numbers(text, document));
    found.extend(zeros(text, document));
    let mut remarks = Vec::new();
    for remark in found {
        finding::insert(&mut remarks, remark, |remark| {
            (remark.severity, remark.position())
        });
    }
    remarks
}

/// Warnings about names that occur twice in one object: RFC 8259 §4 does not define which of them
/// counts.
fn duplicates(text: &str, document: &Outline) -> Vec<Finding> {
    let mut seen: Vec<Member<'_>> = Vec::new();
    let mut remarks = Vec::new();
    for member in document.members(text) {
        match seen
            .iter()
            .find(|other| other.node.parent == member.node.parent && other.name == member.name)
        {
            Some(first) => remarks.push(duplicate(text, first, &member)),
            None => seen.push(member),
        }
    }
    remarks
}

fn duplicate(text: &str, first: &Member<'_>, second: &Member<'_>) -> Finding {
    let (before, here) = (
        Position::at(text, first.name_place.start),
        Position::at(text, second.name_place.start),
    );
    let name = shown(&second.name);
    let sentence = if before.line == here.line {
        format!(
            "\"{name}\" is there twice (line {}, columns {} and {}). Most readers keep only the \
             last: take one away.",
            here.line, before.column, here.column
        )
    } else {
        format!(
            "\"{name}\" is there twice (lines {} and {}). Most readers keep only the last: take \
             one away.",
            before.line, here.line
        )
    };
    Finding::error("json_duplicate_key", sentence).at(here)
}

fn hidden_in_name(text: &str, member: &Member<'_>) -> Option<Finding> {
    let (character, plain) = match hidden(&member.name)? {
        Hidden::Invisible(plain) => ("Hidden character", plain),
        Hidden::LookAlike(plain) => ("Look-alike letter", plain),
    };
    let position = Position::at(text, member.name_place.start);
    let sentence = format!(
        "{character} in \"{}\" at {position}. The app looks for \"{}\": type it anew.",
        shown(&member.name),
        shown(&plain)
    );
    let fix = repair::renamed(text, member, &plain);
    Some(
        Finding::warning("invisible_char", sentence)
            .at(position)
            .with_text(fix),
    )
}

fn numbers(text: &str, document: &Outline) -> Vec<Finding> {
    let mut remarks = Vec::new();
    for node in &document.nodes {
        if node.sort != Sort::Number {
            continue;
        }
        let number = &text[node.place.clone()];
        let Some(loss) = number::loss(number) else {
            continue;
        };
        let loses = match loss {
            Loss::Device => "loses digits on the device",
            Loss::JavaScript => "may lose its last digit in JavaScript",
            Loss::Digits => "has more digits than a number keeps",
            Loss::Vanishes => "is so small that it becomes 0",
        };
        let position = Position::at(text, node.place.start);
        let sentence = format!(
            "{} at {position} {loses}. Send it as a string?",
            shown(number)
        );
        let fix = Some(repair::replaced(text, &node.place, &quoted(number)));
        remarks.push(
            Finding::warning("json_number_precision", sentence)
                .at(position)
                .with_text(fix),
        );
    }
    remarks
}

fn zeros(text: &str, document: &Outline) -> Vec<Finding> {
    let remark = |start: &usize| {
        let position = Position::at(text, *start);
        let sentence = format!(
            "Zero character \\u0000 at {position}: many apps cut the string there. Take it away."
        );
        let fix = Some(repair::replaced(text, &(*start..start + 6), ""));
        Finding::warning("json_nul", sentence)
            .at(position)
            .with_text(fix)
    };
    document.zeros.iter().map(remark).collect()
}
