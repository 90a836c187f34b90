//! The journal: what was decided, the newest first, each with the rule behind it.

use serde_json::Value;

use super::sketch::{Order, Sketch, disclosure, part, rest, sketch};
use super::{Inside, NONE, text};
use crate::simulator::rules::checks::{BEHIND_THE_CREDENTIAL, CERTIFICATE, FORM, TOKEN};

const EMPTY: &str = "Nothing was pushed yet. Every push with these keys or to these phones will stand here, with the rule that decided it.";
const UNSEEN: &str = "Nobody has noted what it did with it.";
/// Longer payloads are cut: the whole stands in `GET /api/simulator/journal`.
const LONGEST_PAYLOAD: usize = 1_000;

/// Rules that refuse nothing stand in no table of the checks.
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
        "Faults, on this page",
    ),
];

/// What else there is to know of a decision.
const FIELDS: [(&str, &str); 13] = [
    ("topic", "Topic"),
    ("push_type", "Push type"),
    ("priority", "Priority"),
    ("expiration", "Expiration"),
    ("collapse_id", "Collapse ID"),
    ("device_token", "Device token"),
    ("environment", "Environment"),
    ("key_id", "Key ID"),
    ("team_id", "Team ID"),
    ("certificate", "Certificate"),
    ("apns_id", "apns-id"),
    ("connection", "Connection"),
    ("payload", "Payload"),
];

/// The latest decisions, one of them in full.
pub(super) fn part_of(inside: &Inside<'_>) -> Sketch {
    let rows = inside
        .decisions
        .iter()
        .map(|decision| row(inside, decision));
    part("journal", "Journal", inside.decision_count, None, EMPTY)
        .with(sketch("ul", "rows").test("journal").with_all(rows))
        .with(rest(
            inside.decisions.len(),
            inside.decision_count,
            "journal",
        ))
}

fn row(inside: &Inside<'_>, decision: &Value) -> Sketch {
    let number = text(&decision["id"]);
    let is_open = number == inside.chosen[1];
    let phone = inside
        .phones
        .iter()
        .find(|phone| phone["device_token"] == decision["device_token"]);
    let phone = phone.map_or(&decision["device_token"], |phone| &phone["name"]);
    let parts = [
        &decision["topic"],
        &decision["push_type"],
        &decision["rule"],
    ]
    .map(text);
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let status = text(&decision["status"]);
    let line = sketch("span", "line")
        .with(sketch("span", "mono").with(decision["at_ms"].clone()))
        .with(
            sketch("strong", "status")
                .with([status.as_str(), " ", &text(&decision["reason"])].concat()),
        )
        .with(sketch("span", "short").with(text(phone)))
        .with(sketch("span", "hint").with(parts.join(" · ")));
    let row = disclosure(
        is_open,
        line,
        Order::choose(1, if is_open { NONE } else { &number }),
    );
    let row = row.with(is_open.then(|| more(inside, decision)));
    sketch("li", "")
        .key(&number)
        .test("decision")
        .set("data-rule", text(&decision["rule"]))
        .set("data-status", status)
        .with(row)
}

fn more(inside: &Inside<'_>, decision: &Value) -> Sketch {
    let rule = text(&decision["rule"]);
    let (when, source) = said(&rule);
    let mark = decision["mark"]
        .as_str()
        .map(|mark| [", ", mark].concat())
        .unwrap_or_default();
    let mut rows =
        sketch("dl", "more-of").with_all(pair("Rule", "", &[&rule, mark.as_str()].concat()));
    rows = rows
        .with_all(pair("When", "", &when))
        .with_all(pair("Source", "", &source));
    for note in decision["notes"].as_array().into_iter().flatten() {
        rows = rows.with_all(pair("Note", "", &text(note)));
    }
    if decision["reason"].is_null() {
        let outcome = decision["apns_id"]
            .as_str()
            .and_then(|name| inside.outcomes.get(name));
        rows = rows.with_all(pair(
            "On the phone",
            "",
            outcome.map_or(UNSEEN, String::as_str),
        ));
    }
    for (field, label) in FIELDS {
        let value = text(&decision[field]);
        if !value.is_empty() {
            rows = rows.with_all(pair(label, "mono", &cut(value)));
        }
    }
    rows
}

fn pair(name: &str, class: &str, value: &str) -> [Sketch; 2] {
    [sketch("dt", "").with(name), sketch("dd", class).with(value)]
}

/// When a rule is broken, and who says so; without the ticks of the document.
fn said(id: &str) -> (String, String) {
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

fn cut(mut text: String) -> String {
    if text.len() > LONGEST_PAYLOAD {
        text.truncate(text.floor_char_boundary(LONGEST_PAYLOAD));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{cut, said};

    #[test]
    fn every_rule_has_a_sentence_and_a_source() {
        for rule in [
            "key-unknown",
            "device-unregistered",
            "certificate-without-topics",
            "path-unknown",
            "accepted",
            "fault",
        ] {
            let (when, source) = said(rule);
            assert!(
                when.ends_with('.') && !when.contains('`') && !source.is_empty(),
                "{rule}: {when} {source}"
            );
        }
    }

    #[test]
    fn a_long_payload_is_cut_between_characters() {
        assert!(
            cut("ü".repeat(600))
                .chars()
                .all(|character| "ü…".contains(character))
        );
    }
}
