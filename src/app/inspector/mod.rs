//! Inspector of the simulator: its phones, faults, keys and journal, and the controls that change
//! them.
//!
//! [`model`] has the types of the simulator's responses, [`state`] the state of the inspector and
//! [`order`] the requests that change the simulator; those are pure. [`refresh`] sends the requests
//! and fetches the contents again. The other files draw it, from [`panel`] down.

pub mod blocked_callers;
pub mod decision_row;
pub mod fault_form;
pub mod fault_list;
pub mod journal_list;
pub mod key_list;
pub mod model;
pub mod order;
pub mod order_button;
pub mod panel;
pub mod part;
pub mod phone_list;
pub mod phone_row;
pub mod refresh;
pub mod refreshed;
pub mod settings_form;
pub mod state;
pub mod text_field;
