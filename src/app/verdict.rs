//! The verdict: what became of the push, from both halves: the answer of APNs, and what the phone did. It is the same
//! whichever of the two comes first.

use super::push_watch::FaultStrike;
use super::state::State;
use crate::apns::{Environment, Outcome};
use crate::call::PhoneRule;

/// How good the news is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It did what a call should do.
    Good,
    /// It arrived, or may have, and nothing rang.
    Warn,
    /// It failed.
    Bad,
    /// Half of it is still to come.
    Open,
}

impl Tone {
    /// The word for it in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }
}

/// What is known of a push.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// How it ended for APNs; `None` while the answer is still to come.
    pub outcome: Option<Outcome>,
    /// Where it went.
    pub environment: Environment,
    /// Where the next one would go.
    pub chosen: Environment,
    /// What the phone did about it, if that is known.
    pub rule: Option<PhoneRule>,
    /// Whether its call is on the phone's screen now, as far as the page sees it.
    pub is_on_screen: bool,
    /// The fault of the simulator that struck it, or may have.
    pub fault: Option<&'a FaultStrike>,
}

/// The verdict about a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Both halves in one line.
    pub headline: String,
    /// How good the news is.
    pub tone: Tone,
    /// The phone's half: `ringing`, `in-call`, `rang`, `killed`, `silent`, or `unseen`.
    pub phone: &'static str,
    /// The fault of the simulator that made it end so, in one sentence.
    pub fault: Option<String>,
    /// Whether it was sent elsewhere than the next push would go.
    pub is_elsewhere: bool,
}

impl Verdict {
    /// The verdict about a push of which this is known.
    pub fn of(known: &Known<'_>) -> Self {
        let half = known.rule.map(|rule| phone_half(rule, known.is_on_screen));
        let (headline, tone) = match (known.outcome, half) {
            (Some(Outcome::Accepted), None) if known.environment.is_simulator() => {
                ("Accepted".to_owned(), Tone::Open)
            }
            (Some(Outcome::Accepted), None) => ("Accepted".to_owned(), Tone::Good),
            (Some(Outcome::Accepted), Some((tone, _, did))) => {
                let and = if tone == Tone::Good {
                    ", and "
                } else {
                    ", but "
                };
                (["Accepted", and, did].concat(), tone)
            }
            (Some(Outcome::Rejected), None) => ("Rejected".to_owned(), Tone::Bad),
            (Some(Outcome::Rejected), Some((_, _, did))) => {
                (["Rejected, but ", did].concat(), Tone::Bad)
            }
            (Some(Outcome::NotSent), _) => ("Not sent".to_owned(), Tone::Bad),
            (Some(Outcome::Unknown), None) if known.environment.is_simulator() => (
                "No answer, and nothing seen on the iPhone so far".to_owned(),
                Tone::Warn,
            ),
            (Some(Outcome::Unknown), None) => ("Unknown: it may have rung".to_owned(), Tone::Warn),
            (Some(Outcome::Unknown), Some((tone, _, did))) => {
                let (and, tone) = if tone == Tone::Good {
                    (", but ", Tone::Warn)
                } else {
                    (", and ", tone)
                };
                (["No answer", and, did].concat(), tone)
            }
            (None, None) => ("On its way…".to_owned(), Tone::Open),
            (None, Some((tone, _, did))) => {
                let and = if tone == Tone::Good {
                    ", but "
                } else {
                    ", and "
                };
                (["No answer yet", and, did].concat(), Tone::Open)
            }
        };
        Self {
            headline,
            tone,
            phone: half.map_or("unseen", |(_, phone, _)| phone),
            fault: known
                .fault
                .filter(|_| known.outcome.is_some())
                .map(|fault| fault_sentence(fault, known.outcome)),
            is_elsewhere: known.environment != known.chosen,
        }
    }
}

