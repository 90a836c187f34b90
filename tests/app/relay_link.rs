//! The link to the relay, and its event stream.

use trill::app::action::Action;
use trill::app::relay_link::RelayLink;
use trill::app::state::State;

#[test]
fn a_stream_that_was_closed_for_another_stays_closed_until_it_is_open_again() {
    let state = State::default().reduce(Action::Relay(RelayLink::Displaced));
    let state = state.reduce(Action::RelayInfo(Default::default()));
    assert_eq!(
        state.relay,
        RelayLink::Displaced,
        "that the relay answers says nothing of the stream"
    );
    let state = state.reduce(Action::Relay(RelayLink::Up));
    assert_eq!(state.relay, RelayLink::Up);
    let state = state.reduce(Action::RelayInfo(Default::default()));
    assert_eq!(state.relay, RelayLink::Up);
}
