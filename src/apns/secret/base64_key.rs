//! Base64 key: a private key in base64 without armour, detected by the first bytes of its DER, or
//! by a part that only private keys have.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr_iter;

use super::joined::{separator, sextet};
use super::needle::Needle;

/// Minimum length of a text that can be a key in base64.
pub(super) const SHORTEST: usize = 48;
/// Number of decoded bytes that identify the start of a key.
const HEAD: usize = 32;
/// Maximum number of characters that are decoded for these bytes, line breaks included.
const REACH: usize = 96;

/// `-----BEGIN PRIVATE KEY-----` in base64: the words at each of the three alignments.
const ARMOUR: [&[u8]; 3] = [b"UFJJVkFURSBLRVkt", b"BSSVZBVEUgS0VZL", b"QUklWQVRFIEtFWS"];
/// Start of the public key inside a P-256 private key: `[1]`, and in it a point of 65 bytes.
const PUBLIC_HALF: [&[u8]; 3] = [b"oUQDQgAE", b"FEA0IAB", b"hRANCAA"];
/// Start of an SSH key file: `openssh-key-v1`.
const SSH: &[u8] = b"b3BlbnNzaC1rZXktdj";
/// Start of an `ECPrivateKey` on P-256, which is version 1 and 32 bytes, at each alignment, with
/// its offset in a group of four characters.
const SCALAR: [(&[u8], usize); 3] = [(b"AgEBBC", 0), (b"IBAQQg", 2), (b"CAQEEI", 3)];

static MARKS: LazyLock<Vec<Needle<'static>>> = LazyLock::new(|| {
    let mut marks = Vec::new();
    for mark in ARMOUR.iter().chain(&PUBLIC_HALF) {
        marks.push(Needle::new(mark));
    }
    marks.push(Needle::new(SSH));
    marks
});
static SCALARS: LazyLock<[(Needle<'static>, usize); 3]> =
    LazyLock::new(|| SCALAR.map(|(mark, place)| (Needle::new(mark), place)));

/// Everything that a key's beginning or a part of it is recognised by, except a DER sequence.
#[cfg(test)]
pub(super) fn marks() -> impl Iterator<Item = &'static [u8]> {
    let scalars = SCALAR.into_iter().map(|(mark, _)| mark);
    let marks = ARMOUR.into_iter().chain(PUBLIC_HALF).chain([SSH]);
    marks.chain(scalars)
}

/// Range of a key in base64, with or without line breaks.
pub(super) fn find(text: &[u8]) -> Option<Range<usize>> {
    // In base64, every DER sequence begins with M.
    let whole = memchr_iter(b'M', text).find(|start| is_key(&head(&text[*start..])));
    let cut = || {
        MARKS
            .iter()
            .find_map(|mark| mark.find(text))
            .or_else(|| scalar(text))
    };
    let start = whole.or_else(|| cut().map(|mark| start_of_run(text, mark)))?;
    Some(start..end_of_body(text, start))
}

/// Returns `true` if these bytes begin like a private key or a PKCS#12 bundle.
pub(super) fn is_key(bytes: &[u8]) -> bool {
    let Some(inside) = part(bytes, 0x30) else {
        return false;
    };
    match inside {
        // PKCS#8: a version, and the algorithm.
        [0x02, 0x01, 0..=1, 0x30, ..] => part(&inside[3..], 0x30)
            .is_some_and(|algorithm| matches!(algorithm, [0x06, 3..=11, 0x2a | 0x2b | 0x60, ..])),
        // SEC1: a version, and the private number.
        [0x02, 0x01, 0x01, 0x04, 20..=72, ..] => true,
        // PKCS#1 and DSA: a version, and a large number.
        [0x02, 0x01, 0..=1, 0x02, length, ..] => matches!(length, 0x40..=0x7f | 0x81 | 0x82),
        // PKCS#12: version 3, and data.
        [0x02, 0x01, 0x03, 0x30, ..] => part(&inside[3..], 0x30).is_some_and(|content| {
            content.starts_with(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07])
        }),
        // Encrypted key: a scheme of PKCS#5 or PKCS#12.
        [0x30, ..] => part(inside, 0x30).is_some_and(|scheme| {
            matches!(
                scheme,
                [
                    0x06,
                    9..=10,
                    0x2a,
                    0x86,
                    0x48,
                    0x86,
                    0xf7,
                    0x0d,
                    0x01,
                    0x05 | 0x0c,
                    ..
                ]
            )
        }),
        _ => false,
    }
}

/// End of the base64 that begins at `start`. White space and escaped line breaks inside it are
/// skipped.
pub(super) fn end_of_body(text: &[u8], start: usize) -> usize {
    let (mut at, mut end) = (start, start);
    while let Some(byte) = text.get(at) {
        let is_fold = byte.is_ascii_whitespace() || matches!(text[at..], [b'\\', b'n' | b'r', ..]);
        if sextet(*byte).is_some() || *byte == b'=' {
            at += 1;
            end = at;
        } else if is_fold {
            at += separator(&text[at..]);
        } else {
            break;
        }
    }
    end
}

/// Available content of an element with this tag; `None` for another tag.
fn part(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let head = match *bytes {
        [found, 0..=0x80, ..] if found == tag => 2,
        [found, 0x81, _, ..] if found == tag => 3,
        [found, 0x82, _, _, ..] if found == tag => 4,
        [found, 0x83, _, _, _, ..] if found == tag => 5,
        _ => return None,
    };
    bytes.get(head..)
}

/// First bytes that a base64 text decodes to.
fn head(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count, mut at) = (0_u32, 0, 0);
    while bytes.len() < HEAD && at < text.len().min(REACH) {
        let Some(value) = sextet(text[at]) else {
            match separator(&text[at..]) {
                0 => break,
                length => at += length,
            }
            continue;
        };
        // The second character encodes the length of the sequence: C to I for more than 31 bytes.
        if count == 6 && bytes.is_empty() && !matches!(value, 2..=8) {
            break;
        }
        bits = bits << 6 | u32::from(value);
        count += 6;
        at += 1;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

/// Start of an `ECPrivateKey` anywhere in the text. The sequence header before it excludes other
/// pairs of numbers.
fn scalar(text: &[u8]) -> Option<usize> {
    SCALARS.iter().find_map(|(mark, place)| {
        mark.find_iter(text)
            .find(|found| is_sequence_before(text, *found, *place))
    })
}

fn is_sequence_before(text: &[u8], mark: usize, place: usize) -> bool {
    let Some(group) = mark.checked_sub(place + 4) else {
        return false;
    };
    // `head` is not suitable, because it starts at a sequence.
    let (mut bytes, mut bits) = (Vec::<u8>::new(), 0_u32);
    for (index, byte) in text[group..mark + 6].iter().enumerate() {
        let Some(value) = sextet(*byte) else {
            return false;
        };
        bits = bits << 6 | u32::from(value);
        if index % 4 == 3 {
            // Four characters are three bytes; what came before is shifted out.
            bytes.extend(&(bits << 8).to_be_bytes()[..3]);
        }
    }
    bytes
        .windows(4)
        .any(|window| window[0] == 0x30 && window[1] < 0x80 && window[2..] == [0x02, 0x01])
}

/// Start of the run of base64 around a mark.
fn start_of_run(text: &[u8], mark: usize) -> usize {
    mark - text[..mark]
        .iter()
        .rev()
        .take_while(|byte| sextet(**byte).is_some())
        .count()
}
