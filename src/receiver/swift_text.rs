//! Texts of a user as parts of Swift source: they can end neither a string nor a comment.

/// Text as a string literal.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            character if character.is_control() => {
                literal += &format!("\\u{{{:X}}}", character as u32);
            }
            character => literal.push(character),
        }
    }
    literal.push('"');
    literal
}

/// Text as a part of a comment, on one line.
pub(super) fn comment(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Template with its insertion points filled, each a name between two low lines on either side.
/// A text that is filled in has no insertion points of its own, because it may be the user's. Lines
/// about the article begin with `//~` and stay only for the article's receiver.
pub(super) fn fill(template: &str, is_article: bool, points: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for line in template.split_inclusive('\n') {
        let line = match line.split_once("//~") {
            Some(_) if !is_article => continue,
            Some((indent, note)) => [indent, "//", note].concat(),
            None => line.to_owned(),
        };
        for part in line.split("__") {
            let point = points.iter().find(|(name, _)| *name == part);
            text += point.map_or(part, |(_, value)| value);
        }
    }
    text
}
