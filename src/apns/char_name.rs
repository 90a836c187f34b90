//! Character name: a description of a character for a sentence, which names invisible ones.

/// Readable name of a character.
pub(crate) fn char_name(character: char) -> String {
    match character {
        ' ' => "A space".to_owned(),
        '\t' => "A tab".to_owned(),
        '\n' | '\r' => "A line break".to_owned(),
        visible @ '!'..='~' => String::from_iter(['“', visible, '”']),
        other => ["The character U+", &code_point(other).to_ascii_uppercase()].concat(),
    }
}

/// Code point of a character in lower-case hex, with at least four digits.
pub(crate) fn code_point(character: char) -> String {
    let number = u32::from(character);
    let mut digits = String::new();
    for place in (0..6).rev() {
        let digit = number >> (4 * place) & 15;
        if place < 4 || !digits.is_empty() || digit > 0 {
            digits.extend(char::from_digit(digit, 16));
        }
    }
    digits
}
