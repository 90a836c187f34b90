//! Delivery: the arrival of a push at a phone. The first rule that applies decides what the phone
//! shows.
//!
//! Source: Apple, "Responding to VoIP Notifications from PushKit", `PKVoIPPushMetadata.mustReport`,
//! `CXErrorCodeIncomingCallError` and `CXProviderConfiguration`; the Apple forums, 764376.

use serde_json::Value;

use super::rule::Rule;
use super::settings::{App, Ios, Settings};
use super::state::{PhoneOutcome, PhoneState};
use super::unreported::{self, MOST_UNREPORTED};
use crate::apns::TokenKind;
use crate::apns::uuid::Uuid;
use crate::call::app::{AppChoice, ReceivingApp};
use crate::call::incoming_call::{IncomingCall, Problem};
use crate::call::profile::{Reaction, SharedProfile, Situation, Verdict};

/// Time of arrival of a push.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// Delivered at once.
    #[default]
    Prompt,
    /// Delivered after APNs stored it.
    Late,
}

/// Arrival of a push at a phone.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Settings of the phone.
    pub settings: &'a Settings,
    /// State of the phone before the push.
    pub state: &'a PhoneState,
    /// Number of unreported pushes in a row before this one.
    pub unreported: u32,
    /// Time of arrival.
    pub timing: Timing,
    /// Time of the phone’s clock, in milliseconds since 1970, if it is known.
    pub now_ms: Option<u64>,
}

impl Delivery<'_> {
    /// Outcome of delivering this payload to the chosen app.
    pub fn of(&self, payload: &Value, app: &AppChoice) -> PhoneOutcome {
        match self.settings.kind {
            TokenKind::Voip => self.of_voip(payload, &app.resolve(payload)),
            TokenKind::PushToTalk => PhoneOutcome::quiet(self.state, Rule::PushToTalk),
            TokenKind::Alert => self.of_alert(payload),
        }
    }

    /// Value of `PKVoIPPushMetadata.mustReport`; `None` if the app does not receive the metadata.
    pub fn must_report(&self) -> Option<bool> {
        let is_asked = self.settings.kind == TokenKind::Voip
            && self.settings.ios >= Ios::MUST_REPORT
            && !self.is_stopped();
        is_asked.then(|| self.excuse().is_none())
    }

    /// Number of unreported pushes in a row, after this rule has decided.
    pub fn unreported_after(&self, rule: Rule) -> u32 {
        unreported::after(self.unreported, rule)
    }

    pub(super) fn of_voip(&self, payload: &Value, app: &ReceivingApp) -> PhoneOutcome {
        let call = app.read(payload);
        let situation = self.situation(&call);
        let does_report = self.settings.reports && !self.is_stopped();
        let Some(profile) = app.profile().filter(|_| does_report) else {
            return self.of_call(call);
        };
        if !app.do_members_agree(payload, &situation) {
            return PhoneOutcome::quiet(self.state, Rule::CannotTell);
        }
        let verdict = profile.verdict_on(call, payload, &situation);
        self.of_verdict(verdict, Some(profile).filter(|app| app.is_own()))
    }

    fn situation(&self, call: &IncomingCall) -> Situation {
        let is_same = |uuid: &Uuid| self.state.has(uuid);
        Situation {
            app: self.settings.app,
            is_call_alive: self.state.call().is_some(),
            is_same_call: call
                .call_uuid
                .as_ref()
                .is_some_and(|field| is_same(&field.value)),
            must_report: self.must_report(),
            now_ms: self.now_ms,
        }
    }

    /// Outcome for an app whose profile has decided; `own` is the profile of a user's own app.
    fn of_verdict(&self, verdict: Verdict<'_>, own: Option<&SharedProfile>) -> PhoneOutcome {
        let rule = match verdict.reaction {
            Reaction::Rings | Reaction::RingsOwn => self.reported(&verdict.call),
            Reaction::EndsAtOnce => Rule::EndedAtOnce,
            Reaction::EndsCall if self.state.call().is_some() => Rule::EndedByPush,
            Reaction::EndsCall | Reaction::NoReport => {
                let is_about_call = own.zip(verdict.rule).is_some_and(|(own, rule)| {
                    let paths = own.handle.paths.iter().chain(&own.call_uuid.paths);
                    paths.into_iter().any(|path| path.to_string() == rule.at)
                });
                let missing = unusable(&verdict.call).filter(|_| is_about_call);
                self.excuse().or(missing).unwrap_or(Rule::NotReported)
            }
            Reaction::Crashes => Rule::AppCrashed,
            Reaction::OnPhone | Reaction::Uncertain => Rule::CannotTell,
        };
        PhoneOutcome {
            because: Some(verdict.because().to_owned()).filter(|text| !text.is_empty()),
            ..PhoneOutcome::new(self.state.after(rule, verdict.call), rule)
        }
    }

    fn of_call(&self, call: IncomingCall) -> PhoneOutcome {
        let rule = match self.unreported(&call) {
            _ if self.is_stopped() => Rule::DeliveryStopped,
            Some(rule) => self.excuse().unwrap_or(rule),
            None => self.reported(&call),
        };
        PhoneOutcome::new(self.state.after(rule, call), rule)
    }

    fn is_stopped(&self) -> bool {
        self.unreported >= MOST_UNREPORTED
    }

    fn unreported(&self, call: &IncomingCall) -> Option<Rule> {
        if self.settings.reports {
            unusable(call)
        } else {
            Some(Rule::NotReported)
        }
    }

    /// Rule that exempts the app from reporting a call. iOS applied the exemptions before 26.4 too,
    /// but did not announce them, and did not yet exempt a push that arrives late.
    fn excuse(&self) -> Option<Rule> {
        let is_late = self.timing == Timing::Late && self.settings.ios >= Ios::MUST_REPORT;
        match self.settings.app {
            _ if self.state.in_progress().is_some() => Some(Rule::UnreportedInCall),
            App::Foreground => Some(Rule::UnreportedInFront),
            _ if is_late => Some(Rule::UnreportedLate),
            _ => None,
        }
    }

    /// Rule by which CallKit treats a reported call.
    fn reported(&self, call: &IncomingCall) -> Rule {
        let is_blocked = call
            .handle
            .as_ref()
            .is_some_and(|handle| self.settings.blocks(&handle.value));
        match shown(self.state, call) {
            Rule::SameUuid => Rule::SameUuid,
            _ if is_blocked => Rule::BlockedCaller,
            _ if self.settings.do_not_disturb => Rule::DoNotDisturb,
            Rule::Reported if self.timing == Timing::Late => Rule::ReportedLate,
            Rule::Reported if self.settings.app == App::Terminated => Rule::Launched,
            rule => rule,
        }
    }

    fn of_alert(&self, payload: &Value) -> PhoneOutcome {
        let aps = &payload["aps"];
        let rule = match () {
            () if ["alert", "sound", "badge"]
                .into_iter()
                .all(|name| aps[name].is_null()) =>
            {
                Rule::NothingToShow
            }
            () if self.settings.do_not_disturb => Rule::NotifiedSilently,
            () => Rule::Notified,
        };
        let quiet = PhoneOutcome::quiet(self.state, rule);
        match quiet.state {
            PhoneState::Silent if rule == Rule::Notified => {
                PhoneOutcome::new(PhoneState::Idle, rule)
            }
            _ => quiet,
        }
    }
}

