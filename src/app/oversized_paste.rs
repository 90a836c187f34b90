//! A paste or file that is too large for the editor: browsers need a tenth of a second to lay out 64 KiB of lines in a
//! bare text area, and most of two seconds for 256 KiB.

/// The largest text that enters the editor; APNs takes a twelfth of it.
pub const LARGEST: usize = 64 * 1024;

/// How much of it is shown.
const SHOWN: usize = 4 * 1024;

/// What came, without most of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OversizedPaste {
    /// A file's name, or how it came.
    pub name: String,
    /// Its size.
    pub bytes: usize,
    /// How it begins.
    pub start: String,
}

impl OversizedPaste {
    /// Holds back a text; `None` when it fits.
    pub fn back(name: &str, text: &str) -> Option<Self> {
        Self::of_size(name, text.len(), text)
    }

    /// Holds back something of this size, whose beginning is known; `None` when it fits.
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
