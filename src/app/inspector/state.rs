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
    /// Index of the chosen ready-made fault.
    pub fault: usize,
    /// Index of the chosen number of times that the fault fires.
    pub times: usize,
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
    /// The ready-made fault at this index was chosen.
    ChooseFault(usize),
    /// The number of times at this index was chosen.
    ChooseTimes(usize),
    /// An order is sent, so a note about a refused secret counts as read.
    Order,
    /// An order was carried out (empty text), or refused with this cause and fix.
    Answer(String),
    /// New contents of the simulator.
    View(Rc<SimulatorView>),
}

impl InspectorState {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Toggle => self.is_open = !self.is_open,
            Change::OpenPhone(device_token) => self.open_phone = device_token,
            Change::OpenDecision(number) => self.open_decision = number,
            Change::ChooseFault(index) => self.fault = index,
            Change::ChooseTimes(index) => self.times = index,
            Change::Order => {}
            Change::Answer(refusal) => self.refusal = refusal,
            Change::View(view) => self.view = Some(view),
        }
    }
}
