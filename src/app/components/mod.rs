//! What the panels share.

pub mod field;
pub mod file_picker;
pub mod icons;
