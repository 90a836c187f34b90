//! The page's view of the app's half: what the user chose about it, and what is shown of it.

use crate::receiver::Options;

/// View of the app's half: the choices, and the part that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiverView {
    /// `true` if it is open. Its files are made only then.
    pub is_open: bool,
    /// Options as the user chose them; `None` while they follow the payload.
    pub options: Option<Options>,
    /// Index of the chosen file; `None` for the first one that reads the payload.
    pub file: Option<usize>,
    /// Path in the payload that the pointer or the focus is on; may be empty.
    pub path: String,
    /// `true` if the shown file was copied.
    pub is_copied: bool,
}

/// A change of the view.
#[derive(Debug)]
pub enum Change {
    /// The view was opened, or closed.
    Open(bool),
    /// The user chose options.
    Choose(Options),
    /// The user chose the file at this index.
    Show(usize),
    /// The pointer or the focus came to a path in the payload.
    Point(String),
    /// The shown file was copied, or could not be.
    Copy(bool),
}

impl ReceiverView {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Open(is_open) => self.is_open = is_open,
            Change::Choose(options) => self.options = Some(options),
            Change::Show(file) => {
                self.file = Some(file);
                self.is_copied = false;
            }
            Change::Point(path) => self.path = path,
            Change::Copy(is_copied) => self.is_copied = is_copied,
        }
    }
}