/// The phone's half of the verdict: how good it is, its word, and the end of the headline.
fn phone_half(rule: PhoneRule, is_on_screen: bool) -> (Tone, &'static str, &'static str) {
    use PhoneRule as Rule;
    match rule {
        Rule::Reported | Rule::Launched | Rule::WaitingCall if is_on_screen => {
            (Tone::Good, "ringing", "the iPhone rings")
        }
        Rule::ReportedLate if is_on_screen => (Tone::Warn, "ringing", "the iPhone rings late"),
        Rule::Reported | Rule::Launched | Rule::WaitingCall => {
            (Tone::Good, "rang", "the iPhone rang")
        }
        Rule::ReportedLate => (Tone::Warn, "rang", "the iPhone rang late"),
        Rule::Answered | Rule::EndedAndAnswered if is_on_screen => {
            (Tone::Good, "in-call", "the call was answered")
        }
        Rule::Answered | Rule::EndedAndAnswered => (Tone::Good, "rang", "the call was answered"),
        Rule::Declined => (Tone::Good, "rang", "the call was declined"),
        Rule::Ended => (Tone::Good, "rang", "the call has ended"),
        Rule::Unanswered => (Tone::Good, "rang", "nobody answered"),
        Rule::NoHandle | Rule::NoCallUuid | Rule::BadCallUuid | Rule::NotReported => {
            (Tone::Bad, "killed", "iOS killed the app")
        }
        Rule::DeliveryStopped => (
            Tone::Bad,
            "silent",
            "iOS delivers no more VoIP pushes to the app",
        ),
        Rule::DoNotDisturb => (Tone::Warn, "silent", "not shown: Do Not Disturb is on"),
        Rule::BlockedCaller => (Tone::Warn, "silent", "not shown: the caller is blocked"),
        Rule::TooManyCalls => (
            Tone::Warn,
            "silent",
            "not shown: two calls are on the iPhone already",
        ),
        Rule::SameUuid => (
            Tone::Warn,
            "silent",
            "not shown: a call with this UUID is on the screen already",
        ),
        Rule::UnreportedInFront | Rule::UnreportedInCall | Rule::UnreportedLate => {
            (Tone::Warn, "silent", "the app reported no call")
        }
        Rule::Offline => (
            Tone::Warn,
            "silent",
            "the iPhone is offline and never gets it",
        ),
        Rule::Stored => (
            Tone::Warn,
            "silent",
            "the iPhone is offline: APNs stores the push",
        ),
        Rule::StoredReplaced => (Tone::Warn, "silent", "a newer push took its place"),
        Rule::StoredExpired => (
            Tone::Warn,
            "silent",
            "it expired before the iPhone was back",
        ),
        Rule::PushToTalk => (Tone::Good, "silent", "the app was asked who speaks"),
        Rule::Notified => (Tone::Good, "silent", "iOS shows the notification"),
        Rule::NotifiedSilently => (Tone::Warn, "silent", "the notification made no sound"),
        Rule::NothingToShow => (Tone::Warn, "silent", "it has nothing to show"),
    }
}

fn fault_sentence(fault: &FaultStrike, outcome: Option<Outcome>) -> String {
    let did = match outcome {
        _ if !fault.struck => "struck a connection while this push was on its way.",
        _ if fault.answers => "gave this answer.",
        Some(Outcome::Accepted) => "struck this push, and it got through all the same.",
        Some(Outcome::Rejected) => "struck this push; the answer is the simulator’s own.",
        _ => "kept the answer back.",
    };
    ["The simulator’s fault “", &fault.label, "” ", did].concat()
}

impl State {
    /// The verdict about the push that is underway, or was sent last; `None` before there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        let report = self.report.as_ref().filter(|_| !self.sending);
        if report.is_none() && !self.sending {
            return None;
        }
        let is_watched = report.is_none_or(|report| self.watch.is_about(&report.apns_id));
        Some(Verdict::of(&Known {
            outcome: report.map(|report| report.outcome),
            environment: report.map_or(self.form.environment, |report| report.environment),
            chosen: self.form.environment,
            rule: self.watch.rule().filter(|_| is_watched),
            is_on_screen: self.watch.is_on_screen() && self.shows_a_call(),
            fault: self.watch.fault().filter(|_| is_watched),
        }))
    }

    /// What the phone last did about the push that this verdict is about, in one sentence; nothing of a call that rang
    /// and has left the screen unseen.
    pub fn phone_sentence(&self, verdict: &Verdict) -> Option<&str> {
        use PhoneRule::{Launched, Reported, ReportedLate, WaitingCall};
        let is_ringing = matches!(
            self.watch.rule(),
            Some(Reported | Launched | ReportedLate | WaitingCall)
        );
        let is_untold = verdict.phone == "unseen" || is_ringing && verdict.phone == "rang";
        self.watch.sentence().filter(|_| !is_untold)
    }

    /// Whether the phone shows a call, as far as the page sees it.
    pub fn shows_a_call(&self) -> bool {
        !self.is_phone_lost && matches!(self.phone.state.as_str(), "ringing" | "in-call")
    }

    /// What there is to say beneath the phone: about the last push, and never about one before it.
    pub fn caption(&self) -> &str {
        if !self.form.environment.is_simulator() {
            return "This iPhone belongs to the simulator. A push to Apple rings your own.";
        }
        if self.is_phone_lost {
            return "The connection to Trill is lost: what this iPhone does now cannot be seen.";
        }
        if self.watch.is_later(&self.phone) && !self.phone.sentence.is_empty() {
            return &self.phone.sentence;
        }
        if self.sending {
            return "A push is on its way.";
        }
        let report = self
            .report
            .as_ref()
            .filter(|report| report.environment.is_simulator());
        match report
            .filter(|report| report.device_token == self.form.device_token)
            .map(|report| report.outcome)
        {
            Some(Outcome::Accepted) => {
                "APNs accepted the push. The iPhone has done nothing about it yet."
            }
            Some(Outcome::Rejected) => {
                "APNs refused the last push, so this iPhone heard nothing of it."
            }
            Some(Outcome::NotSent) => {
                "The last push was not sent, so this iPhone heard nothing of it."
            }
            Some(Outcome::Unknown) => {
                "The last push was not answered, and this iPhone has heard nothing of it so far."
            }
            None => "A virtual iPhone, waiting for a push.",
        }
    }
}
