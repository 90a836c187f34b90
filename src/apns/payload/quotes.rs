//! Quotes and comments: characters with a meaning in other formats, but not in JSON.

/// Meaning of a character, with those after it, in other formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Start of a comment.
    Comment,
    /// Straight single quote or back-tick.
    SingleQuote,
    /// Typographic quote.
    SmartQuote,
}

impl Mark {
    /// Mark at the start of `rest`, whose first character is `character`.
    pub(super) fn of(rest: &str, character: char) -> Option<Self> {
        match character {
            '#' => Some(Self::Comment),
            '/' if rest.starts_with("//") || rest.starts_with("/*") => Some(Self::Comment),
            '\'' | '`' => Some(Self::SingleQuote),
            _ if straight(character) != character => Some(Self::SmartQuote),
            _ => None,
        }
    }
}

/// Straight quote for a typographic one; any other character is returned unchanged.
pub(super) fn straight(quote: char) -> char {
    match quote {
        '\u{201c}'..='\u{201f}' | '«' | '»' | '＂' => '"',
        '\u{2018}'..='\u{201b}' | '‹' | '›' => '\'',
        other => other,
    }
}
