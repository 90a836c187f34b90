//! Reader: a strict parser for JSON (RFC 8259), with a specific error for every mistake.
//!
//! It makes the outline and no values. The nesting is kept on a separate stack, so that no text can
//! exhaust that of the program.

use std::ops::Range;

use serde_json::Value;

use super::name::is_false_space;
use super::number;
use super::outline::{Node, Outline, Sort};
use super::quotes::Mark;
use super::syntax_error::{Problem, SyntaxError};

/// Maximum nesting depth: `serde_json` and many other parsers stop after 127.
pub(super) const DEEPEST: usize = 127;

/// Elements that may come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Value,
    FirstValue,
    Name,
    FirstName,
    Colon,
    Comma,
    End,
}

/// Parses a text; the error has the problem and its position.
pub(super) fn read(text: &str) -> Result<Outline, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        open: Vec::new(),
        name: None,
        document: Outline::default(),
    };
    let mut next = Next::Value;
    while next != Next::End {
        reader.skip_space();
        next = reader.step(next)?;
    }
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.behind_the_end());
    }
    Ok(reader.document)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Indices in the outline of the objects and lists that are open.
    open: Vec<usize>,
    /// Range of the name of the next value.
    name: Option<Range<usize>>,
    document: Outline,
}

/// Beginning of a PEM file (RFC 7468).
const PEM: &str = "-----BEGIN ";

