//! The diagnosis: likely causes of the outcome, each with buttons that help. Causes that are ruled
//! out are struck through.

use yew::prelude::*;

use crate::apns::Outcome;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::file_picker::key_picker;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::verdict::Tone;
use crate::diagnosis::{self, Diagnosis, Rank};

/// Number of causes in full if no receipt came: there is no evidence for one of them.
const SHOWN: usize = 3;

/// The likeliest cause in full, and the others in a collapsed list.
pub fn diagnosis(page: &Page) -> Html {
    let state = page.state;
    let accepted = state
        .report
        .as_ref()
        .is_some_and(|report| report.outcome == Outcome::Accepted);
    let tone = state.verdict().map(|verdict| verdict.tone);
    let is_well = accepted && matches!(tone, Some(Tone::Good | Tone::Open));
    // An accepted push needs no explanation, unless the phone reports a problem or stays silent.
    let in_full = match state.diagnoses.first() {
        Some(_) if state.ring()["state"] == "nothing" => {
            let all = state.diagnoses.iter();
            let likely = all.take_while(|cause| cause.rank != Rank::RuledOut);
            likely.count().min(SHOWN)
        }
        Some(first) if !is_well || first.rank == Rank::Certain => 1,
        _ => 0,
    };
    let (first, others) = state.diagnoses.split_at(in_full);
    // A call that rang needs no further causes.
    let has_rung =
        tone == Some(Tone::Good) && others.iter().all(|other| other.rank == Rank::RuledOut);
    let others = if has_rung { &[] } else { others };
    let summary = if accepted {
        "If it did not ring"
    } else {
        "What else it may be"
    };
    html! {
        <div class="diagnosis" data-test="diagnosis">
            <>{ for first.iter().map(|diagnosis| cause(page, diagnosis)) }</>
            if !others.is_empty() {
                <details>
                    <summary>{ summary }</summary>
                    <ul class="causes">
                        { for others.iter().map(|other| html! { <li>{ cause(page, other) }</li> }) }
                    </ul>
                </details>
            }
        </div>
    }
}

fn cause(page: &Page, diagnosis: &Diagnosis) -> Html {
    let about = diagnosis.cause;
    let ruled_out = diagnosis.rank == Rank::RuledOut;
    html! {
        <div class="found" data-cause={about.id} data-rank={diagnosis.rank.as_str()}
            data-certainty={diagnosis.certainty.as_str()}>
            <p class="found-title" title={diagnosis.source().to_owned()}>
                if ruled_out {
                    <s>{ diagnosis.title() }</s>
                } else {
                    <span>{ diagnosis.title() }</span>
                }
                if let Some(because) = &diagnosis.because {
                    <span class="because">{ " " }{ because }</span>
                }
            </p>
            if !ruled_out {
                <p class="hint">{ effect(diagnosis) }{ about.fix }</p>
                <div class="row">
                    { for diagnosis.actions.iter().map(|action| offer(page, action)) }
                </div>
            }
        </div>
    }
}

/// Returns the explanation of the effect and its certainty, as a finding has them.
fn effect(diagnosis: &Diagnosis) -> String {
    match diagnosis.why() {
        "" => String::new(),
        why => [diagnosis.certainty.prefix(), why, " "].concat(),
    }
}

fn offer(page: &Page, action: &diagnosis::Action) -> Html {
    use diagnosis::Action as Offer;
    let Some(label) = action.label() else {
        return html! {};
    };
    let button =
        |test: &'static str, onclick: Callback<MouseEvent>| button("quiet", test, &label, onclick);
    match action {
        Offer::Fix(fix) if !page.state.allows(fix) => html! {},
        Offer::Fix(fix) => {
            let fix = fix.clone();
            let apply = move |_| Some(Message::Do(Action::Apply(fix.clone())));
            button("act", page.on(apply))
        }
        Offer::NewUuid => button("act", page.act(|| Action::NewUuid)),
        Offer::FaultsOff => button("diagnosis-faults-off", page.send(|| Message::FaultsOff)),
        Offer::Enrol => button("enrol", page.send(|| Message::Enrol)),
        Offer::NewToken { seconds: 0 } | Offer::SendAgain { seconds: 0 } => {
            button("act", page.send(|| Message::Send))
        }
        // While there is time to wait, the label is plain text: a button would do nothing.
        Offer::NewToken { .. } | Offer::SendAgain { .. } => {
            html! { <span class="hint">{ label }</span> }
        }
        Offer::OtherKey => key_picker(page, "Choose another key"),
        Offer::OtherCertificate => {
            html! { <a class="button quiet" href="#who-signs">{ label }</a> }
        }
        Offer::OtherDeviceToken => {
            html! { <a class="button quiet" href="#device-token">{ label }</a> }
        }
        Offer::ByHand => html! {},
    }
}
