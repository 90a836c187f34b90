//! Phones that report to the relay: what it knows of registered apps, their devices, and the newest
//! sends with their receipts.
//!
//! [`view`], [`ring`] and [`call_name`] are pure. [`refresh`] fetches the lists again.

pub mod call_name;
pub mod refresh;
pub mod ring;
pub mod view;
