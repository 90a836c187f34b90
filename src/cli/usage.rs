//! Errors of wrong usage of the command line.
//!
//! The parser's own messages repeat the arguments, which may be secrets. So this module has a
//! message for each kind of error, which names the mistake, the flag and the fix.

use std::error::Error;
use std::fmt;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use crate::apns::similar::nearest;

/// Maximum length of a flag that a message repeats.
const LONGEST_FLAG: usize = 40;

/// A message about wrong usage: the place, and the correct form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl UsageError {
    /// Returns the message for an error of the parser. `path` is the command as typed.
    pub(crate) fn of(error: &clap::Error, command: &Command, path: &str) -> Self {
        let argument = context(error, ContextKind::InvalidArg);
        let flag = argument.split([' ', '=']).next().unwrap_or_default();
        let named = if flag.is_empty() { path } else { flag };
        Self(match error.kind() {
            ErrorKind::UnknownArgument if flag.len() > 1 && flag.starts_with('-') => {
                unknown_flag(flag, command, path)
            }
            ErrorKind::UnknownArgument => unexpected_word(command, path),
            ErrorKind::InvalidSubcommand => {
                let word = context(error, ContextKind::InvalidSubcommand);
                unknown_command(&word, command, path)
            }
            ErrorKind::InvalidValue => match possible_values(error) {
                Some(words) => format!("{named}: the value is not one of {words}"),
                None => missing_value(flag, command),
            },
            ErrorKind::ValueValidation => match error.source() {
                Some(what) => format!("{named}: the value {what}"),
                None => format!("{named}: the value cannot be used"),
            },
            ErrorKind::InvalidUtf8 => format!("{named}: the value is not UTF-8"),
            ErrorKind::TooManyValues => format!("{named} takes no value"),
            ErrorKind::MissingRequiredArgument => {
                format!("{path} requires {argument}; see {path} --help")
            }
            _ => format!("wrong usage of {path}; see {path} --help"),
        })
    }
}

/// Returns the error's context of this kind as one text.
fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    }
}

/// Returns the permitted words, if the error lists them.
fn possible_values(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(words)) if !words.is_empty() => Some(words.join(", ")),
        _ => None,
    }
}

fn missing_value(flag: &str, command: &Command) -> String {
    let known = command
        .get_arguments()
        .find(|known| flag_of(known).as_deref() == Some(flag));
    let names = known.and_then(Arg::get_value_names).unwrap_or_default();
    match names.first() {
        Some(name) => format!("{flag} requires a value: {flag} {name}"),
        None => format!("{flag} requires a value"),
    }
}

fn unknown_flag(flag: &str, command: &Command, path: &str) -> String {
    let known: Vec<_> = command.get_arguments().filter_map(flag_of).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let hint = match nearest(flag, &known) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("see {path} --help"),
    };
    let is_harmless = flag.len() <= LONGEST_FLAG
        && flag
            .chars()
            .all(|character| character.is_ascii_lowercase() || character == '-');
    match is_harmless {
        true => format!("unknown flag {flag}; {hint}"),
        false => format!("unknown flag; {hint}"),
    }
}

fn unknown_command(word: &str, command: &Command, path: &str) -> String {
    let known: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    match nearest(word, &known) {
        Some(meant) => format!("unknown command; did you mean {meant}?"),
        None => format!("unknown command; see {path} --help"),
    }
}

fn unexpected_word(command: &Command, path: &str) -> String {
    let names = command.get_positionals().filter_map(Arg::get_value_names);
    let names: Vec<_> = names.flatten().map(|name| name.as_str()).collect();
    match names.as_slice() {
        [] => format!("{path} takes flags only; see {path} --help"),
        names => format!(
            "{path} takes one {}; see {path} --help",
            names.join(" and one ")
        ),
    }
}

/// Returns the flag as typed, such as `--listen`.
pub(crate) fn flag_of(argument: &Arg) -> Option<String> {
    argument.get_long().map(|name| format!("--{name}"))
}
