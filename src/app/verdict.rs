//! The verdict on a push. It combines the answer of APNs and the reaction of the phone, in
//! whichever order they arrive.

use super::push_watch::FaultStrike;
use super::state::State;
use crate::apns::{Environment, Outcome};
use crate::call::PhoneRule;
use crate::call::phone::unreported_sentence;

/// Severity of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The push had the intended effect.
    Good,
    /// The push arrived, or may have, but the phone did not ring as it should.
    Warn,
    /// The push failed.
    Bad,
    /// The answer or the reaction is still missing.
    Open,
}

impl Tone {
    /// Returns the name of the tone in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Open => "open",
        }
    }
}

/// The facts known about a push.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Outcome for APNs; `None` if the answer is still missing.
    pub outcome: Option<Outcome>,
    /// Environment the push was sent to.
    pub environment: Environment,
    /// Environment that is chosen now.
    pub chosen: Environment,
    /// Rule of the phone's reaction, if it is known.
    pub rule: Option<PhoneRule>,
    /// Name of the ring state; empty if no receipt can come.
    pub ring: &'a str,
    /// `true` if the page sees the push's call on the phone's screen now.
    pub is_on_screen: bool,
    /// Fault of the simulator that affected the push, or may have.
    pub fault: Option<&'a FaultStrike>,
}

/// The verdict on a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Answer and reaction in one line.
    pub headline: String,
    /// Severity.
    pub tone: Tone,
    /// Reaction of the phone: `ringing`, `in-call`, `rang`, `killed`, `silent`, or `unseen`.
    pub phone: &'static str,
    /// Sentence about the simulator's fault that caused the outcome.
    pub fault: Option<String>,
    /// `true` if the push was sent to another environment than the one chosen now.
    pub is_elsewhere: bool,
}

impl Verdict {
    /// Makes the verdict from the known facts.
    pub fn of(known: &Known<'_>) -> Self {
        let half = known.rule.map(|rule| phone_half(rule, known.is_on_screen));
        let (headline, tone) = match (known.outcome, half) {
            (Some(Outcome::Accepted), None) => accepted(known),
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

/// Returns headline and tone of an accepted push of which the phone's reaction is not known.
fn accepted(known: &Known<'_>) -> (String, Tone) {
    let (but, tone) = match known.ring {
        "nothing" => (", but nothing came from the app", Tone::Warn),
        "received" => (", and the app has the push", Tone::Warn),
        "silent" => (", but the iPhone stayed silent", Tone::Warn),
        "failed" => (", but the app could not report the call", Tone::Warn),
        "accepted" => ("", Tone::Open),
        _ if known.environment.is_simulator() => ("", Tone::Open),
        _ => ("", Tone::Good),
    };
    (["Accepted", but].concat(), tone)
}

/// Returns the phone's part of the verdict: its tone, its name, and the end of the headline.
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
        Rule::AppCrashed => (Tone::Bad, "killed", "the app crashed"),
        Rule::EndedAtOnce => (
            Tone::Warn,
            "silent",
            "the app reported a call and ended it at once",
        ),
        Rule::EndedByPush => (Tone::Warn, "silent", "the push ended the call"),
        Rule::CannotTell => (Tone::Warn, "silent", "what the app does is not known"),
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
    /// Returns the verdict on the push that is underway or was sent last; `None` if there is none.
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
            rule: self.phone_rule().filter(|_| is_watched),
            ring: self.ring()["state"].as_str().unwrap_or_default(),
            is_on_screen: self.watch.is_on_screen() && self.shows_a_call(),
            fault: self.watch.fault().filter(|_| is_watched),
        }))
    }

    /// Returns a sentence about the phone's latest reaction to the verdict's push; `None` for a
    /// call that rang and left the screen without an event.
    pub fn phone_sentence(&self, verdict: &Verdict) -> Option<&str> {
        use PhoneRule::{Launched, Reported, ReportedLate, WaitingCall};
        let is_ringing = matches!(
            self.watch.rule(),
            Some(Reported | Launched | ReportedLate | WaitingCall)
        );
        let is_untold = verdict.phone == "unseen" || is_ringing && verdict.phone == "rang";
        // Receipts of an app count more than what a virtual iPhone did.
        let is_outdone = self.watch.rule() != self.phone_rule();
        self.watch.sentence().filter(|_| !is_untold && !is_outdone)
    }

    /// Returns `true` if the page sees a call on the phone.
    pub fn shows_a_call(&self) -> bool {
        !self.is_phone_lost && matches!(self.phone.state.as_str(), "ringing" | "in-call")
    }

    /// Returns a sentence about the unreported pushes that the virtual iPhone has seen; `None` if
    /// there are none.
    pub fn unreported(&self) -> Option<String> {
        if !self.form.environment.is_simulator() || self.is_phone_lost {
            return None;
        }
        unreported_sentence(self.phone.unreported)
    }

    /// Returns the line beneath the phone, which concerns the last push and no earlier one.
    pub fn caption(&self) -> &str {
        if !self.form.environment.is_simulator() {
            return "This iPhone belongs to the simulator. A push to Apple goes to your own.";
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
