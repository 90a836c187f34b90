//! Prose of causes: at hand, or supplied by the relay.

use serde_json::json;
use trill::apns::Finding;
use trill::app::state::State;

#[test]
fn the_relay_supplies_the_texts_that_a_cause_lacks() {
    let mut state = State::default();
    assert_eq!(state.prose_of("x", "fix", ""), "");
    for answer in ["", "[]", "{\"causes\": {\"x\": 1}}"] {
        state.take_prose(answer);
        assert_eq!(state.prose_of("x", "fix", "Wait."), "Wait.", "{answer}");
        assert_eq!(state.prose_of("x", "fix", ""), "", "{answer}");
    }
    let causes = json!([{ "id": "y", "fix": "Look." }, { "id": "x", "fix": "Send again." }]);
    state.take_prose(&json!({ "causes": causes }).to_string());
    assert_eq!(state.prose_of("x", "fix", ""), "Send again.");
    assert_eq!(state.prose_of("x", "fix", "Wait."), "Wait.");
    assert_eq!(state.prose_of("x", "why", ""), "");
    assert_eq!(state.prose_of("z", "fix", ""), "");
}

#[test]
fn the_relay_supplies_the_prose_that_a_rule_lacks() {
    let mut state = State::default();
    let finding = Finding::warning("null-value", "There is a null.");
    // Outside a browser the rules have their prose at hand.
    let own = state.rule_prose(&finding);
    assert!(own.iter().all(|text| !text.is_empty()), "{own:?}");
    assert!(!state.lacks_prose_of(std::slice::from_ref(&finding), true));
    assert_eq!(
        state.rule_prose(&Finding::warning("x", "No rule.")),
        [""; 3]
    );
    let rules = json!([{ "id": "null-value", "why": "A crash." }]);
    state.take_prose(&json!({ "rules": rules }).to_string());
    assert_eq!(state.rules, rules);
    assert!(state.causes.is_null());
}
