//! A character in a sentence: what cannot be seen is named.

use std::fmt;

/// Shows a character the way a person would name it.
pub(crate) struct Shown(pub(crate) char);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ' ' => f.write_str("A space"),
            '\t' => f.write_str("A tab"),
            '\n' | '\r' => f.write_str("A line break"),
            visible @ '!'..='~' => write!(f, "“{visible}”"),
            other => write!(f, "The character U+{:04X}", u32::from(other)),
        }
    }
}
