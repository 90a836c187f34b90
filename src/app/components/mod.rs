//! Elements that several panels share. Only [`select`] is a component, because it has hooks; the others are
//! functions that return [`Html`](yew::Html).

pub mod button;
pub mod field;
pub mod file_picker;
pub mod finding_line;
pub mod icons;
pub mod select;
