//! Prose of causes: at hand, or supplied by the relay.

use serde_json::json;
use trill::app::state::State;

#[test]
fn the_relay_supplies_the_texts_that_a_cause_lacks() {
    let mut state = State::default();
    assert_eq!(state.prose_of("x", "fix", ""), "");
    for answer in ["", "[]", "{\"causes\": {\"x\": 1}}"] {
        state.take_causes(answer);
        assert_eq!(state.prose_of("x", "fix", "Wait."), "Wait.", "{answer}");
        assert_eq!(state.prose_of("x", "fix", ""), "", "{answer}");
    }
    let causes = json!([{ "id": "y", "fix": "Look." }, { "id": "x", "fix": "Send again." }]);
    state.take_causes(&json!({ "causes": causes }).to_string());
    assert_eq!(state.prose_of("x", "fix", ""), "Send again.");
    assert_eq!(state.prose_of("x", "fix", "Wait."), "Wait.");
    assert_eq!(state.prose_of("x", "why", ""), "");
    assert_eq!(state.prose_of("z", "fix", ""), "");
}
