//! Lexer: splits a text that need not be JSON into tokens, so that comments and quotes of any kind
//! stay whole. The repair works on these tokens.

use super::number;
use super::quotes::{Mark, straight};

/// Type of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// White space as defined by JSON.
    Space,
    /// Comment, without the line break that ends it.
    Comment,
    /// Name or text, including its quotes, which may be of any kind.
    Quoted,
    /// Letters, digits, signs and points.
    Word,
    /// Any other character.
    Character(char),
}

/// Token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Type of the token.
    pub(super) sort: Sort,
    /// Text of the token.
    pub(super) text: &'a str,
}

/// Splits a text into tokens; concatenated, they give the text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (sort, length) = match (character, Mark::of(rest, character)) {
            (' ' | '\t' | '\n' | '\r', _) => (
                Sort::Space,
                rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len(),
            ),
            (_, Some(Mark::Comment)) => (Sort::Comment, comment(rest)),
            ('"', _) | (_, Some(Mark::SingleQuote | Mark::SmartQuote)) => {
                (Sort::Quoted, quoted(rest, character))
            }
            _ if !number::word(rest).is_empty() => (Sort::Word, number::word(rest).len()),
            _ => (Sort::Character(character), character.len_utf8()),
        };
        let (piece, behind) = rest.split_at(length);
        tokens.push(Token { sort, text: piece });
        rest = behind;
    }
    tokens
}

fn comment(text: &str) -> usize {
    let end = match text.strip_prefix("/*") {
        Some(inside) => inside.find("*/").map(|end| end + 4),
        None => text.find('\n'),
    };
    end.unwrap_or(text.len())
}

fn quoted(text: &str, opening: char) -> usize {
    let closes = |character: char| {
        if opening == '"' {
            character == '"'
        } else {
            straight(character) == straight(opening)
        }
    };
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if closes(character) => return index + character.len_utf8(),
            _ => {}
        }
    }
    text.len()
}
