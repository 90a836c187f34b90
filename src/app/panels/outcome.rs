//! What happened: the outcome of the last send, in whose words, and what to do now.

use crate::apns::{Outcome, Reason};
use crate::app::message::Link;
use crate::app::panels::diagnosis;
use crate::app::panels::masthead;
use crate::app::report::Report;
use crate::app::state::State;
use crate::app::tag::{Tag, card, details, tag};
use crate::app::verdict::Verdict;

const STOPPED: &str = "Nothing was sent: first correct what is marked with ✕. \
                       Everything you typed is still there.";

/// The fourth question.
pub fn view(state: &State, link: &Link) -> Tag {
    let verdict = state.verdict();
    let what = if let Some(verdict) = verdict.as_ref().filter(|_| state.sending) {
        tag("p", "waiting")
            .test("underway")
            .set("data-phone", verdict.phone)
            .with(verdict.headline.clone())
    } else if state.is_stopped() {
        tag("p", "stopped").test("stopped").with(STOPPED)
    } else if let (Some(report), Some(verdict)) = (&state.report, &verdict) {
        told(state, report, verdict, link)
    } else {
        tag("p", "empty").with("Nothing was sent yet. Here APNs’s answer will stand, with what it means and what to do.")
    };
    card("card outcome-card", "what-happened", "What happened")
        .with(tag("div", "").set("aria-live", "polite").with(what))
}

fn told(state: &State, report: &Report, verdict: &Verdict, link: &Link) -> Tag {
    let meaning = report
        .reason
        .as_deref()
        .and_then(Reason::parse)
        .map(Reason::meaning);
    let done = state.phone_sentence(verdict);
    let is_of_fault =
        verdict.fault.is_some() && state.watch.fault().is_some_and(|fault| fault.answers);
    let cause = match (&report.cause, meaning) {
        // What the phone did says more than that APNs took the push.
        (Some(_), _) if report.outcome == Outcome::Accepted && done.is_some() => String::new(),
        // What a reason means says nothing where a fault gave it.
        (None, _) if is_of_fault => String::new(),
        (Some(cause), _) => cause.clone(),
        (None, Some(meaning)) => meaning.to_owned(),
        (None, None) => "APNs gave a reason that Apple has not documented.".to_owned(),
    };
    let rows = sent(report)
        .into_iter()
        .flat_map(|(name, value)| [tag("dt", "").with(name), tag("dd", "").with(value)]);
    let sent = details("", "What was sent")
        .with(
            tag("pre", "mono sent")
                .test("sent")
                .with(report.payload.clone()),
        )
        .with(tag("dl", "mono").with_all(rows));
    // What to do is for the diagnosis to say once the phone has been seen.
    let remedy = report.remedy.as_ref().filter(|_| verdict.phone == "unseen");
    let outcome = tag("div", "outcome")
        .test("outcome")
        .set("data-outcome", report.outcome.as_str())
        .set("data-tone", verdict.tone.as_str())
        .set("data-phone", verdict.phone);
    let outcome = if verdict.is_elsewhere {
        outcome.set("data-elsewhere", "")
    } else {
        outcome
    };
    let outcome = match &report.reason {
        Some(reason) => outcome.set("data-reason", reason.clone()),
        None => outcome,
    };
    outcome
        .with(verdict.is_elsewhere.then(|| {
            tag("p", "elsewhere-note")
                .test("elsewhere")
                .with(elsewhere(state, report))
        }))
        .with(
            tag("p", "verdict")
                .test("verdict")
                .with(verdict.headline.clone()),
        )
        .with(tag("p", "answer mono").with(answer(report)))
        .with(
            verdict
                .fault
                .clone()
                .map(|fault| tag("p", "cause").test("fault-cause").with(fault)),
        )
        .with((!cause.is_empty()).then(|| tag("p", "cause").with(cause)))
        .with(done.map(|done| tag("p", "cause").with(done.to_owned())))
        .with(remedy.map(|remedy| tag("p", "remedy").with(remedy.clone())))
        .with(diagnosis::view(state, link))
        .with(sent)
}

/// Where the push went that this is about, now that the next one would go elsewhere.
fn elsewhere(state: &State, report: &Report) -> String {
    let [sent, chosen] = [report.environment, state.form.environment].map(masthead::name);
    ["This push went to ", sent, ". ", chosen, " is chosen now."].concat()
}

/// Environment, status and APNs's reason on one line, as a log would have them. What Trill itself has to say has a sentence.
fn answer(report: &Report) -> String {
    let mut parts = vec![masthead::name(report.environment).to_owned()];
    parts.extend(report.status.map(|status| status.to_string()));
    parts.extend(report.reason.clone().filter(|_| report.cause.is_none()));
    parts.push([&report.milliseconds.to_string(), " ms"].concat());
    parts.join(" · ")
}

fn sent(report: &Report) -> Vec<(&'static str, String)> {
    let mut rows = vec![("device token", report.device_token.clone())];
    rows.extend(report.headers.iter().cloned());
    rows.extend(report.unique_id.clone().map(|id| ("apns-unique-id", id)));
    rows
}
