//! A character in a sentence: what cannot be seen is named.

/// A character the way a person would name it.
pub(crate) fn char_name(character: char) -> String {
    match character {
        ' ' => "A space".to_owned(),
        '\t' => "A tab".to_owned(),
        '\n' | '\r' => "A line break".to_owned(),
        visible @ '!'..='~' => String::from_iter(['“', visible, '”']),
        other => ["The character U+", &code_point(other).to_ascii_uppercase()].concat(),
    }
}

/// The number of a character in small hexadecimal digits, four at least.
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
