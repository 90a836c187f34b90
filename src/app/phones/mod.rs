//! Phones that report to the relay: registered apps, their devices, and the newest sends with their
//! receipts.
//!
//! [`view`] has the lists and [`order`] the requests that change them; [`ring`] says what receipts
//! show of the last send, and [`call_name`] how they find it; those are pure. [`refresh`] sends the
//! requests and fetches the lists again. The other files draw them, from [`panel`] down.

pub mod app_form;
pub mod app_list;
pub mod call_name;
pub mod device_list;
pub mod new_secret;
pub mod order;
pub mod panel;
pub mod refresh;
pub mod refreshed;
pub mod refusal;
pub mod ring;
pub mod secret_panel;
pub mod view;
