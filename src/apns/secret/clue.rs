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
        // A DER sequence of 32 bytes or more. It may be split after any character.
        [b'M', b'C'..=b'I', _] => true,
        [b'M', next, _] => sextet(*next).is_none(),
        _ => false,
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
