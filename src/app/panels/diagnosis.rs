//! Why it ended so, most likely, and the click that helps. What Trill can rule out is crossed off.

use crate::apns::Outcome;
use crate::app::action::Action;
use crate::app::message::{Link, Message};
use crate::app::panels::findings::once;
use crate::app::panels::signer;
use crate::app::state::State;
use crate::app::tag::{Tag, button, details, tag};
use crate::app::verdict::Tone;
use crate::diagnosis::{self, Diagnosis, Rank};

/// The likeliest cause in full, the others behind a line.
pub fn view(state: &State, link: &Link) -> Tag {
    let accepted = state
        .report
        .as_ref()
        .is_some_and(|report| report.outcome == Outcome::Accepted);
    let tone = state.verdict().map(|verdict| verdict.tone);
    let is_well = accepted && matches!(tone, Some(Tone::Good | Tone::Open));
    // An accepted push needs no explaining, unless the phone says otherwise or stays silent.
    let in_full = match state.diagnoses.first() {
        Some(first) if !is_well || first.rank == Rank::Certain => 1,
        _ => 0,
    };
    let (first, others) = state.diagnoses.split_at(in_full.min(state.diagnoses.len()));
    // Nothing has to be found out about a call that rang.
    let has_rung =
        tone == Some(Tone::Good) && others.iter().all(|other| other.rank == Rank::RuledOut);
    let others = if has_rung { &[] } else { others };
    let summary = if accepted {
        "If it did not ring"
    } else {
        "What else it may be"
    };
    let list = || {
        tag("ul", "causes").with_all(
            others
                .iter()
                .map(|diagnosis| tag("li", "").with(cause(state, link, diagnosis))),
        )
    };
    tag("div", "diagnosis")
        .test("diagnosis")
        .with_all(first.iter().map(|diagnosis| cause(state, link, diagnosis)))
        .with((!others.is_empty()).then(|| details("", summary).with(list())))
}

fn cause(state: &State, link: &Link, diagnosis: &Diagnosis) -> Tag {
    let cause = diagnosis.cause;
    let ruled_out = diagnosis.rank == Rank::RuledOut;
    let title = tag("p", "found-title")
        .set("title", cause.source)
        .with(tag(if ruled_out { "s" } else { "span" }, "").with(cause.title))
        .with(
            diagnosis
                .because
                .as_ref()
                .map(|because| tag("span", "because").with([" ", because].concat())),
        );
    let found = tag("div", "found")
        .set("data-cause", cause.id)
        .set("data-rank", diagnosis.rank.as_str())
        .with(title);
    if ruled_out {
        return found;
    }
    found
        .with(tag("p", "hint").with([cause.why, " ", cause.fix].concat()))
        .with(
            tag("div", "row").with_all(
                diagnosis
                    .actions
                    .iter()
                    .map(|action| offer(state, link, action)),
            ),
        )
}

fn offer(state: &State, link: &Link, action: &diagnosis::Action) -> Option<Tag> {
    use diagnosis::Action as Offer;
    let label = action.label()?;
    Some(match action {
        Offer::Mend(mend) if !state.allows(mend) => return None,
        Offer::Mend(mend) => once("quiet", "act", label, link, Action::Mend(mend.clone())),
        Offer::NewUuid => once("quiet", "act", label, link, Action::NewUuid),
        Offer::FaultsOff => button("quiet", "diagnosis-faults-off", label, link, || {
            Message::FaultsOff
        }),
        Offer::Enrol => button("quiet", "enrol", label, link, || Message::Enrol),
        Offer::NewToken { seconds: 0 } | Offer::SendAgain { seconds: 0 } => {
            button("quiet", "act", label, link, || Message::Send)
        }
        // In a while: a button that did nothing until then would be a trap.
        Offer::NewToken { .. } | Offer::SendAgain { .. } => tag("span", "hint").with(label),
        Offer::OtherKey => signer::key_picker(link, "Choose another key"),
        Offer::OtherDeviceToken => tag("a", "button quiet")
            .set("href", "#device-token")
            .with(label),
        Offer::Advice => return None,
    })
}
