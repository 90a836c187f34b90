//! Clue: three bytes in a row without which a text holds no private key. Every part of a push is
//! searched for clues in one pass, and only a text with one is searched for keys.

use super::joined::sextet;

/// Returns `true` if a text has a clue.
pub(super) fn is_in(text: &[u8]) -> bool {
    text.windows(3).any(|three| match three {
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
    })
}
