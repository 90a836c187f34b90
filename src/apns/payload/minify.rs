//! Minifying: white space between the tokens goes, everything else stays as it is spelled.

/// A text that is JSON, or will be once its placeholders are filled, without the white space
/// outside its names and texts. Parsing and writing anew would lose what the payload exists to
/// keep: double names, digits, escapes.
pub fn minified(text: &str) -> String {
    let mut minified = String::with_capacity(text.len());
    let mut inside = false;
    let mut escaped = false;
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' if !inside => continue,
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        minified.push(character);
    }
    minified
}
