//! Undo and redo: one stack over every change, by hand and by program.

mod random_deeds;
mod steps;

use std::rc::Rc;

use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::held_key::HeldKey;
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID};

use super::{filled, key};

fn demo_form() -> Box<Form> {
    Box::new(Form {
        team_id: DEMO_TEAM_ID.to_owned(),
        environment: Environment::Simulator,
        ..filled()
    })
}

fn start_demo() -> Action {
    Action::StartDemo(
        demo_form(),
        Rc::new(HeldKey {
            key: key(),
            source: DEMO_KEY.to_owned(),
        }),
    )
}