/// Outcome of `call` at a phone with default settings in `state`.
pub fn receive(state: &PhoneState, call: IncomingCall) -> PhoneOutcome {
    let rule = match unusable(&call) {
        Some(_) if state.in_progress().is_some() => Rule::UnreportedInCall,
        Some(rule) => rule,
        None => shown(state, &call),
    };
    PhoneOutcome::new(state.after(rule, call), rule)
}

/// Rule that prevents the app from reporting the call, if any.
fn unusable(call: &IncomingCall) -> Option<Rule> {
    match (&call.handle, &call.call_uuid) {
        (None, None) if call.is_uuid_made => Some(Rule::NoHandle),
        (Some(_), None) if call.is_uuid_made => None,
        (_, None)
            if call
                .problems
                .iter()
                .any(|problem| problem.value == Problem::NotAUuid) =>
        {
            Some(Rule::BadCallUuid)
        }
        (_, None) => Some(Rule::NoCallUuid),
        (None, _) => Some(Rule::NoHandle),
        (Some(_), Some(_)) => None,
    }
}

/// Rule by which the screen shows a reported call. The newest ringing call is on the screen. During
/// a call the next one waits, and `maximumCallGroups`, 2 by default, does not allow a third.
fn shown(state: &PhoneState, call: &IncomingCall) -> Rule {
    match state {
        _ if call
            .call_uuid
            .as_ref()
            .is_some_and(|uuid| state.has(&uuid.value)) =>
        {
            Rule::SameUuid
        }
        PhoneState::InCall(_) => Rule::WaitingCall,
        PhoneState::Waiting(_) => Rule::TooManyCalls,
        _ => Rule::Reported,
    }
}
