//! `trill completions`: a script with which a shell completes commands, flags and values.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use super::args::{self, NAME};
use super::settings;

/// Returns the script for this shell.
pub(super) fn script(shell: Shell) -> String {
    let parser = args::parser();
    let commands: Vec<_> = parser
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let mut parser = with_values(parser)
        .mut_subcommands(with_values)
        .mut_subcommand("man", |man| {
            man.mut_arg("command", |command| command.value_parser(commands))
        });
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut parser, NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Adds what may be the value of each argument. The parser that reads arguments accepts any value
/// of a setting, because the settings have better messages.
fn with_values(parser: Command) -> Command {
    parser.mut_args(|argument| {
        if !argument.get_action().takes_values() {
            return argument;
        }
        let words = settings::words(argument.get_id().as_str());
        if !words.is_empty() {
            return argument.value_parser(PossibleValuesParser::new(words));
        }
        let hint = hint(&argument);
        argument.value_hint(hint)
    })
}

/// Returns the kind of value that the placeholder in the help names.
fn hint(argument: &Arg) -> ValueHint {
    let names = argument.get_value_names().unwrap_or_default();
    match names.first().map(|name| name.as_str()) {
        Some("FILE" | "[NAME=]FILE" | "PAYLOAD") => ValueHint::FilePath,
        Some("DIR") => ValueHint::DirPath,
        _ => ValueHint::Other,
    }
}
