//! The result: the outcome of the last send, its cause, and the next step.

use yew::prelude::*;

use super::diagnosis::diagnosis;
use super::masthead;
use super::ring::{ring, virtual_ring};
use super::sends::sends;
use super::sent::sent;
use crate::apns::{Outcome, Reason};
use crate::app::components::button::button;
use crate::app::components::text::paragraph;
use crate::app::form::Stops;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::phones::ring::has_receipts;
use crate::app::report::Report;
use crate::app::state::State;
use crate::app::verdict::{Tone, Verdict};

/// The outcome of the last send.
pub fn outcome(page: &Page) -> Html {
    html! {
        <section class="card outcome-card" aria-labelledby="what-happened">
            <h2 id="what-happened">{ "Result" }</h2>
            <div aria-live="polite">{ what(page) }</div>
            { sends(page) }
        </section>
    }
}

fn what(page: &Page) -> Html {
    let state = page.state;
    let verdict = state.verdict();
    if let Some(verdict) = verdict.as_ref().filter(|_| state.sending) {
        return html! {
            <p class="waiting" id="verdict" data-test="underway" data-phone={verdict.phone}>
                { verdict.headline.clone() }
            </p>
        };
    }
    if state.is_stopped() {
        return paragraph("stopped", "stopped", &stopped(&state.stops));
    }
    match (&state.report, &verdict) {
        (Some(report), Some(verdict)) => told(page, report, verdict),
        _ => paragraph(
            "empty",
            "",
            "No push sent yet. APNs’s answer and what to do next will appear here.",
        ),
    }
}

fn told(page: &Page, report: &Report, verdict: &Verdict) -> Html {
    let state = page.state;
    let done = state.phone_sentence(verdict);
    // Once the phone has reacted, the diagnosis gives the fix.
    let fix = report.fix.as_ref().filter(|_| verdict.phone == "unseen");
    // A headline about a call that rang says it all.
    let told = done.filter(|_| verdict.tone != Tone::Good);
    let lines = [
        (!cause_is_untold(state, report, done)).then(|| cause(state, report, verdict)),
        told.map(str::to_owned),
    ];
    let faults_off = page.send(|| Message::FaultsOff);
    let fault = verdict
        .fault
        .as_ref()
        .filter(|_| !state.offers_faults_off());
    let lines = lines.into_iter().flatten().filter(|line| !line.is_empty());
    html! {
        <div
            class="outcome"
            data-test="outcome"
            data-outcome={report.outcome.as_str()}
            data-tone={verdict.tone.as_str()}
            data-phone={verdict.phone}
            data-elsewhere={verdict.is_elsewhere.then_some("")}
            data-reason={report.reason.clone()}
        >
            if verdict.is_elsewhere {
                { paragraph("elsewhere-note", "elsewhere", &elsewhere(state, report)) }
            }
            <h3 class="verdict" id="verdict" data-test="verdict">{ verdict.headline.clone() }</h3>
            <p class="answer mono">{ answer(report) }{ virtual_ring(page) }</p>
            if let Some(fault) = fault {
                <div class="row">
                    { paragraph("cause", "fault-cause", fault) }
                    { button("quiet small", "fault-cause-off", "Switch faults off", faults_off) }
                </div>
            }
            <>{ for lines.map(|line| paragraph("cause", "", &line)) }</>
            { ring(page) }
            if let Some(fix) = fix {
                { paragraph("", "", fix) }
            }
            { diagnosis(page) }
            { sent(page) }
        </div>
    }
}

/// Returns `true` if the phone's reaction or a receipt makes the cause redundant.
fn cause_is_untold(state: &State, report: &Report, done: Option<&str>) -> bool {
    let is_told = done.is_some() || has_receipts(state.last_send());
    report.cause.is_some() && report.outcome == Outcome::Accepted && is_told
}

/// Returns the meaning of the answer; empty if a fault produced the answer.
fn cause(state: &State, report: &Report, verdict: &Verdict) -> String {
    if let Some(cause) = &report.cause {
        return cause.clone();
    }
    let gave_answer = state.watch.fault().is_some_and(|fault| fault.answers);
    if verdict.fault.is_some() && gave_answer {
        return String::new();
    }
    let reason = report.reason.as_deref().unwrap_or_default();
    let meaning = match Reason::parse(reason) {
        Some(reason) => reason.meaning(),
        None => "APNs gave a reason that Apple has not documented.",
    };
    meaning.to_owned()
}

/// Returns the sentence about a push that cannot be sent.
fn stopped(stops: &Stops) -> String {
    let names = stops.names();
    let need = match names.len() {
        1 => "1 field needs attention".to_owned(),
        count => format!("{count} fields need attention"),
    };
    format!(
        "Not sent. {need}: {}. Everything you typed is kept.",
        names.join(", ")
    )
}

/// Returns the note that the last push went to another environment than the one chosen now.
fn elsewhere(state: &State, report: &Report) -> String {
    let [sent, chosen] = [report.environment, state.form.environment].map(masthead::name);
    ["This push went to ", sent, ". ", chosen, " is chosen now."].concat()
}

/// Returns environment, status, APNs's reason and duration on one line. A cause found by Trill is
/// left out: it has a sentence of its own.
fn answer(report: &Report) -> String {
    let mut parts = vec![masthead::name(report.environment).to_owned()];
    parts.extend(report.status.map(|status| status.to_string()));
    parts.extend(report.reason.clone().filter(|_| report.cause.is_none()));
    parts.push(format!("{} ms", report.milliseconds));
    parts.join(" · ")
}
