//! The diagnosis: likely causes of the outcome, each with buttons that help. Causes that are ruled
//! out are struck through.

use yew::prelude::*;

use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::components::file_picker::key_picker;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::relay_link::RelayLink;
use crate::app::verdict::Tone;
use crate::diagnosis::{self, Diagnosis, PHONE_RANG, Rank};

/// Hint in place of an explanation that cannot be loaded.
const UNEXPLAINED: &str = "The relay explains this once it answers again.";

/// The likeliest cause in full, and the others in a collapsed list.
pub fn diagnosis(page: &Page) -> Html {
    let state = page.state;
    let (first, others) = state.diagnoses.split_at(state.causes_in_full());
    // A call that rang needs no further causes.
    let has_rung =
        state.tone() == Some(Tone::Good) && others.iter().all(|other| other.rank == Rank::RuledOut);
    let others = if has_rung { &[] } else { others };
    let summary = if state.is_accepted() {
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
    // The headline says that the phone rang.
    let is_told = about.id == PHONE_RANG && page.state.tone() == Some(Tone::Good);
    html! {
        <div class="found" data-cause={about.id} data-rank={diagnosis.rank.as_str()}
            data-certainty={diagnosis.certainty.as_str()}>
            if !is_told {
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
            }
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
