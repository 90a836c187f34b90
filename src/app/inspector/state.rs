//! State of the inspector: the open rows, and the latest contents of the simulator.

use std::rc::Rc;

use super::model::SimulatorView;

/// State of the inspector.
#[derive(Clone, Debug, Default)]
pub struct InspectorState {
    /// `true` if the inspector is open.
    pub is_open: bool,
    /// Device token of the open phone.
    pub open_phone: Option<String>,
    /// Number of the open decision.
    pub open_decision: Option<u64>,
    /// Contents of the simulator, once it has answered.
    pub view: Option<Rc<SimulatorView>>,
    /// Cause and fix of the last refusal; empty if there is none.
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
    /// An order is sent, so a note about a refused secret counts as read.
    Order,
    /// An order was carried out (empty text), or refused with this cause and fix.
    Answer(String),
    /// New contents of the simulator.
    View(Rc<SimulatorView>),
}

/// The contents are equal only if they are those of one answer: comparing them would cost as much
/// as drawing them.
impl PartialEq for InspectorState {
    fn eq(&self, other: &Self) -> bool {
        let view = |state: &Self| state.view.as_ref().map(Rc::as_ptr);
        self.is_open == other.is_open
            && self.open_phone == other.open_phone
            && self.open_decision == other.open_decision
            && view(self) == view(other)
            && self.refusal == other.refusal
    }
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
