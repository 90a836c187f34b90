//! Rules a request must keep, one function each, asked in the order of [`checks`]. A rule may rely
//! on the rules before it having held.

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

/// Everything a rule may look at.
pub(crate) struct Facts<'a> {
    /// The request.
    pub(crate) request: &'a Request,
    /// Its topic: that of its header, or else the only one of the certificate; empty when there is
    /// none.
    pub(crate) topic: Cow<'a, str>,
    /// The push type whose suffix that topic has.
    pub(crate) topic_type: Option<PushType>,
    /// Its push type, when it is one of Apple's.
    pub(crate) push_type: Option<PushType>,
    /// Its body, when it is JSON.
    pub(crate) payload: Option<&'a Value>,
    /// Its credential.
    pub(crate) credential: &'a Credential,
    /// The certificate its client showed, which makes the credential irrelevant.
    pub(crate) certificate: Option<&'a Certificate>,
    /// Team and keys its connection belongs to so far.
    pub(crate) bound: Option<&'a Bound>,
    /// True if its connection refuses every token since it met an old one.
    pub(crate) is_wedged: bool,
    /// True if its provider token is a new one although the last new one is younger than 20
    /// minutes.
    pub(crate) is_updated_too_soon: bool,
    /// The device it names, when that is enrolled.
    pub(crate) device: Option<&'a Enrolment>,
    /// True if that device is a guest's, and the push speaks for somebody else.
    pub(crate) is_strangers_device: bool,
    /// True if that device has had as many pushes in a minute as it takes.
    pub(crate) is_over_rate: bool,
    /// The environment the server stands in for.
    pub(crate) environment: AppleEnvironment,
    /// The time, in seconds since 1970.
    pub(crate) now: u64,
}

/// Certainty that APNs answers a request of this kind in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    /// Apple says so.
    Documented,
    /// People saw it do so.
    Observed,
    /// Nobody has said; the likeliest answer was chosen.
    Assumed,
}

impl Mark {
    /// The word for it.
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
    /// The name of the rule.
    pub(crate) rule: &'static str,
    /// Its certainty.
    pub(crate) mark: Mark,
    /// Reason of the refusal; absent when the request is accepted.
    pub(crate) reason: Option<Reason>,
    /// True if the credential held, whatever came after it.
    pub(crate) credential_holds: bool,
}

/// One rule, and what it goes by.
pub(crate) struct Rule {
    /// Its name, which stands in the journal.
    pub(crate) id: &'static str,
    /// Its certainty.
    pub(crate) mark: Mark,
    /// Reason it answers with.
    pub(crate) reason: Reason,
    /// Case in which it is broken, in words.
    pub(crate) when: &'static str,
    /// Source for it.
    pub(crate) source: &'static str,
    pub(super) is_broken: fn(&Facts<'_>) -> bool,
}

impl Rule {
    /// The verdict on a request that breaks it.
    pub(super) fn refuse(&self, credential_holds: bool) -> Verdict {
        Verdict {
            rule: self.id,
            mark: self.mark,
            reason: Some(self.reason),
            credential_holds,
        }
    }
}
