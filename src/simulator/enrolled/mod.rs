//! Enrolled keys and virtual iPhones, by which requests are judged, and their ownership.

pub(crate) mod enrolment;
pub(crate) mod keys;
mod mapping;
pub(crate) mod ownership;
mod phone_body;
pub(crate) mod phone_settings;
pub(crate) mod phones;
pub(crate) mod push_rates;
pub(crate) mod shares;
