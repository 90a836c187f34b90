//! Rules about the topic: the bundle ID, and the suffix of the push type.

use super::{Request, RequestRule, set_header};
use crate::apns::finding::{Certainty, Severity};
use crate::apns::headers::{APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::push_type::PushType;
use crate::lint::Found;

pub(super) const MISSING: RequestRule = RequestRule {
    id: "topic-missing",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "No topic",
    why: "APNs answers MissingTopic to every provider token, and to certificates with several topics.",
    source: "alexalok/dotAPNS #109; edamov/pushok #65",
    fix: "Enter the bundle ID of the app.",
    check: |request| (request.topic?.trim().is_empty()).then(|| Found::new("There is no topic.")),
};

pub(super) const WITHOUT_SUFFIX: RequestRule = RequestRule {
    id: "topic-without-suffix",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The topic lacks the suffix of its push type",
    why: "APNs answers TopicDisallowed or DeviceTokenNotForTopic.",
    source: "node-apn/node-apn #635; jchambers/pushy #522; edamov/pushok #108",
    fix: "Use the bundle ID followed by the suffix, such as com.example.calls.voip.",
    check: without_suffix,
};

pub(super) const SUFFIX_TWICE: RequestRule = RequestRule {
    id: "topic-suffix-twice",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The topic has its suffix twice",
    why: "APNs knows no such topic and answers DeviceTokenNotForTopic.",
    source: "alexalok/dotAPNS #90",
    fix: "Write the suffix once: some libraries add it themselves.",
    check: suffix_twice,
};

pub(super) const OTHER_PUSH_TYPE: RequestRule = RequestRule {
    id: "push-type-not-of-topic",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "The push type does not fit the topic",
    why: "APNs answers InvalidPushType.",
    source: "nhosoya/apnotic #87; AndrewBarba/apns2 #23; Pr0Ger/PyAPNs2 #87",
    fix: "Send the push type that the topic's suffix belongs to.",
    check: other_push_type,
};

fn without_suffix(request: &Request<'_>) -> Option<Found> {
    let (topic, suffix) = (request.topic?.trim(), request.push_type.topic_suffix());
    // A topic of another push type has its own rule.
    if topic.is_empty() || topic.ends_with(suffix) || type_of(topic).is_some() {
        return None;
    }
    let what = format!(
        "Push type {} needs a topic that ends in {suffix}.",
        request.push_type.as_str()
    );
    Some(Found::new(what).fix(set_header(
        "Add the suffix",
        APNS_TOPIC,
        &[topic, suffix].concat(),
    )))
}

fn suffix_twice(request: &Request<'_>) -> Option<Found> {
    let (topic, suffix) = (request.topic?.trim(), request.push_type.topic_suffix());
    let once = topic
        .strip_suffix(suffix)
        .filter(|rest| !suffix.is_empty() && rest.ends_with(suffix))?;
    let bundle_id = request.push_type.without_suffix(once);
    let what = format!("The topic ends in {suffix} more than once.");
    Some(Found::new(what).fix(set_header(
        "Keep one suffix",
        APNS_TOPIC,
        &[bundle_id, suffix].concat(),
    )))
}

fn other_push_type(request: &Request<'_>) -> Option<Found> {
    let topic = request.topic?.trim();
    let fitting = type_of(topic).filter(|fitting| *fitting != request.push_type)?;
    let what = format!(
        "Push type {} with a topic that ends in {}.",
        request.push_type.as_str(),
        fitting.topic_suffix()
    );
    Some(Found::new(what).fix(set_header(
        "Use the type of the topic",
        APNS_PUSH_TYPE,
        fitting.as_str(),
    )))
}

/// Push type whose suffix the topic has.
fn type_of(topic: &str) -> Option<PushType> {
    PushType::ALL.into_iter().find(|push_type| {
        let suffix = push_type.topic_suffix();
        !suffix.is_empty() && topic.ends_with(suffix)
    })
}
