//! Inspector of the simulator: its phones, faults, keys and journal, and the controls that change
//! them.
//!
//! [`model`] is what the routes of the simulator answer, [`state`] what the page holds of it,
//! [`order`] the requests that change it; those are pure. [`refresh`] carries orders out and reads
//! everything anew. The other files draw: one component each, and [`panel`] has the root of them.

pub mod blocked_callers;
pub mod choice_list;
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
