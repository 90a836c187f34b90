//! What happened: the outcome of the last send, in whose words, and what to do now.

use yew::prelude::*;

use super::diagnosis_panel;
use super::masthead;
use super::message::Link;
use super::report::Report;
use super::state::State;
use crate::sentence::Sentence;

/// The fourth question.
pub fn view(state: &State, link: &Link) -> Html {
    html! {
        <section class="card outcome-card" aria-labelledby="what-happened">
            <h2 id="what-happened">{ "What happened" }</h2>
            <div aria-live="polite">
                if state.sending {
                    <p class="waiting">{ "On its way…" }</p>
                } else if state.is_stopped() {
                    <p class="stopped" data-test="stopped">{ "Nothing was sent: first mend what is marked with ✕. Everything you typed is still there." }</p>
                } else if let Some(report) = &state.report {
                    { told(state, report, link) }
                } else {
                    <p class="empty">{ "Nothing was sent yet. Here APNs’s answer will stand, with what it means and what to do." }</p>
                }
            </div>
        </section>
    }
}

fn told(state: &State, report: &Report, link: &Link) -> Html {
    let meaning = report.reason.as_deref().and_then(|reason| state.catalogue.reason(reason));
    let cause = match (&report.cause, meaning) {
        (Some(cause), _) => state.catalogue.say(cause),
        (None, Some((meaning, _))) => meaning.to_owned(),
        (None, None) => state.catalogue.say(&Sentence::new("reason_undocumented")),
    };
    html! {
        <div class="outcome" data-test="outcome" data-outcome={report.outcome.as_str()} data-reason={report.reason.clone()}>
            <p class="verdict">{ report.headline() }</p>
            <p class="answer mono">{ answer(report) }</p>
            <p class="cause">{ cause }</p>
            if let Some(remedy) = &report.remedy {
                <p class="remedy">{ state.catalogue.say(remedy) }</p>
            }
            { diagnosis_panel::view(state, link) }
            <details>
                <summary>{ "What was sent" }</summary>
                <pre class="mono sent" data-test="sent">{ &report.payload }</pre>
                <dl class="mono">{ for sent(report).into_iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> }) }</dl>
            </details>
        </div>
    }
}

/// Environment, status and reason on one line, as a log would have them.
fn answer(report: &Report) -> String {
    let mut parts = vec![masthead::name(report.environment).to_owned()];
    parts.extend(report.status.map(|status| status.to_string()));
    parts.extend(report.reason.clone());
    parts.push(format!("{} ms", report.milliseconds));
    parts.join(" · ")
}

fn sent(report: &Report) -> Vec<(&'static str, String)> {
    let mut rows = vec![("device token", report.device_token.clone())];
    rows.extend(report.headers.iter().cloned());
    rows.extend(report.unique_id.clone().map(|id| ("apns-unique-id", id)));
    rows
}
