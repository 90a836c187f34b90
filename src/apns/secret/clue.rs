//! Clue: three bytes in a row without which a text holds no private key. Every part of a push is
//! searched for clues in one pass, and only a text with one is searched for keys.

use super::joined::sextet;

/// Bytes that a clue begins with.
static FIRST: [bool; 256] = first(*b"PUBQoFhbAICM");

/// Returns `true` if a text has a clue.
pub(super) fn is_in(text: &[u8]) -> bool {
    let mut threes = text.windows(3);
    threes.any(|three| FIRST[usize::from(three[0])] && is_clue(three))
}

fn is_clue(three: &[u8]) -> bool {
    match three {
        // The label of the armour.
        b"PRI" => true,
        // The armour in base64.
        b"UFJ" | b"BSS" | b"QUk" => true,
        // The public half of a private key.
        b"oUQ" | b"FEA" | b"hRA" => true,
        // An SSH key file.
        b"b3B" => true,
        // The private number.
        b"AgE" | b"IBA" | b"CAQ" => true,
        [b'M', second, third] => begins_sequence(sextet(*second), sextet(*third)),
        _ => false,
    }
}

/// Returns `true` if an `M` and these two continue as a DER sequence of 32 bytes or more. A text may
/// be split after any character.
fn begins_sequence(second: Option<u8>, third: Option<u8>) -> bool {
    match second {
        None => true,
        // The length, and the first bits of an integer's or a sequence's tag.
        Some(2..=7) => third.is_none_or(|third| third % 4 == 0),
        // The number of bytes that the length takes, at most three.
        Some(8) => third.is_none_or(|third| third < 16),
        Some(_) => false,
    }
}

const fn first<const N: usize>(bytes: [u8; N]) -> [bool; 256] {
    let (mut is_first, mut index) = ([false; 256], 0);
    while index < N {
        is_first[bytes[index] as usize] = true;
        index += 1;
    }
    is_first
}
