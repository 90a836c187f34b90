//! Weight: which field takes the most of a payload's few bytes.

use super::document::Document;

/// A field and what it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Its name, with those around it and dots between them.
    pub path: String,
    /// The bytes that go when it is taken away: name, colon, value, and the space between.
    pub bytes: usize,
}

/// The heaviest field, and inside it the one that makes up most of it, and so on inwards.
pub(super) fn heaviest(text: &str, document: &Document) -> Vec<Weight> {
    let mut weights: Vec<Weight> = Vec::new();
    let mut parent = 0;
    while let Some(member) = document
        .members_of(text, parent)
        .max_by_key(|member| member.node.weight())
    {
        let bytes = member.node.weight();
        let path = match weights.last() {
            Some(around) if bytes * 2 <= around.bytes => break,
            Some(around) => [&around.path, ".", &member.name].concat(),
            None => member.name.into_owned(),
        };
        weights.push(Weight { path, bytes });
        parent = member.index;
    }
    weights
}

/// A number with a comma before every three digits.
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
