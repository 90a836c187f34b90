//! The known word that is nearest to a mistyped one.

/// Most differences between a mistyped word and the one that was meant.
const MOST_DIFFERENCES: usize = 3;

/// The word that was meant, if one of `known` is near enough.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (differences, meant) = known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .min()?;
    (differences <= MOST_DIFFERENCES).then_some(meant)
}

/// How many characters must be added, left out or changed to make one word of the other.
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
