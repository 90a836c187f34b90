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
    let (mut notes, mut bad) = (Vec::new(), Vec::new());
    for remark in page.composed.remarks_on(card) {
        let list = match remark.severity {
            Severity::Note => &mut notes,
            _ => &mut bad,
        };
        list.push(row(page, remark));
    }
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
            { list(bad) }
            if count > 0 {
                <details ontoggle={page.send(|| Message::Notes)}>
                    <summary>{ summary }</summary>
                    { list(notes) }
                </details>
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

fn list(rows: Vec<Html>) -> Html {
    html! {
        if !rows.is_empty() {
            <ul class="findings">{ for rows }</ul>
        }
    }
}

fn row(page: &Page, finding: &Finding) -> Html {
    let [why, what_to_do, rule_source] = page.state.rule_prose(finding);
    let (code, prefix) = (finding.code, finding.certainty.prefix());
    let sentence = [prefix, &finding.sentence].concat();
    let mut sentences = vec![sentence.as_str(), why];
    let mut fix_button = html! {};
    if let Some(fix) = finding.fix.clone() {
        let label = fix.label;
        let onclick = page.on(move |_| {
            let action = Action::of_fix(Field::Payload, fix.clone());
            Some(Message::Do(action))
        });
        fix_button = button("quiet small", "fix", label, onclick);
    } else {
        sentences.push(what_to_do);
    }
    // Of a rule whose prose has not come, there is the finding alone.
    sentences.retain(|sentence| !sentence.is_empty());
    let source = finding.source.as_deref().unwrap_or(rule_source);
    html! {
        <li
            key={code}
            class="finding"
            data-test="finding"
            data-rule={code}
            data-severity={finding.severity.as_str()}
        >
            <span title={source.to_owned()}>{ sentences.join(" ") }</span>
            { fix_button }
        </li>
    }
}
