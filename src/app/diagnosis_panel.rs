//! Why it ended so, most likely, and the click that helps. What Trill can rule out is crossed off.

use yew::prelude::*;

use super::findings_panel::once;
use super::message::{Link, Message, on_click};
use super::signer_panel;
use super::state::{Action, State};
use crate::apns::Outcome;
use crate::call::diagnosis::{self, Diagnosis, Rank};

/// The likeliest cause in full, the others behind a line.
pub fn view(state: &State, link: &Link) -> Html {
    let accepted = state.report.as_ref().is_some_and(|report| report.outcome == Outcome::Accepted);
    // An accepted push needs no explaining, unless the phone says otherwise or stays silent.
    let in_full = match state.diagnoses.first() {
        Some(first) if !accepted || first.rank == Rank::Certain => 1,
        _ => 0,
    };
    let (first, others) = state.diagnoses.split_at(in_full.min(state.diagnoses.len()));
    html! {
        <div class="diagnosis" data-test="diagnosis">
            { for first.iter().map(|diagnosis| cause(state, link, diagnosis)) }
            if !others.is_empty() {
                <details>
                    <summary>{ if accepted { "If it did not ring" } else { "What else it may be" } }</summary>
                    <ul class="causes">{ for others.iter().map(|diagnosis| html! { <li>{ cause(state, link, diagnosis) }</li> }) }</ul>
                </details>
            }
        </div>
    }
}

fn cause(state: &State, link: &Link, diagnosis: &Diagnosis) -> Html {
    let prose = state.catalogue.cause(diagnosis.id);
    let ruled_out = diagnosis.rank == Rank::RuledOut;
    html! {
        <div class="found" data-cause={diagnosis.id} data-rank={diagnosis.rank.as_str()}>
            <p class="found-title" title={prose.source.to_owned()}>
                if ruled_out { <s>{ prose.title }</s> } else { { prose.title } }
                if let Some(because) = &diagnosis.because { <span class="because">{ " " }{ state.catalogue.say(because) }</span> }
            </p>
            if !ruled_out {
                <p class="hint">{ prose.why }{ " " }{ prose.fix }</p>
                <div class="row">{ for diagnosis.actions.iter().map(|action| button(link, action)) }</div>
            }
        </div>
    }
}

fn button(link: &Link, action: &diagnosis::Action) -> Html {
    use diagnosis::Action as Offer;
    let Some(label) = action.label() else { return Html::default() };
    let on_press = match action {
        Offer::Mend(mend) => once(link, Action::Mend(mend.clone())),
        Offer::NewUuid => once(link, Action::NewUuid),
        Offer::Enrol => on_click(link, || Message::Enrol),
        Offer::NewToken { seconds: 0 } | Offer::SendAgain { seconds: 0 } => on_click(link, || Message::Send),
        // In a while: a button that did nothing until then would be a trap.
        Offer::NewToken { .. } | Offer::SendAgain { .. } => return html! { <span class="hint">{ label }</span> },
        Offer::OtherKey => return signer_panel::picker(link, "Choose another key"),
        Offer::OtherDeviceToken => return html! { <a class="button quiet" href="#device-token">{ label }</a> },
        Offer::Advice => return Html::default(),
    };
    let test = if *action == Offer::Enrol { "enrol" } else { "act" };
    html! { <button type="button" class="quiet" data-test={test} onclick={on_press}>{ label }</button> }
}
