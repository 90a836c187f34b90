//! A paste or file that is too large for the editor. Browsers need a tenth of a second to lay out
//! 64 KiB of lines in a text area, and almost two seconds for 256 KiB.

/// Maximum size in bytes of a text in the editor, twelve times or more what APNs accepts.
pub const LARGEST: usize = 64 * 1024;

/// Number of bytes shown of an oversized text.
const SHOWN: usize = 4 * 1024;

/// The name, size and beginning of an oversized text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OversizedPaste {
    /// File name, or a description of the source.
    pub name: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Beginning of the text.
    pub start: String,
}

impl OversizedPaste {
    /// Checks a text; returns `None` if it fits the editor.
    pub fn back(name: &str, text: &str) -> Option<Self> {
        Self::of_size(name, text.len(), text)
    }

    /// Checks a text of this size, of which only the beginning may be available; returns `None` if
    /// it fits the editor.
    pub fn of_size(name: &str, bytes: usize, start: &str) -> Option<Self> {
        let mut end = SHOWN.min(start.len());
        while !start.is_char_boundary(end) {
            end -= 1;
        }
        (bytes > LARGEST).then(|| Self {
            name: name.to_owned(),
            bytes,
            start: start[..end].to_owned(),
        })
    }
}
