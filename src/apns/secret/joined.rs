//! Joined text: a text without the line breaks, quotes and escapes that split base64, with the
//! original position of each byte.

use std::ops::Range;

use base64ct::{Base64Unpadded, Encoding};

/// Minimum length of a run that can contain a key encoded twice.
const SHORTEST_RUN: usize = 60;

/// Text without separators.
pub(super) struct Joined {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Joined {
    /// Removes the separators from a text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut joined = Self {
            bytes: Vec::with_capacity(text.len()),
            places: Vec::with_capacity(text.len()),
        };
        let mut at = 0;
        while at < text.len() {
            match separator(&text[at..]) {
                0 => {
                    joined.bytes.push(text[at]);
                    joined.places.push(at);
                    at += 1;
                }
                length => at += length,
            }
        }
        joined
    }

    /// Remaining bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Range in the original text of a range of the remaining bytes.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        let start = self.places.get(part.start).copied().unwrap_or_default();
        let end = part
            .end
            .checked_sub(1)
            .and_then(|last| self.places.get(last))
            .map_or(start, |last| last + 1);
        start..end
    }

    /// Decodes the long runs of base64, at each of the four possible alignments.
    pub(super) fn encoded(&self) -> impl Iterator<Item = (Range<usize>, Vec<u8>)> {
        self.runs().flat_map(|run| {
            let text = standard(&self.bytes[run.clone()]);
            (0..4).filter_map(move |skipped| {
                // A single character at the end does not encode a byte.
                let length = text.len() - skipped;
                let whole = &text[skipped..skipped + length - usize::from(length % 4 == 1)];
                Some((run.clone(), decode(whole)?))
            })
        })
    }

    fn runs(&self) -> impl Iterator<Item = Range<usize>> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.bytes.len() {
                let length = self.bytes[at..]
                    .iter()
                    .take_while(|byte| sextet(**byte).is_some())
                    .count();
                let run = at..at + length;
                at += length + 1;
                if length >= SHORTEST_RUN {
                    return Some(run);
                }
            }
            None
        })
    }
}

/// Value of a character of base64 or base64url.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Length of the separator at the start of `text`; 0 if there is none.
pub(super) fn separator(text: &[u8]) -> usize {
    match text {
        [b'\\', b'n' | b'r' | b't', ..] => 2,
        [b'%', b'0', b'A' | b'a' | b'D' | b'd' | b'9', ..] | [b'%', b'2', b'0' | b'2', ..] => 3,
        [b'\\' | b'"' | b'\'' | b'`' | b',' | 0, ..] => 1,
        [byte, ..] if byte.is_ascii_whitespace() => 1,
        _ => 0,
    }
}

fn standard(run: &[u8]) -> String {
    let plain = |byte: &u8| match byte {
        b'-' => '+',
        b'_' => '/',
        byte => char::from(*byte),
    };
    run.iter().map(plain).collect()
}

/// Decodes the complete groups of four characters.
fn decode(text: &str) -> Option<Vec<u8>> {
    let whole = text.len() / 4 * 4;
    Base64Unpadded::decode_vec(&text[..whole]).ok()
}
