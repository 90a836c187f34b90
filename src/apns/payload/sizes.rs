//! Sizes: the fields of a payload that take the most bytes.

use super::outline::Outline;

/// Field and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSize {
    /// Name of the field, after the names of the enclosing ones, separated by dots.
    pub path: String,
    /// Number of bytes that removing the field saves: name, colon, value, and the space between.
    pub bytes: usize,
}

/// Largest field, followed by the field inside it that makes up most of it, and so on inwards.
pub(super) fn largest(text: &str, outline: &Outline) -> Vec<FieldSize> {
    let mut sizes: Vec<FieldSize> = Vec::new();
    let mut parent = 0;
    while let Some(member) = outline
        .members_of(text, parent)
        .into_iter()
        .max_by_key(|member| member.node.size())
    {
        let bytes = member.node.size();
        let path = match sizes.last() {
            Some(around) if bytes * 2 <= around.bytes => break,
            Some(around) => [&around.path, ".", &member.name].concat(),
            None => member.name.into_owned(),
        };
        sizes.push(FieldSize { path, bytes });
        parent = member.index;
    }
    sizes
}

/// Formats a number with a comma before every three digits.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
