//! Minifying: removes white space between tokens, and leaves everything else as it is spelled.

/// Removes the white space outside the names and texts of a text that is JSON, or will be once its
/// placeholders are filled. Parsing and serialising would lose duplicate names, digits and escapes.
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
