//! Rules about a client certificate that does not cover the push. They are warnings, because APNs
//! makes the decision.

use super::{Request, RequestRule, set_header};
use crate::apns::environment::Environment;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::APNS_TOPIC;
use crate::lint::Found;

pub(super) const OTHER_ENVIRONMENT: RequestRule = RequestRule {
    id: "certificate-other-environment",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "The certificate is for the other environment",
    why: "APNs answers BadCertificateEnvironment.",
    source: "Apple, “Handling notification responses from APNs”",
    fix: "Switch the environment, or use a certificate that covers this one.",
    check: other_environment,
};

pub(super) const NOT_FOR_TOPIC: RequestRule = RequestRule {
    id: "certificate-not-for-topic",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "The certificate does not list this topic",
    why: "APNs answers TopicDisallowed.",
    source: "jchambers/pushy #522; Pr0Ger/PyAPNs2 #70",
    fix: "Use a topic of the certificate, or a certificate for this app.",
    check: not_for_topic,
};

fn other_environment(request: &Request<'_>) -> Option<Found> {
    let (here, home) = (
        request.environment?,
        request.signer?.certificate?.environments,
    );
    // The simulator's two environments correspond to Apple's two.
    let is_here =
        |home: &&str| Environment::parse(home).is_some_and(|home| home.host() == here.host());
    let first = *home.first().filter(|_| !home.iter().any(is_here))?;
    let fix = Environment::parse(first).filter(|_| !here.is_simulator());
    let fix = fix.map(|home| Fix {
        label: "Switch the environment",
        change: Change::Environment(home),
    });
    Some(
        Found::new(format!(
            "This certificate is for {first}, and this push goes to {}.",
            here.as_str()
        ))
        .fix(fix),
    )
}

fn not_for_topic(request: &Request<'_>) -> Option<Found> {
    let (topic, topics) = (request.topic?, request.signer?.certificate?.topics);
    if topic.is_empty() || topics.contains(&topic) {
        return None;
    }
    // The topic of another push type would be a new mistake.
    let suffix = request.push_type.topic_suffix();
    let fitting = topics.iter().find(|topic| topic.ends_with(suffix));
    let fix = fitting.and_then(|fitting| set_header("Use its topic", APNS_TOPIC, fitting));
    Some(Found::new(format!("This certificate does not list {topic}.")).fix(fix))
}
