//! File of the receiver, and the lines in it that read the payload.

/// File of the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name in the folder.
    pub name: &'static str,
    /// Text.
    pub text: String,
    /// Lines that read a field of the payload, in their order.
    pub marks: Vec<Mark>,
}

impl File {
    /// File that reads nothing of the payload.
    pub(super) fn new(name: &'static str, text: String) -> Self {
        Self {
            name,
            text,
            marks: Vec::new(),
        }
    }
}

/// Line that reads a field of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the line, from 1.
    pub line: usize,
    /// Path in the payload.
    pub path: String,
}