impl Reader<'_> {
    fn step(&mut self, next: Next) -> Result<Next, SyntaxError> {
        match (next, self.peek()) {
            (Next::FirstName, Some(b'}')) | (Next::FirstValue, Some(b']')) => Ok(self.close()),
            (Next::FirstName | Next::Name, Some(b'"')) => {
                self.name = Some(self.quoted()?);
                Ok(Next::Colon)
            }
            (Next::Colon, Some(b':')) => {
                self.at += 1;
                Ok(Next::Value)
            }
            (Next::Comma, Some(b',')) => {
                self.at += 1;
                Ok(if self.in_object() {
                    Next::Name
                } else {
                    Next::Value
                })
            }
            (Next::Comma, Some(b'}')) if self.in_object() => Ok(self.close()),
            (Next::Comma, Some(b']')) if !self.in_object() => Ok(self.close()),
            (Next::FirstValue | Next::Value, Some(_)) => self.value(next),
            _ => Err(self.misplaced(next)),
        }
    }

    fn value(&mut self, next: Next) -> Result<Next, SyntaxError> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => return self.enter(Sort::Object),
            Some(b'[') => return self.enter(Sort::List),
            Some(b'"') => {
                self.quoted()?;
                self.add(Sort::Text, start);
            }
            _ => {
                let word = number::word(&self.text[start..]);
                let sort = match word {
                    "true" | "false" => Sort::Flag,
                    "null" => Sort::Null,
                    _ if number::is_number(word) => Sort::Number,
                    _ => return Err(self.misplaced(next)),
                };
                // Only long numbers and numbers with an exponent can exceed the range of a double.
                if sort == Sort::Number
                    && (word.len() > 300 || word.contains(['e', 'E']))
                    && serde_json::from_str::<Value>(word).is_err()
                {
                    return Err(self.error(Problem::NumberRange(word.to_owned())));
                }
                self.at += word.len();
                self.add(sort, start);
            }
        }
        Ok(self.after_value())
    }

    fn enter(&mut self, sort: Sort) -> Result<Next, SyntaxError> {
        if self.open.len() == DEEPEST {
            return Err(self.error(Problem::TooDeep));
        }
        let start = self.at;
        self.at += 1;
        self.add(sort, start);
        self.open.push(self.document.nodes.len() - 1);
        Ok(if sort == Sort::Object {
            Next::FirstName
        } else {
            Next::FirstValue
        })
    }

    fn close(&mut self) -> Next {
        self.at += 1;
        if let Some(index) = self.open.pop() {
            self.document.nodes[index].place.end = self.at;
        }
        self.after_value()
    }

    fn after_value(&self) -> Next {
        if self.open.is_empty() {
            Next::End
        } else {
            Next::Comma
        }
    }

    fn add(&mut self, sort: Sort, start: usize) {
        let node = Node {
            parent: self.open.last().copied(),
            name: self.name.take(),
            place: start..self.at,
            sort,
        };
        self.document.nodes.push(node);
    }

    /// Range of a name or text, both quotes included.
    fn quoted(&mut self) -> Result<Range<usize>, SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(SyntaxError::at(self.text, start, Problem::UnclosedText)),
                Some(b'"') => break,
                Some(b'\\') => self.escape(start)?,
                Some(control) if control < b' ' => {
                    return Err(self.error(Problem::ControlCharacter(char::from(control))));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(start..self.at)
    }

    fn escape(&mut self, text_start: usize) -> Result<(), SyntaxError> {
        let Some(character) = self.text[self.at + 1..].chars().next() else {
            return Err(SyntaxError::at(
                self.text,
                text_start,
                Problem::UnclosedText,
            ));
        };
        match character {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => self.at += 2,
            'u' => return self.unicode(),
            other => return Err(self.error(Problem::Escape(other))),
        }
        Ok(())
    }

    fn unicode(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let Some(unit) = self.code_unit() else {
            return Err(self.error(Problem::Escape('u')));
        };
        self.at += 6;
        let half = || self.text[start..start + 6].to_owned();
        match unit {
            0 => self.document.zeros.push(start),
            0xd800..=0xdbff => match self.code_unit() {
                Some(0xdc00..=0xdfff) => self.at += 6,
                _ => return Err(self.error(Problem::FirstHalf(half()))),
            },
            0xdc00..=0xdfff => {
                return Err(SyntaxError::at(
                    self.text,
                    start,
                    Problem::SecondHalf(half()),
                ));
            }
            _ => {}
        }
        Ok(())
    }

    /// Number in an escape such as `\u0041`, if one comes next.
    fn code_unit(&self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 6)?.strip_prefix("\\u")?;
        // `from_str_radix` would accept a sign.
        if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            u16::from_str_radix(digits, 16).ok()
        } else {
            None
        }
    }

    /// Error for a character that is not allowed at this place.
    fn misplaced(&self, next: Next) -> SyntaxError {
        let Some(character) = self.text[self.at..].chars().next() else {
            return self.cut_off();
        };
        let rest = &self.text[self.at..];
        let word = number::word(rest);
        let problem = match Mark::of(rest, character) {
            Some(Mark::Comment) => Problem::Comment,
            Some(Mark::SingleQuote) => Problem::SingleQuotes,
            Some(Mark::SmartQuote) => Problem::SmartQuotes,
            _ if character == '\u{feff}' && self.at == 0 => Problem::ByteOrderMark,
            _ if rest.starts_with(PEM) => Problem::Pem,
            _ if is_false_space(character) => Problem::Space(character),
            _ => match (next, character) {
                (Next::Colon, _) => Problem::MissingColon,
                (Next::Name, '}') | (Next::Value, ']') if self.follows_comma() => {
                    Problem::TrailingComma(character)
                }
                (Next::FirstValue | Next::Value, '}' | ']' | ',') => Problem::MissingValue,
                (Next::FirstName | Next::Name, _) if !word.is_empty() => {
                    Problem::BareWord(word.to_owned())
                }
                (Next::Comma, '}' | ']') => Problem::WrongEnd(character),
                (Next::Comma, 'A'..='Z' | 'a'..='z') if self.text[..self.at].ends_with('"') => {
                    Problem::InnerQuote
                }
                (Next::Comma, '"' | '{' | '[' | '-' | '0'..='9' | 'A'..='Z' | 'a'..='z') => {
                    Problem::MissingComma
                }
                _ if word.is_empty() => Problem::Unexpected(character),
                _ => number::problem(word).unwrap_or(Problem::Unexpected(character)),
            },
        };
        self.error(problem)
    }

    fn follows_comma(&self) -> bool {
        self.text[..self.at].trim_ascii_end().ends_with(',')
    }

    fn cut_off(&self) -> SyntaxError {
        match self
            .open
            .last()
            .and_then(|index| self.document.nodes.get(*index))
        {
            Some(node) => {
                let open = if node.sort == Sort::Object { '{' } else { '[' };
                SyntaxError::at(self.text, node.place.start, Problem::Unclosed(open))
            }
            None => self.error(Problem::Other),
        }
    }

    fn behind_the_end(&self) -> SyntaxError {
        let error = self.misplaced(Next::End);
        match error.problem {
            Problem::Comment | Problem::Space(_) => error,
            _ => self.error(Problem::Trailing),
        }
    }

    fn error(&self, problem: Problem) -> SyntaxError {
        SyntaxError::at(self.text, self.at, problem)
    }

    fn in_object(&self) -> bool {
        self.open
            .last()
            .is_some_and(|index| self.document.nodes[*index].sort == Sort::Object)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
}
