//! Shell words: a text for `sh` as commands, each with its words and the text piped into it.

/// Maximum number of variables that are remembered.
const MOST_VARIABLES: usize = 64;

/// Maximum number of bytes that variables add to the words.
const LONGEST_EXPANSION: usize = 64 * 1024;

/// Source of a command's standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Text(String),
    /// File with this name.
    File(String),
}

/// Command with its words.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Words without their quotes.
    pub(super) words: Vec<String>,
    /// Standard input, if the text says where it comes from.
    pub(super) input: Option<Input>,
    /// `true` if its output is piped into the next command.
    is_piped: bool,
    /// Position of a quote that is never closed.
    pub(super) unclosed: Option<usize>,
}

/// Commands of a text, in order.
pub(super) struct Statements<'a> {
    text: &'a str,
    at: usize,
    variables: Vec<(String, String)>,
    expanded: usize,
    /// Output of the command before this one.
    piped: Option<Input>,
    /// Line that ends the here-document of this command.
    here_document: Option<String>,
}

impl<'a> Statements<'a> {
    /// Reads a text for `sh`.
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            variables: Vec::new(),
            expanded: 0,
            piped: None,
            here_document: None,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_next = self.rest().starts_with(mark);
        if is_next {
            self.at += mark.len();
        }
        is_next
    }

    /// Passes the line break of a command that goes on in the next line.
    fn take_continuation(&mut self) -> bool {
        let Some(behind) = self.rest().strip_prefix(['\\', '^']) else {
            return false;
        };
        let line_end = behind.trim_start_matches([' ', '\t', '\r']);
        let goes_on = line_end.starts_with('\n');
        if goes_on {
            self.at = self.text.len() - line_end.len() + 1;
        }
        goes_on
    }

    fn statement(&mut self) -> Statement {
        let mut statement = Statement {
            input: self.piped.take(),
            ..Statement::default()
        };
        loop {
            if self.take_continuation() {
                continue;
            }
            match self.peek() {
                None => break,
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                Some('\n') => {
                    self.at += 1;
                    if let Some(end) = self.here_document.take() {
                        statement.input = Some(Input::Text(self.here_text(&end)));
                    }
                    break;
                }
                Some(';') => {
                    self.at += 1;
                    break;
                }
                Some('|' | '&') => {
                    let end = self.rest().trim_start_matches(['|', '&']);
                    statement.is_piped = self.rest().len() - end.len() == 1 && self.take("|");
                    self.at = self.text.len() - end.len();
                    break;
                }
                Some('<' | '>') if self.placeholder().is_none() => {
                    if let Err(unclosed) = self.redirect(&mut statement) {
                        statement.unclosed = Some(unclosed);
                        break;
                    }
                }
                Some(_) => match self.word() {
                    Ok(word) => statement.words.push(word),
                    Err(unclosed) => {
                        statement.unclosed = Some(unclosed);
                        self.at = self.text.len();
                        break;
                    }
                },
            }
        }
        self.remember(&statement);
        statement
    }

    /// Reads where the input comes from; the target of the output is passed over.
    fn redirect(&mut self, statement: &mut Statement) -> Result<(), usize> {
        let is_input = self.peek() == Some('<');
        let is_text = self.take("<<<");
        let is_document = !is_text && self.take("<<");
        let marks = self.rest().trim_start_matches(['<', '>', '&', '-']);
        self.at = self.text.len() - marks.trim_start_matches([' ', '\t']).len();
        let word = self.word()?;
        if is_text {
            statement.input = Some(Input::Text(word));
        } else if is_document {
            self.here_document = Some(word);
        } else if is_input {
            statement.input = Some(Input::File(word));
        }
        Ok(())
    }

    /// Lines up to the one that is `end`.
    fn here_text(&mut self, end: &str) -> String {
        let start = self.at;
        for line in self.rest().split_inclusive('\n') {
            self.at += line.len();
            if line.trim() == end {
                return self.text[start..self.at - line.len()].to_owned();
            }
        }
        self.text[start..].to_owned()
    }

    /// Length of a placeholder such as `<device token>`.
    fn placeholder(&self) -> Option<usize> {
        let inside = self.rest().strip_prefix('<')?;
        let is_letter = |character: char| !character.is_ascii() || character.is_ascii_alphabetic();
        let end = inside.find(|character: char| {
            !is_letter(character) && !matches!(character, '0'..='9' | ' ' | '_' | '-')
        })?;
        let starts = inside.starts_with(is_letter);
        (starts && inside[end..].starts_with('>')).then_some(end + 2)
    }

    /// Word without its quotes; the error is the position of a quote that is never closed.
    fn word(&mut self) -> Result<String, usize> {
        let mut word = String::new();
        loop {
            if self.take_continuation() {
                continue;
            }
            let start = self.at;
            match self.peek() {
                None | Some(' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | '>') => break,
                Some('<') => match self.placeholder() {
                    Some(length) => {
                        word.push_str(&self.rest()[..length]);
                        self.at += length;
                    }
                    None => break,
                },
                Some('\'') => {
                    let inside = &self.rest()[1..];
                    let end = inside.find('\'').ok_or(start)?;
                    word.push_str(&inside[..end]);
                    self.at += end + 2;
                }
                Some('"') => {
                    self.at += 1;
                    self.in_double_quotes(start, &mut word)?;
                }
                Some('$') if self.take("$'") => self.in_c_quotes(start, &mut word)?,
                Some('$') => self.variable(&mut word),
                Some('\\') => {
                    self.at += 1;
                    self.push_next(&mut word);
                }
                Some(_) => self.push_next(&mut word),
            }
        }
        Ok(word)
    }

    fn push_next(&mut self, word: &mut String) {
        if let Some(character) = self.peek() {
            word.push(character);
            self.at += character.len_utf8();
        }
    }

    fn in_double_quotes(&mut self, start: usize, word: &mut String) -> Result<(), usize> {
        loop {
            if self.take_continuation() {
                continue;
            }
            match self.peek() {
                None => return Err(start),
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('$') => self.variable(word),
                Some('\\') => {
                    self.at += 1;
                    if !matches!(self.peek(), Some('"' | '\\' | '$' | '`')) {
                        word.push('\\');
                    }
                    self.push_next(word);
                }
                Some(_) => self.push_next(word),
            }
        }
    }

    /// Reads the text of `$'…'`.
    fn in_c_quotes(&mut self, start: usize, word: &mut String) -> Result<(), usize> {
        loop {
            if self.take("'") {
                return Ok(());
            }
            if !self.take("\\") {
                self.peek().ok_or(start)?;
                self.push_next(word);
                continue;
            }
            let (character, length) = match self.peek() {
                Some('n') => (Some('\n'), 1),
                Some('t') => (Some('\t'), 1),
                Some('r') => (Some('\r'), 1),
                Some('u') => (self.code(4), 5),
                Some('x') => (self.code(2), 3),
                other => (other, other.map_or(0, char::len_utf8)),
            };
            match character {
                Some(character) => {
                    word.push(character);
                    self.at += length;
                }
                None => word.push('\\'),
            }
        }
    }

    /// Character with the hexadecimal code behind the next letter.
    fn code(&self, digits: usize) -> Option<char> {
        let code = self.rest().get(1..=digits)?;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    }

    /// Reads a variable; one whose value is not known stays as it is.
    fn variable(&mut self, word: &mut String) {
        let behind = &self.rest()[1..];
        let (name, length) = match behind.strip_prefix('{') {
            Some(inside) => {
                let end = inside.find('}').unwrap_or_default();
                (&inside[..end], end + 3)
            }
            None => {
                let end = behind
                    .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
                    .unwrap_or(behind.len());
                (&behind[..end], end + 1)
            }
        };
        let known = self.variables.iter().rev().find(|(known, _)| known == name);
        match known {
            Some((_, value)) if self.expanded + value.len() <= LONGEST_EXPANSION => {
                self.expanded += value.len();
                word.push_str(value);
                self.at += length;
            }
            _ if name.is_empty() => self.push_next(word),
            _ => {
                word.push_str(&self.rest()[..length]);
                self.at += length;
            }
        }
    }

    /// Remembers the variables that a command sets, and what it pipes into the next one.
    fn remember(&mut self, statement: &Statement) {
        let words = statement.words.as_slice();
        let (first, others) = match words.split_first() {
            Some((first, others)) => (first.as_str(), others),
            None => return,
        };
        let settings = if first == "export" { others } else { words };
        for word in settings {
            match assignment(word) {
                Some((name, value)) if self.variables.len() < MOST_VARIABLES => {
                    self.variables.push((name.to_owned(), value.to_owned()));
                }
                _ => break,
            }
        }
        if statement.is_piped {
            let last = others.iter().rev().find(|word| !word.starts_with('-'));
            self.piped = match first {
                "echo" | "printf" => last.cloned().map(Input::Text),
                "cat" => match last {
                    Some(name) => Some(Input::File(name.clone())),
                    None => statement.input.clone(),
                },
                _ => None,
            };
        }
    }
}

impl Iterator for Statements<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        (self.at < self.text.len()).then(|| self.statement())
    }
}

/// Name and value of a word such as `TOPIC=com.example.app`.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}
