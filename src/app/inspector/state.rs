//! State of the inspector: what is open, and what the simulator answered last.

use std::rc::Rc;

use super::model::SimulatorView;

/// The state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InspectorState {
    /// Whether the inspector is open.
    pub is_open: bool,
    /// The device token of the phone that is open.
    pub open_phone: Option<String>,
    /// The number of the decision that is open.
    pub open_decision: Option<u64>,
    /// Contents of the simulator, once it has answered.
    pub view: Option<Rc<SimulatorView>>,
    /// Cause and remedy of the last refusal; empty if there is none.
    pub refusal: String,
}

/// A change of the state.
#[derive(Debug)]
pub enum Change {
    /// The inspector was opened or closed.
    Toggle,
    /// A phone was opened, or the open one was closed.
    OpenPhone(Option<String>),
    /// A decision was opened, or the open one was closed.
    OpenDecision(Option<u64>),
    /// An order is given: a note about a secret that was kept out has been read by now.
    Order,
    /// An order was carried out, or refused with this cause and remedy.
    Answer(String),
    /// The simulator has told its contents anew.
    View(Rc<SimulatorView>),
}

impl InspectorState {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Toggle => self.is_open = !self.is_open,
            Change::OpenPhone(device_token) => self.open_phone = device_token,
            Change::OpenDecision(number) => self.open_decision = number,
            Change::Order => {}
            Change::Answer(refusal) => self.refusal = refusal,
            Change::View(view) => self.view = Some(view),
        }
    }
}
