//! The drawer: closed at first, and filled with what the simulator draws.

use serde_json::json;
use trill::app::action::Action;
use trill::app::drawer::{self, Change};
use trill::app::state::State;

#[test]
fn the_drawer_is_closed_at_first_and_shows_more_of_nothing() {
    let state = State::default();
    assert!(!state.drawer.is_open);
    assert_eq!(state.drawer.chosen, ["-", "-"]);
    let state = state
        .reduce(Action::Drawer(Change::Toggle))
        .reduce(Action::Drawer(Change::Choose(1, "7".to_owned())));
    assert!(state.drawer.is_open);
    assert_eq!(state.drawer.chosen, ["-", "7"]);
    assert!(!state.reduce(Action::Drawer(Change::Toggle)).drawer.is_open);
}

#[test]
fn a_refusal_stands_until_the_next_answer_and_the_sketch_stays() {
    let state = State::default().reduce(Action::Drawer(Change::Draw(json!(["p", {}, "a"]))));
    let state = state.reduce(Action::Drawer(Change::Answer("It is not so.".to_owned())));
    assert_eq!(
        (state.drawer.refusal.as_str(), &state.drawer.sketch[2]),
        ("It is not so.", &json!("a"))
    );
    assert_eq!(
        state
            .reduce(Action::Drawer(Change::Answer(String::new())))
            .drawer
            .refusal,
        ""
    );
}

#[test]
fn an_order_is_filled_in_with_the_values_of_its_fields() {
    let pieces = ["[{", "fault", ",\"next\":", "times", "}]"].map(str::to_owned);
    assert_eq!(
        drawer::body(&pieces, |id| ["<", id, ">"].concat()),
        "[{<fault>,\"next\":<times>}]"
    );
    assert_eq!(drawer::body(&pieces[..1], |_| unreachable!()), "[{");
    assert_eq!(drawer::body(&[], |_| unreachable!()), "");
}
