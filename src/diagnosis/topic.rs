//! Causes in the topic: its suffix, and the push type it belongs to.

use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::headers::{APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::topic::is_bundle_character;
use crate::apns::{PushType, Reason};
use crate::lint::shown;

pub(super) const MISSING: Cause = Cause {
    id: "topic-missing",
    rows: &[18],
    reasons: &[Reason::MissingTopic],
    codes: &["topic_missing"],
    title: "There is no topic",
    why: "A provider token stands for a whole team, so APNs needs the topic to know the app.",
    fix: "Enter the bundle ID of the app; .voip is added for you.",
    source: "alexalok/dotAPNS #109",
    look: |known| {
        known
            .certificate()
            .is_none()
            .then(|| Found::new(Rank::Certain))
    },
    ..Cause::NONE
};

pub(super) const WITHOUT_SUFFIX: Cause = Cause {
    id: "topic-without-suffix",
    rows: &[1, 2],
    reasons: &[Reason::TopicDisallowed, Reason::DeviceTokenNotForTopic],
    title: "The topic lacks its suffix",
    why: "Calls come in by a topic of their own, the bundle ID and .voip; the plain bundle ID is for notifications.",
    fix: "Add .voip to the bundle ID.",
    source: "node-apn/node-apn #635; jchambers/pushy #522; edamov/pushok #108",
    look: without_suffix,
    ..Cause::NONE
};

pub(super) const SUFFIX_TWICE: Cause = Cause {
    id: "topic-suffix-twice",
    rows: &[3],
    reasons: &[Reason::DeviceTokenNotForTopic, Reason::TopicDisallowed],
    title: "The topic has its suffix twice",
    why: "Some libraries add .voip by themselves; with yours that makes a topic nobody has.",
    fix: "Write .voip once.",
    source: "alexalok/dotAPNS #90",
    look: suffix_twice,
    ..Cause::NONE
};

pub(super) const OTHER_PUSH_TYPE: Cause = Cause {
    id: "push-type-not-of-topic",
    rows: &[6],
    reasons: &[
        Reason::InvalidPushType,
        Reason::DeviceTokenNotForTopic,
        Reason::TopicDisallowed,
    ],
    title: "Push type and topic do not fit",
    why: "Since September 2019 a topic that ends in .voip takes push type voip only; many libraries send alert unasked.",
    fix: "Send push type voip with a topic that ends in .voip.",
    source: "nhosoya/apnotic #87; AndrewBarba/apns2 #23; Pr0Ger/PyAPNs2 #87",
    look: other_push_type,
    ..Cause::NONE
};

pub(super) const MALFORMED: Cause = Cause {
    id: "topic-malformed",
    reasons: &[Reason::BadTopic],
    codes: &["topic_char"],
    title: "The topic is no topic",
    why: "APNs cannot read it: a topic is a bundle ID and a suffix, of letters, digits, hyphens and full stops.",
    fix: "Copy the bundle ID from Xcode, under Signing & Capabilities.",
    source: "Apple, “Sending notification requests to APNs”",
    look: malformed,
    ..Cause::NONE
};

/// Returns `true` if topic and push type match.
pub(super) fn fits(known: &Circumstances<'_>) -> bool {
    !lacks_suffix(known)
        && once(known).is_none()
        && type_of(known.topic).is_none_or(|fitting| fitting == known.push_type)
}

fn without_suffix(known: &Circumstances<'_>) -> Option<Found> {
    let suffix = known.push_type.topic_suffix();
    if lacks_suffix(known) {
        let label = if known.push_type == PushType::Voip {
            "Add .voip"
        } else {
            "Add the suffix"
        };
        let found = Found::new(Rank::Certain).because(format!(
            "The topic is {}, without {suffix}.",
            shown(known.topic)
        ));
        return Some(found.header(label, APNS_TOPIC, Some([known.topic, suffix].concat())));
    }
    let has = !suffix.is_empty() && known.topic.ends_with(suffix);
    if has {
        Found::ruled_out(format!("The topic ends in {suffix}."))
    } else {
        None
    }
}

fn suffix_twice(known: &Circumstances<'_>) -> Option<Found> {
    let suffix = known.push_type.topic_suffix();
    match once(known) {
        Some(topic) => {
            let found = Found::new(Rank::Certain)
                .because(format!("The topic ends in {suffix} more than once."));
            Some(found.header("Write it once", APNS_TOPIC, Some(topic)))
        }
        None if fits(known) && !suffix.is_empty() => {
            Found::ruled_out(format!("The topic has {suffix} once."))
        }
        None => None,
    }
}

fn other_push_type(known: &Circumstances<'_>) -> Option<Found> {
    let (push_type, is_word) = (known.push_type.as_str(), known.met(Reason::InvalidPushType));
    match type_of(known.topic).filter(|fitting| *fitting != known.push_type) {
        Some(fitting) => {
            let found = Found::new(Rank::Certain).because(format!(
                "Push type {push_type} went to a topic that ends in {}.",
                fitting.topic_suffix()
            ));
            Some(found.header(
                "Use the type of the topic",
                APNS_PUSH_TYPE,
                Some(fitting.as_str().to_owned()),
            ))
        }
        None if is_word => {
            Some(Found::new(Rank::Possible).because(format!("The push type was {push_type}.")))
        }
        None if fits(known) => Found::ruled_out(format!("Push type {push_type} fits this topic.")),
        None => None,
    }
}

fn malformed(known: &Circumstances<'_>) -> Option<Found> {
    let clean: String = known
        .topic
        .chars()
        .filter(|character| is_bundle_character(*character))
        .collect();
    if clean == known.topic {
        return Some(Found::new(Rank::Likely));
    }
    let found =
        Found::new(Rank::Certain).because("The topic holds a character that no bundle ID has.");
    Some(if clean.is_empty() {
        found
    } else {
        found.header("Take it out", APNS_TOPIC, Some(clean))
    })
}

fn lacks_suffix(known: &Circumstances<'_>) -> bool {
    !known.topic.is_empty()
        && !known.topic.ends_with(known.push_type.topic_suffix())
        && type_of(known.topic).is_none()
}

/// Topic with its suffix reduced to one; `None` if it has at most one.
fn once(known: &Circumstances<'_>) -> Option<String> {
    let suffix = known.push_type.topic_suffix();
    let rest = known
        .topic
        .strip_suffix(suffix)
        .filter(|rest| !suffix.is_empty() && rest.ends_with(suffix))?;
    Some([known.push_type.without_suffix(rest), suffix].concat())
}

/// Push type whose suffix the topic has.
fn type_of(topic: &str) -> Option<PushType> {
    let has = |push_type: &PushType| {
        !push_type.topic_suffix().is_empty() && topic.ends_with(push_type.topic_suffix())
    };
    PushType::ALL.into_iter().find(has)
}
