//! The demo, and the values of the visitor that it sets aside.

use std::rc::Rc;

use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::held_key::HeldKey;
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID, State};

use super::{after, filled, key};

#[test]
fn the_demo_puts_the_visitors_values_by() {
    let demo = || Form {
        team_id: DEMO_TEAM_ID.to_owned(),
        environment: Environment::Simulator,
        ..filled()
    };
    let held = || {
        Rc::new(HeldKey {
            key: key(),
            source: DEMO_KEY.to_owned(),
        })
    };
    let first_visit = after(
        State::default(),
        [Action::StartDemo(Box::new(demo()), held())],
    );
    assert!(first_visit.set_aside.is_none() && first_visit.is_demo());

    let mine = after(
        State::opening(Some(filled())),
        [Action::OfferKey("mine.p8".to_owned(), Ok(key()))],
    );
    let ringing = after(
        mine,
        [
            Action::StartDemo(Box::new(demo()), held()),
            Action::StartDemo(Box::new(demo()), held()),
        ],
    );
    let back = after(ringing, [Action::BringBack]);
    assert_eq!(back.form, filled());
    assert_eq!(back.key.unwrap().source, "mine.p8");
}
