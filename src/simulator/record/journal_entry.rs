//! Decision as the journal lists it: with the text and source of its rule, and a sentence about the
//! phone.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::decision::Decision;
use crate::caller::Caller;
use crate::simulator::apns::Apns;
use crate::simulator::rules::checks::{BEHIND_THE_CREDENTIAL, CERTIFICATE, FORM, TOKEN};

/// Rules that are in no table of the checks, because no check refuses a request by them.
const OTHER_RULES: [(&str, &str, &str); 4] = [
    (
        "accepted",
        "No rule is broken.",
        "Apple, “Handling notification responses from APNs”",
    ),
    (
        "accepted-not-an-object",
        "No rule is broken; the body is JSON, but no object.",
        "Apple has no reason for it",
    ),
    (
        "accepted-not-json",
        "No rule is broken; the body is no JSON.",
        "Apple has no reason for it",
    ),
    (
        "fault",
        "A fault that is switched on wants it so; no rule was asked.",
        "the faults that are switched on",
    ),
];

/// Entry of one decision.
#[derive(Serialize)]
pub(crate) struct JournalEntry<'a> {
    #[serde(flatten)]
    decision: &'a Decision,
    /// Condition under which the rule is broken.
    rule_text: String,
    /// Source of the rule.
    rule_source: String,
    /// Sentence about the phone and the push; `None` if its event is no longer in the log.
    on_phone: Option<&'a str>,
}

/// Sentences about the phones and pushes, by `apns-id`.
pub(crate) struct PhoneSentences(HashMap<String, String>);

impl PhoneSentences {
    /// Collects the sentences that this caller may see.
    pub(crate) fn of(apns: &Apns, caller: &Caller) -> Self {
        let mut sentences = HashMap::new();
        for event in apns.events.since(caller, 0) {
            if event.kind != "phone" {
                continue;
            }
            let event: Value = serde_json::from_str(&event.to_json()).unwrap_or_default();
            if let (Some(apns_id), Some(sentence)) =
                (event["apns_id"].as_str(), event["sentence"].as_str())
            {
                sentences.insert(apns_id.to_owned(), sentence.to_owned());
            }
        }
        Self(sentences)
    }
}

impl<'a> JournalEntry<'a> {
    /// Creates the entry of a decision.
    pub(crate) fn new(decision: &'a Decision, sentences: &'a PhoneSentences) -> Self {
        let (rule_text, rule_source) = rule(decision.rule);
        let sentence = sentences.0.get(&*decision.apns_id);
        Self {
            decision,
            rule_text,
            rule_source,
            on_phone: sentence.map(String::as_str),
        }
    }
}

/// Returns the condition under which a rule is broken, and its source, without the backticks of the
/// documentation.
fn rule(id: &str) -> (String, String) {
    let rules = FORM
        .iter()
        .chain(&TOKEN)
        .chain(&CERTIFICATE)
        .chain(&BEHIND_THE_CREDENTIAL);
    let mut rules = rules
        .map(|rule| (rule.id, rule.when, rule.source))
        .chain(OTHER_RULES);
    let (_, when, source) = rules.find(|(name, _, _)| *name == id).unwrap_or_default();
    (when.replace('`', ""), source.replace('`', ""))
}

#[cfg(test)]
mod tests {
    use super::rule;

    #[test]
    fn every_rule_has_a_sentence_and_a_source() {
        for id in [
            "key-unknown",
            "device-unregistered",
            "certificate-without-topics",
            "path-unknown",
            "accepted",
            "fault",
        ] {
            let (when, source) = rule(id);
            assert!(
                when.ends_with('.') && !when.contains('`') && !source.is_empty(),
                "{id}: {when} {source}"
            );
        }
    }
}
