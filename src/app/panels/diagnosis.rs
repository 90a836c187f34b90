//! The diagnosis: likely causes of the outcome, each with buttons that help. Causes that are ruled
//! out are struck through.

use yew::prelude::*;

use crate::apns::Outcome;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::file_picker::key_picker;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_link::RelayLink;
use crate::app::state::State;
use crate::app::verdict::Tone;
use crate::diagnosis::{self, Diagnosis, Rank};

/// Hint in place of an explanation that cannot be loaded.
const UNEXPLAINED: &str = "The relay explains this once it answers again.";
/// Number of causes in full if no receipt came: there is no evidence for one of them.
const SHOWN: usize = 3;

/// Returns `true` if a cause is shown in full without its prose.
pub fn lacks_prose(state: &State) -> bool {
    let mut shown = state.diagnoses.iter().take(in_full(state));
    shown.any(|diagnosis| diagnosis.cause.lacks_prose())
}

/// Number of causes that are shown in full. An accepted push needs no explanation, unless the phone
/// reports a problem or stays silent.
fn in_full(state: &State) -> usize {
    match state.diagnoses.first() {
        Some(_) if state.ring()["state"] == "nothing" => {
            let all = state.diagnoses.iter();
            let likely = all.take_while(|cause| cause.rank != Rank::RuledOut);
            likely.count().min(SHOWN)
        }
        Some(first) if first.rank == Rank::Certain || !is_well(state) => 1,
        _ => 0,
    }
}

/// Returns `true` if the push was accepted and nothing speaks against a call.
fn is_well(state: &State) -> bool {
    is_accepted(state) && matches!(tone(state), Some(Tone::Good | Tone::Open))
}

fn is_accepted(state: &State) -> bool {
    let report = state.report.as_ref();
    report.is_some_and(|report| report.outcome == Outcome::Accepted)
}

fn tone(state: &State) -> Option<Tone> {
    state.verdict().map(|verdict| verdict.tone)
}

/// The likeliest cause in full, and the others in a collapsed list.
pub fn diagnosis(page: &Page) -> Html {
    let state = page.state;
    let (first, others) = state.diagnoses.split_at(in_full(state));
    // A call that rang needs no further causes.
    let has_rung =
        tone(state) == Some(Tone::Good) && others.iter().all(|other| other.rank == Rank::RuledOut);
    let others = if has_rung { &[] } else { others };
    let summary = if is_accepted(state) {
        "If it did not ring"
    } else {
        "What else it may be"
    };
    html! {
        <div class="diagnosis" data-test="diagnosis">
            <>{ for first.iter().map(|diagnosis| cause(page, diagnosis)) }</>
            if !others.is_empty() {
                <details ontoggle={page.send(|| Message::OtherCauses)}>
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
    let source = page.state.prose_of(about.id, "source", diagnosis.source());
    let ruled_out = diagnosis.rank == Rank::RuledOut;
    html! {
        <div class="found" data-cause={about.id} data-rank={diagnosis.rank.as_str()}
            data-certainty={diagnosis.certainty.as_str()}>
            <p class="found-title" title={source.to_owned()}>
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
                <p class="hint">{ effect(page, diagnosis) }{ fix(page, diagnosis) }</p>
                <div class="row">
                    { for diagnosis.actions.iter().map(|action| offer(page, action)) }
                </div>
            }
        </div>
    }
}

/// Returns the explanation of the effect and its certainty, as a finding has them.
fn effect(page: &Page, diagnosis: &Diagnosis) -> String {
    let cause = diagnosis.cause;
    if !diagnosis.is_explained() {
        return String::new();
    }
    match page.state.prose_of(cause.id, "why", cause.why) {
        "" => String::new(),
        why => [diagnosis.certainty.prefix(), why, " "].concat(),
    }
}

/// Returns the instruction, or a hint if the relay cannot supply it.
fn fix<'a>(page: &Page<'a>, diagnosis: &Diagnosis) -> &'a str {
    match page
        .state
        .prose_of(diagnosis.cause.id, "fix", diagnosis.cause.fix)
    {
        "" if page.state.relay == RelayLink::Down => UNEXPLAINED,
        fix => fix,
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
