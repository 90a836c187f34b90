//! Command: a pasted command of curl or HTTPie, or a `.http` file, which sends a push.

mod curl;
mod http_file;
mod httpie;
mod request;
mod shell_words;

use std::borrow::Cow;

use request::Request;
use shell_words::{Statement, Statements, assignment};

use super::LARGEST_FORM;
use crate::apns::finding::Finding;
use crate::apns::position::Position;

/// Maximum number of secrets that are taken out of a command one by one.
const MOST_SECRETS: usize = 16;

/// Command in a text.
struct Command {
    /// Name of its form, with the article.
    tool: &'static str,
    request: Request,
    /// Position of a quote that is never closed.
    unclosed: Option<usize>,
}

/// Returns `true` if a text is a command that sends a request.
pub fn is_command(text: &str) -> bool {
    !commands(text).is_empty()
}

/// Text without the tokens and passwords of its commands; unchanged if there are none. Of a command
/// that cannot be read to its end nothing is left.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let commands = commands(text);
    let mut secrets = Vec::new();
    for command in &commands {
        secrets.extend(&command.request.secrets);
    }
    let is_readable = commands.iter().all(|command| command.unclosed.is_none());
    let is_plain = secrets.iter().all(|secret| text.contains(*secret));
    if secrets.len() > MOST_SECRETS || !is_plain || !is_readable {
        return Cow::Borrowed("");
    }
    let mut rest = Cow::Borrowed(text);
    for secret in secrets {
        rest = Cow::Owned(rest.replace(secret, "…"));
    }
    rest
}

/// Finding about a command; `None` if the text is none.
pub(super) fn find(text: &str) -> Option<Finding> {
    let command = commands(text).into_iter().next()?;
    let Some(unclosed) = command.unclosed else {
        let start = text.len() - text.trim_start().len();
        let finding = command.request.finding(command.tool);
        return Some(finding.at(Position::at(text, start)));
    };
    let position = Position::at(text, unclosed);
    let sentence = format!(
        "This is {}. It cannot be read to its end: the quote at {position} is never closed. \
         Copy all of it.",
        command.tool
    );
    Some(Finding::error("payload_command", sentence).at(position))
}

/// Commands of a text; the first is the one that is taken apart.
fn commands(text: &str) -> Vec<Command> {
    let start = text.trim_start();
    if text.len() > LARGEST_FORM || start.starts_with(['{', '[', '"']) {
        return Vec::new();
    }
    match http_file::request(text) {
        Some(request) => vec![Command {
            tool: "an HTTP request with its headers",
            request,
            unclosed: None,
        }],
        None => Statements::of(text)
            .filter_map(|statement| of_statement(&statement))
            .collect(),
    }
}

fn of_statement(statement: &Statement) -> Option<Command> {
    let is_before = |word: &str| {
        matches!(word, "$" | "%" | "sudo" | "time" | "env") || assignment(word).is_some()
    };
    let start = statement.words.iter().position(|word| !is_before(word))?;
    let (program, words) = statement.words[start..].split_first()?;
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let input = statement.input.as_ref();
    let (tool, request) = match name {
        "curl" | "curl.exe" => ("a curl command", curl::request(words, input)),
        "http" | "https" | "xh" | "xhs" => ("an HTTPie command", httpie::request(words, input)),
        _ => return None,
    };
    let unclosed = statement.unclosed;
    (!request.is_empty() || unclosed.is_some()).then_some(Command {
        tool,
        request,
        unclosed,
    })
}
