//! Findings about the push, worst first, each with a button that applies its fix.

use yew::prelude::*;

use crate::apns::{Finding, Severity};
use crate::app::action::Action;
use crate::app::card::Card;
use crate::app::components::button::Button;
use crate::app::components::details::Details;
use crate::app::form::Field;
use crate::app::page::{Page, use_page};
use crate::lint;

/// Properties of [`Findings`].
#[derive(Clone, PartialEq, Properties)]
pub struct FindingsProps {
    /// Card that shows them.
    pub card: Card,
    /// Accessible name of the region.
    pub name: AttrValue,
}

/// Errors and warnings in full, and notes in a collapsed list; nothing if there are none.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let page = use_page();
    let (notes, bad): (Vec<Finding>, Vec<Finding>) = page
        .composed
        .remarks_on(props.card)
        .into_iter()
        .partition(|remark| remark.severity == Severity::Note);
    // The payload's region is always drawn, because most findings come and go there.
    if notes.is_empty() && bad.is_empty() && props.card != Card::Payload {
        return html! {};
    }
    let count = notes.len();
    let summary = if count == 1 {
        "1 note".to_owned()
    } else {
        format!("{count} notes")
    };
    html! {
        <div class="findings-panel" data-test="findings" role="region" aria-label={props.name.clone()}>
            { list(&page, bad) }
            if count > 0 {
                <Details {summary}>{ list(&page, notes) }</Details>
            }
        </div>
    }
}

fn list(page: &Page, findings: Vec<Finding>) -> Html {
    html! {
        if !findings.is_empty() {
            <ul class="findings">{ for findings.into_iter().map(|finding| row(page, finding)) }</ul>
        }
    }
}

fn row(page: &Page, finding: Finding) -> Html {
    let Finding {
        code,
        severity,
        mut sentence,
        fix,
        ..
    } = finding;
    let mut source = "";
    if let Some(prose) = lint::prose(code) {
        sentence.extend([" ", prose.why]);
        if fix.is_none() {
            sentence.extend([" ", prose.fix]);
        }
        source = prose.source;
    }
    let button = fix.map(|fix| {
        let label = fix.label;
        let onclick = page.act(move || Action::of_fix(Field::Payload, fix.clone()));
        html! { <Button class="quiet small" test="fix" {onclick}>{ label }</Button> }
    });
    html! {
        <li
            key={code}
            class="finding"
            data-test="finding"
            data-rule={code}
            data-severity={severity.as_str()}
        >
            <span title={source}>{ sentence }</span>
            { button.unwrap_or_default() }
        </li>
    }
}
