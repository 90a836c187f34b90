//! Quotes and comments: characters that other formats give a meaning that JSON does not.

/// What a character, with those behind it, is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The start of a comment.
    Comment,
    /// A straight single quote or a back-tick.
    SingleQuote,
    /// A quote an editor has curled.
    SmartQuote,
}

impl Mark {
    /// The mark at the start of `rest`, whose first character is `character`.
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

/// The straight quote a curly one stands for; any other character stands for itself.
pub(super) fn straight(quote: char) -> char {
    match quote {
        '\u{201c}'..='\u{201f}' | '«' | '»' | '＂' => '"',
        '\u{2018}'..='\u{201b}' | '‹' | '›' => '\'',
        other => other,
    }
}
