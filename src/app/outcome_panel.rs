//! What happened: the outcome of the last send, in whose words, and what to do now.

use super::diagnosis_panel;
use super::masthead;
use super::message::Link;
use super::report::Report;
use super::state::State;
use super::tag::{Tag, card, details, tag};
use crate::sentence::Sentence;

/// The fourth question.
pub fn view(state: &State, link: &Link) -> Tag {
    let what = if state.sending {
        tag("p", "waiting").with("On its way…")
    } else if state.is_stopped() {
        tag("p", "stopped").test("stopped").with(state.catalogue.say(&Sentence::new("send-stopped")))
    } else if let Some(report) = &state.report {
        told(state, report, link)
    } else {
        tag("p", "empty").with("Nothing was sent yet. Here APNs’s answer will stand, with what it means and what to do.")
    };
    card("card outcome-card", "what-happened", "What happened").with(tag("div", "").set("aria-live", "polite").with(what))
}

fn told(state: &State, report: &Report, link: &Link) -> Tag {
    let meaning = report.reason.as_deref().and_then(|reason| state.catalogue.reason(reason));
    let cause = match (&report.cause, meaning) {
        (Some(cause), _) => state.catalogue.say(cause),
        (None, Some((meaning, _))) => meaning.to_owned(),
        (None, None) => state.catalogue.say(&Sentence::new("reason_undocumented")),
    };
    let rows = sent(report).into_iter().flat_map(|(name, value)| [tag("dt", "").with(name), tag("dd", "").with(value)]);
    let sent = details("", "What was sent")
        .with(tag("pre", "mono sent").test("sent").with(report.payload.clone()))
        .with(tag("dl", "mono").with_all(rows));
    let outcome = tag("div", "outcome").test("outcome").set("data-outcome", report.outcome.as_str());
    let outcome = match &report.reason {
        Some(reason) => outcome.set("data-reason", reason.clone()),
        None => outcome,
    };
    outcome
        .with(tag("p", "verdict").with(report.headline()))
        .with(tag("p", "answer mono").with(answer(report)))
        .with(tag("p", "cause").with(cause))
        .with(report.remedy.as_ref().map(|remedy| tag("p", "remedy").with(state.catalogue.say(remedy))))
        .with(diagnosis_panel::view(state, link))
        .with(sent)
}

/// Environment, status and reason on one line, as a log would have them.
fn answer(report: &Report) -> String {
    let mut parts = vec![masthead::name(report.environment).to_owned()];
    parts.extend(report.status.map(|status| status.to_string()));
    parts.extend(report.reason.clone());
    parts.push([&report.milliseconds.to_string(), " ms"].concat());
    parts.join(" · ")
}

fn sent(report: &Report) -> Vec<(&'static str, String)> {
    let mut rows = vec![("device token", report.device_token.clone())];
    rows.extend(report.headers.iter().cloned());
    rows.extend(report.unique_id.clone().map(|id| ("apns-unique-id", id)));
    rows
}
