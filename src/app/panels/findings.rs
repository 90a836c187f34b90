//! Findings about the push, worst first, each with a button that applies its fix.

use yew::prelude::*;

use crate::apns::{Finding, Severity};
use crate::app::action::Action;
use crate::app::card::Card;
use crate::app::components::button::button;
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::page::Page;

/// Errors and warnings about a card in full, and notes in a collapsed list; nothing if there are
/// none. `name` is the accessible name of the region.
pub fn findings(page: &Page, card: Card, name: &'static str) -> Html {
    let (notes, bad): (Vec<Finding>, Vec<Finding>) = page
        .composed
        .remarks_on(card)
        .into_iter()
        .partition(|remark| remark.severity == Severity::Note);
    // The payload's region is always drawn, because most findings come and go there.
    if notes.is_empty() && bad.is_empty() && card != Card::Payload {
        return html! {};
    }
    let count = notes.len();
    let summary = if count == 1 {
        "1 note".to_owned()
    } else {
        format!("{count} notes")
    };
    html! {
        <div class="findings-panel" data-test="findings" role="region" aria-label={name}>
            if card == Card::Payload {
                { fix_all(page) }
            }
            { list(page, bad) }
            if count > 0 {
                <details><summary>{ summary }</summary>{ list(page, notes) }</details>
            }
        </div>
    }
}

/// Button that applies all fixes that are certain; nothing if there is no more than one.
fn fix_all(page: &Page) -> Html {
    let all = page.state.all_fixes(&page.composed);
    if all == 0 {
        return html! {};
    }
    let text = ["Fix all ", &all.to_string()].concat();
    button("quiet small", "fix-all", &text, page.act(|| Action::FixAll))
}

fn list(page: &Page, findings: Vec<Finding>) -> Html {
    html! {
        if !findings.is_empty() {
            <ul class="findings">{ for findings.into_iter().map(|finding| row(page, finding)) }</ul>
        }
    }
}

fn row(page: &Page, finding: Finding) -> Html {
    let [why, what_to_do, rule_source] = page.state.rule_prose(&finding);
    let Finding {
        code,
        severity,
        certainty,
        mut sentence,
        source,
        fix,
        ..
    } = finding;
    sentence.insert_str(0, certainty.prefix());
    sentence.extend([" ", why]);
    if fix.is_none() {
        sentence.extend([" ", what_to_do]);
    }
    let button = fix.map(|fix| {
        let label = fix.label;
        let onclick = page.on(move |_| {
            let action = Action::of_fix(Field::Payload, fix.clone());
            Some(Message::Do(action))
        });
        button("quiet small", "fix", label, onclick)
    });
    html! {
        <li
            key={code}
            class="finding"
            data-test="finding"
            data-rule={code}
            data-severity={severity.as_str()}
        >
            <span title={source.unwrap_or_else(|| rule_source.to_owned())}>{ sentence }</span>
            { button.unwrap_or_default() }
        </li>
    }
}
