//! The few parts of DER (ITU-T X.690) a key file is made of: a tag, a length, the content.
//!
//! The general parsers behind the curve's crate say "malformed" to everything they do not expect. People need to hear
//! what the file is instead, so the walk over its parts is made here.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_ID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
/// `[0]` and `[1]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;
pub(crate) const CONTEXT_1: u8 = 0xa1;

/// What is still to be read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next part, whatever it is: its tag and its content.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (head, content) = head(self.0)?;
        let whole = head.checked_add(content)?;
        let part = self.0.get(head..whole)?;
        let tag = *self.0.first()?;
        self.0 = &self.0[whole..];
        Some((tag, part))
    }

    /// The content of the next part, if it has this tag; otherwise nothing is read.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.next()?;
        (found == tag).then(|| {
            *self = ahead;
            content
        })
    }

    /// The tag of the next part.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }
}

/// How long the first part of `bytes` says it is, head included.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let (head, content) = head(bytes)?;
    head.checked_add(content)
}

/// The lengths of head and content. Lengths above 64 KiB or without an end are no key's.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [_, length @ ..=0x7f, ..] => Some((2, usize::from(length))),
        [_, 0x81, length, ..] => Some((3, usize::from(length))),
        [_, 0x82, high, low, ..] => Some((4, usize::from(high) * 256 + usize::from(low))),
        _ => None,
    }
}
