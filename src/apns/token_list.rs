//! Token list: device tokens one per line, separated by commas, or in a table (CSV) with names.

use std::collections::BTreeSet;

use super::device_token::DeviceToken;
use super::device_token_error::DeviceTokenError;

/// Minimum number of hex digits of a token in a list; a shorter cell is a name such as "Ada" or
/// "Bee", unless it is alone.
const FEWEST_DIGITS: usize = 40;

/// Phone of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedToken {
    /// Text beside the token; empty if there is none.
    pub name: String,
    /// Device token.
    pub token: DeviceToken,
}

/// Line without a usable token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListMistake {
    /// Line number, from 1.
    pub line: usize,
    /// Reason why the text is not a device token.
    pub error: DeviceTokenError,
}

/// Contents of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenList {
    /// Phones in the order of the list, without duplicates.
    pub tokens: Vec<NamedToken>,
    /// Lines that could not be parsed.
    pub mistakes: Vec<ListMistake>,
    /// Number of duplicate tokens that were left out.
    pub repeated: usize,
}

impl TokenList {
    /// Parses a list. Blank lines, lines that begin with `#`, and the header of a table are
    /// skipped.
    pub fn read(text: &str) -> Self {
        let mut list = Self::default();
        let text = text.trim_start_matches('\u{feff}');
        // Old Mac files end their lines with CR alone.
        let line_end = if text.contains('\n') { '\n' } else { '\r' };
        for (index, line) in text
            .split(line_end)
            .enumerate()
            .map(|(index, line)| (index, line.trim()))
        {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let cells = cells(line);
            let is_first = list.tokens.is_empty() && list.mistakes.is_empty();
            if !(is_first && is_head(&cells)) {
                list.take_line(index + 1, &cells);
            }
        }
        let mut seen = BTreeSet::new();
        let all = list.tokens.len();
        list.tokens
            .retain(|named| seen.insert(named.token.to_string()));
        list.repeated = all - list.tokens.len();
        list
    }

    fn take_line(&mut self, line: usize, cells: &[&str]) {
        let name = cells
            .iter()
            .find(|cell| !cell.is_empty() && !is_token(cell))
            .copied()
            .unwrap_or_default();
        let tokens: Vec<&str> = cells
            .iter()
            .copied()
            .filter(|cell| is_token(cell))
            .collect();
        match (tokens.as_slice(), cells) {
            ([], [only]) => self.take(line, "", only),
            // The last cell that is not empty is taken for the token.
            ([], cells) => {
                if let Some(last) = cells.iter().rfind(|cell| !cell.is_empty()) {
                    self.take(line, if name == *last { "" } else { name }, last);
                }
            }
            (tokens, _) => tokens.iter().for_each(|token| self.take(line, name, token)),
        }
    }

    fn take(&mut self, line: usize, name: &str, token: &str) {
        match DeviceToken::parse(token) {
            Ok(token) => self.tokens.push(NamedToken {
                name: name.to_owned(),
                token,
            }),
            Err(error) => self.mistakes.push(ListMistake { line, error }),
        }
    }
}

/// Number of tokens in a text with one token per line; 0 if there is anything else, such as the
/// short last line of one long token.
pub(crate) fn lines_of_tokens(text: &str) -> usize {
    let lines = || {
        text.split(['\n', '\r'])
            .filter(|line| !line.trim().is_empty())
    };
    if lines().all(is_token) {
        lines().count()
    } else {
        0
    }
}

/// Number of tokens in `text`, in lines and cells as in a list.
pub(crate) fn count(text: &str) -> usize {
    text.split(['\n', '\r'])
        .flat_map(cells)
        .filter(|cell| is_token(cell))
        .count()
}

fn cells(line: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b';' | b'\t' if !quoted => {
                cells.push(cell(&line[start..index]));
                start = index + 1;
            }
            _ => {}
        }
    }
    cells.push(cell(&line[start..]));
    cells
}

fn cell(text: &str) -> &str {
    text.trim().trim_matches('"').trim()
}

fn is_token(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_hexdigit).count();
    let others = cell
        .bytes()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .count()
        - digits;
    digits >= FEWEST_DIGITS && others <= 1
}

/// Returns `true` for the header of a table.
fn is_head(cells: &[&str]) -> bool {
    cells
        .iter()
        .any(|cell| cell.to_ascii_lowercase().contains("token"))
        && !cells.iter().any(|cell| is_token(cell))
}
