//! Rules for requests, one function each, in the order of [`checks`]. The function returns `true`
//! if the rule is broken, and may assume that no rule before it is broken.

pub(crate) mod certificate;
pub(crate) mod checks;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod token;
pub(crate) mod topic;
pub(crate) mod values;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::apns::{Certificate, PushType, Reason};
use crate::simulator::apple_environment::AppleEnvironment;
use crate::simulator::credential::{Bound, Credential};
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::request::Request;

/// Facts that the rules use.
pub(crate) struct Facts<'a> {
    /// Request to judge.
    pub(crate) request: &'a Request,
    /// Topic of the header, or else the only one of the certificate; empty if there is none.
    pub(crate) topic: Cow<'a, str>,
    /// Push type whose suffix the topic has.
    pub(crate) topic_type: Option<PushType>,
    /// Push type of the header, if it is one of Apple's.
    pub(crate) push_type: Option<PushType>,
    /// Body of the request, if it is JSON.
    pub(crate) payload: Option<&'a Value>,
    /// Credential of the request.
    pub(crate) credential: &'a Credential,
    /// Client certificate, which makes the credential irrelevant.
    pub(crate) certificate: Option<&'a Certificate>,
    /// Team and keys that the connection is bound to so far.
    pub(crate) bound: Option<&'a Bound>,
    /// `true` if the connection refuses every provider token since it received an expired one.
    pub(crate) is_wedged: bool,
    /// `true` if the provider token is new although the last new one is less than 20 minutes old.
    pub(crate) is_updated_too_soon: bool,
    /// Phone with the device token of the request, if it is enrolled.
    pub(crate) device: Option<&'a Enrolment>,
    /// `true` if the caller on whose behalf the push is sent may not use that phone.
    pub(crate) is_strangers_device: bool,
    /// `true` if that phone has received its maximum number of pushes in a minute.
    pub(crate) is_over_rate: bool,
    /// Environment that the server simulates.
    pub(crate) environment: AppleEnvironment,
    /// Time of the request, in seconds since 1970.
    pub(crate) now: u64,
}

/// Certainty that APNs answers a request of this kind in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    /// Documented by Apple.
    Documented,
    /// Observed by users of APNs.
    Observed,
    /// Neither documented nor observed; the likeliest answer was chosen.
    Assumed,
}

impl Mark {
    /// Returns the name of the mark.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        }
    }
}

/// Decision on a request, and the rule that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// Certainty of the rule.
    pub(crate) mark: Mark,
    /// Reason of the refusal; absent if the request is accepted.
    pub(crate) reason: Option<Reason>,
    /// `true` if the credential is valid, even if a later rule is broken.
    pub(crate) credential_holds: bool,
}

/// Rule for requests, with its answer and its source.
pub(crate) struct Rule {
    /// Name of the rule, as written in the journal.
    pub(crate) id: &'static str,
    /// Certainty of the rule.
    pub(crate) mark: Mark,
    /// Reason in the answer if the rule is broken.
    pub(crate) reason: Reason,
    /// Case in which the rule is broken, in words.
    pub(crate) when: &'static str,
    /// Source of the rule.
    pub(crate) source: &'static str,
    pub(super) is_broken: fn(&Facts<'_>) -> bool,
}

impl Rule {
    /// Returns the verdict on a request that breaks the rule.
    pub(super) fn refuse(&self, credential_holds: bool) -> Verdict {
        Verdict {
            rule: self.id,
            mark: self.mark,
            reason: Some(self.reason),
            credential_holds,
        }
    }
}
