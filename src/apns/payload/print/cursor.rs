//! Cursor: the place in a print that is read next, and the JSON written so far.

use crate::apns::json_writer::JsonWriter;
use crate::apns::payload::number::is_number;
use crate::apns::payload::reader::DEEPEST;

/// Maximum length of a number: longer ones lose digits in some readers, and stay texts.
const LONGEST_NUMBER: usize = 15;

/// Reason why a print cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    /// Position in bytes.
    pub(super) at: usize,
    /// Reason, as a clause of a sentence.
    pub(super) reason: &'static str,
}

/// Result of reading a part of a print.
pub(super) type Read<T = ()> = Result<T, Unread>;

/// Reader of a print.
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Position in bytes.
    pub(super) at: usize,
    depth: usize,
    /// JSON written so far.
    pub(super) json: JsonWriter,
    /// `true` if a number was read that may have been a string.
    pub(super) has_number: bool,
}

impl<'a> Cursor<'a> {
    /// Cursor at this position of a text.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self {
            text,
            at,
            depth: 0,
            json: JsonWriter::default(),
            has_number: false,
        }
    }

    /// Text from here on.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Next character, which is passed.
    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// Passes `mark` if it comes next.
    pub(super) fn take(&mut self, mark: &str) -> bool {
        let is_next = self.rest().starts_with(mark);
        if is_next {
            self.at += mark.len();
        }
        is_next
    }

    /// Passes white space.
    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Passes `mark` after white space.
    pub(super) fn expect(&mut self, mark: &str, reason: &'static str) -> Read {
        self.skip_space();
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.stop(reason))
        }
    }

    /// Text up to the first character for which `ends` is true.
    pub(super) fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Error at this place.
    pub(super) fn stop(&self, reason: &'static str) -> Unread {
        Unread {
            at: self.at,
            reason,
        }
    }

    /// Goes one level deeper.
    pub(super) fn descend(&mut self) -> Read {
        if self.depth == DEEPEST {
            return Err(self.stop("it is nested deeper than 127 levels"));
        }
        self.depth += 1;
        Ok(())
    }

    /// Goes back one level.
    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Opens an object or a list, whose bracket comes next.
    pub(super) fn enter(&mut self, bracket: char) -> Read {
        self.descend()?;
        self.next();
        self.json.open(bracket);
        Ok(())
    }

    /// Closes an object or a list.
    pub(super) fn leave(&mut self, bracket: char) {
        self.ascend();
        self.json.close(bracket);
    }

    /// Writes a word without quotes: as a number if it can only be one, or else as a text.
    pub(super) fn bare(&mut self, word: &str) {
        let is_plain =
            is_number(word) && word.len() <= LONGEST_NUMBER && !word.contains(['e', 'E']);
        if is_plain {
            self.has_number = true;
            self.json.text.push_str(word);
        } else {
            self.json.string(word);
        }
    }

    /// Text in quotes; the cursor is at the opening one. An escape `\U` has `wide` digits.
    pub(super) fn quoted(&mut self, wide: usize) -> Read<String> {
        let start = self.at;
        let unclosed = Unread {
            at: start,
            reason: "a string is never closed",
        };
        let quote = self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(unclosed),
                Some('\\') => text.extend(self.escape(wide)?),
                closing if closing == quote => return Ok(text),
                Some(character) => text.push(character),
            }
        }
    }

    /// Character of an escape, after its backslash; `None` for a line break that is left out.
    fn escape(&mut self, wide: usize) -> Read<Option<char>> {
        let start = self.at;
        let character = match self.next() {
            Some('\n') => return Ok(None),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some('x') => return self.code(start, 2).map(Some),
            Some('u') if self.take("{") => {
                let length = self.rest().find('}').unwrap_or_default();
                let character = self.code(start, length)?;
                self.at += 1;
                character
            }
            Some('u') => return self.code(start, 4).map(Some),
            Some('U') => return self.code(start, wide).map(Some),
            Some(first @ '0'..='7') => {
                let mut number = u32::from(first) - u32::from('0');
                for _ in 0..2 {
                    if let Some(digit @ '0'..='7') = self.peek() {
                        number = number * 8 + u32::from(digit) - u32::from('0');
                        self.at += 1;
                    }
                }
                char::from_u32(number).unwrap_or_default()
            }
            Some(other) => other,
            None => return Err(self.stop("a string is never closed")),
        };
        Ok(Some(character))
    }

    /// Character with the code in the next `length` digits, or the next two codes if the first is
    /// half an emoji.
    fn code(&mut self, start: usize, length: usize) -> Read<char> {
        let wrong = Unread {
            at: start,
            reason: "an escape names no character",
        };
        let first = self.digits(length).ok_or(wrong)?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or(wrong);
        }
        if !self.take("\\u") && !self.take("\\U") {
            return Err(wrong);
        }
        let second = self.digits(length).ok_or(wrong)?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
        let code = 0x1_0000 + ((first - 0xd800) << 10) + low.ok_or(wrong)?;
        char::from_u32(code).ok_or(wrong)
    }

    fn digits(&mut self, length: usize) -> Option<u32> {
        let digits = self.rest().get(..length)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        self.at += length;
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }
}
