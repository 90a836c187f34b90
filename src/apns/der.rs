//! DER: the subset of ITU-T X.690 that key files and certificates use, which is a tag, a length and
//! a content.
//!
//! The general parsers used by the crate for the curve report every unexpected input as
//! "malformed". Trill tells the user what the file is instead, so it parses the elements itself.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_ID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
/// Constructed context tags `[0]` and `[1]`.
pub(crate) const CONTEXT_0: u8 = 0xa0;
pub(crate) const CONTEXT_1: u8 = 0xa1;

/// Reader with the bytes that are still to be read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// Reads the next element of any type; returns its tag and its content.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (head, content) = head(self.0)?;
        let whole = head.checked_add(content)?;
        let part = self.0.get(head..whole)?;
        let tag = *self.0.first()?;
        self.0 = &self.0[whole..];
        Some((tag, part))
    }

    /// Reads the next element and returns its content if it has this tag; otherwise reads nothing.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.next()?;
        (found == tag).then(|| {
            *self = ahead;
            content
        })
    }

    /// Tag of the next element.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }
}

/// Length of the first element of `bytes` as given in its header, header included.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let (head, content) = head(bytes)?;
    head.checked_add(content)
}

/// Lengths of header and content. `None` for contents of 64 KiB or more and for indefinite lengths,
/// which keys do not have.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [_, length @ ..=0x7f, ..] => Some((2, usize::from(length))),
        [_, 0x81, length, ..] => Some((3, usize::from(length))),
        [_, 0x82, high, low, ..] => Some((4, usize::from(high) * 256 + usize::from(low))),
        _ => None,
    }
}
