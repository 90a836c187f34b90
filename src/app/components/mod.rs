//! Elements that several panels share, as functions that return [`Html`](yew::Html).

pub mod button;
pub mod field;
pub mod file_picker;
pub mod finding_line;
pub mod icons;
pub mod select;
pub mod text;
