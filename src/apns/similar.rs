//! Suggestions: the known word that is most similar to a mistyped one.

/// Maximum edit distance between a mistyped word and a suggestion.
const MOST_DIFFERENCES: usize = 3;

/// Returns the most similar word of `known`, if it is similar enough.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (differences, meant) = known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .min()?;
    (differences <= MOST_DIFFERENCES).then_some(meant)
}

/// Returns the Levenshtein distance of two words, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
