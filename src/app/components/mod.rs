//! Components that several panels share.

pub mod button;
pub mod details;
pub mod field;
pub mod file_picker;
pub mod finding_line;
pub mod icons;
pub mod panel;
pub mod select;
