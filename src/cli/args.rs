//! The arguments of the command line.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{
    ArgAction, ArgMatches, Args, Command as Parser, CommandFactory, FromArgMatches, Subcommand,
};
use clap_complete::Shell;

use super::settings::{Flags, SECRET};
use super::usage::{UsageError, flag_of};
use super::{backup, completions, doctor, identity, lint, manual, receiver, simulate, version};
use crate::apns::secret;

/// Name of the program.
pub(super) const NAME: &str = "trill";
/// Flag that shows every option.
const HELP_ALL: &str = "--help-all";

/// Last lines of the help of the program.
const AFTER_HELP: &str = "\
Without a command, trill serves. trill serve --help-all lists all its options.
Send: POST /{simulator|simulator-production|sandbox|production}/3/device/{token}";

/// Last lines of the help of the commands that take settings.
const AFTER_SETTINGS: &str = "--help-all lists all options.";

/// Last lines when all options are shown.
const ALL_SETTINGS: &str = "\
Each option of serve is also a variable, such as TRILL_LISTEN, and a line of the file of --config,
such as listen = \"127.0.0.1:7464\". An option is stronger than a variable, and a variable than the
file. Several values stand between commas in a variable, and in a list in the file.
RATE is such as 60/min:20 (sixty a minute, twenty at once), 1/s, or off.
The tables [policy] and [[preset]] stand in the file alone; docs/deployment.md describes them.";

/// The command to run, with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve the page.
    Serve(Flags),
    /// Check a payload.
    Lint(lint::Args),
    /// Explain a credential.
    Identity(identity::Args),
    /// Check this machine.
    Doctor(doctor::Args),
    /// Simulate APNs.
    Simulate(simulate::Args),
    /// Write the app's half.
    Receiver(Box<receiver::Args>),
    /// Copy the store.
    Backup(backup::Args),
    /// Print this text.
    Print(String),
}

/// Arguments of the program.
#[derive(clap::Parser)]
#[command(
    name = NAME,
    about = "Trill: a browser tab that makes an iPhone ring",
    after_help = AFTER_HELP,
    after_long_help = ALL_SETTINGS,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    args_override_self = true,
    term_width = 0
)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    help: Help,
    #[command(subcommand)]
    command: Option<Commands>,
}

/// Flags that print the version.
#[derive(Args)]
#[group(skip)]
struct Version {
    /// Print the version; --verbose: with all parts
    #[arg(short = 'V', long, display_order = 1_002)]
    version: bool,
    /// Print what is inside, after --version
    #[arg(
        long,
        requires = "version",
        hide_short_help = true,
        display_order = 1_003
    )]
    verbose: bool,
}

/// Flags that print the help.
#[derive(Args)]
#[group(skip)]
struct Help {
    /// Print the help; --help-all: of all options
    #[arg(short, long, global = true, action = ArgAction::HelpShort, display_order = 1_000)]
    help: Option<bool>,
    /// Print all options
    #[arg(long, global = true, action = ArgAction::HelpShort, hide_short_help = true)]
    help_all: Option<bool>,
}

#[derive(Subcommand)]
enum Commands {
    /// Serve the page, its relay to APNs and a simulator of APNs
    Serve(ServeArguments),
    /// Simulate APNs alone, for the tests of other senders
    Simulate(simulate::Args),
    /// Check a payload; exit 1 when it would be refused
    Lint(lint::Args),
    /// Explain a .p12, .pem, .cer or .p8; exit 1 when it cannot be used
    Identity(identity::Args),
    /// Write the app's half of a call, as Swift files
    Receiver(Box<receiver::Args>),
    /// Check whether this machine can reach APNs; exit 1 when it cannot
    #[command(after_help = AFTER_SETTINGS, after_long_help = ALL_SETTINGS)]
    Doctor(doctor::Args),
    /// Copy registered apps, devices and receipts into a file
    #[command(hide = true)]
    Backup(backup::Args),
    /// Print a completion script
    #[command(hide = true)]
    Completions(CompletionArguments),
    /// Print a manual page
    #[command(hide = true)]
    Man(ManArguments),
}

#[derive(Args)]
#[command(after_help = AFTER_SETTINGS, after_long_help = ALL_SETTINGS)]
struct ServeArguments {
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    version: Version,
}

#[derive(Args)]
struct CompletionArguments {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

#[derive(Args)]
struct ManArguments {
    /// The command that it describes [trill itself]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Command {
    /// Parses the arguments, without the program's name.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let mut parser = parser();
        if arguments.iter().any(|argument| argument == HELP_ALL) {
            parser = with_all_shown(parser);
        }
        let words = [OsString::from(NAME)]
            .into_iter()
            .chain(arguments.iter().cloned());
        let matches = match parser.try_get_matches_from_mut(words) {
            Ok(matches) => matches,
            Err(error) if !error.use_stderr() => {
                return Ok(Self::Print(error.render().to_string()));
            }
            Err(error) => return Err(usage_error(&error, &parser, &arguments)),
        };
        refuse_secrets(&parser, &matches)?;
        match Arguments::from_arg_matches(&matches) {
            Ok(read) => read.meaning(),
            Err(error) => Err(usage_error(&error, &parser, &arguments)),
        }
    }
}

impl Arguments {
    fn meaning(self) -> Result<Command, UsageError> {
        let flags = self.flags;
        if self.version.version {
            return Ok(self.version.print());
        }
        match self.command {
            None => Ok(Command::Serve(flags)),
            Some(Commands::Serve(serve)) if serve.version.version => Ok(serve.version.print()),
            Some(Commands::Serve(serve)) => Ok(Command::Serve(serve.flags.after(flags))),
            Some(other) if !flags.is_untyped() => Err(UsageError(format!(
                "put {} first; the flags before it belong to trill serve",
                other.name()
            ))),
            Some(Commands::Lint(args)) => Ok(Command::Lint(args)),
            Some(Commands::Identity(args)) => Ok(Command::Identity(args)),
            Some(Commands::Doctor(args)) => Ok(Command::Doctor(args)),
            Some(Commands::Simulate(args)) => Ok(Command::Simulate(args)),
            Some(Commands::Receiver(args)) => Ok(Command::Receiver(args)),
            Some(Commands::Backup(args)) => Ok(Command::Backup(args)),
            Some(Commands::Completions(args)) => {
                Ok(Command::Print(completions::script(args.shell)))
            }
            Some(Commands::Man(args)) => manual::page(args.command.as_deref()).map(Command::Print),
        }
    }
}

impl Commands {
    fn name(&self) -> &'static str {
        match self {
            Self::Serve(_) => "serve",
            Self::Simulate(_) => "simulate",
            Self::Lint(_) => "lint",
            Self::Identity(_) => "identity",
            Self::Doctor(_) => "doctor",
            Self::Receiver(_) => "receiver",
            Self::Backup(_) => "backup",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

impl Version {
    fn print(&self) -> Command {
        Command::Print(match self.verbose {
            true => version::verbose(),
            false => version::SHORT.to_owned(),
        })
    }
}

/// Returns the parser of the command line.
pub(super) fn parser() -> Parser {
    Arguments::command()
}

/// Returns a parser whose help shows hidden options and commands too.
pub(super) fn with_all_shown(parser: Parser) -> Parser {
    let notes = parser.get_after_long_help().cloned();
    let parser = match notes {
        Some(notes) => parser.after_help(notes),
        None => parser,
    };
    parser
        .mut_args(|argument| argument.hide_short_help(false))
        .mut_subcommands(|command| with_all_shown(command).hide(false))
}

/// Returns the command the arguments name, and the words that call it.
fn meant<'a>(parser: &'a Parser, arguments: &[OsString]) -> (&'a Parser, String) {
    let first = arguments.iter().find_map(|argument| {
        let word = argument.to_str()?;
        parser.find_subcommand(word)
    });
    match first {
        Some(command) => (command, format!("{NAME} {}", command.get_name())),
        None => (parser, NAME.to_owned()),
    }
}

fn usage_error(error: &clap::Error, parser: &Parser, arguments: &[OsString]) -> UsageError {
    let (command, path) = meant(parser, arguments);
    UsageError::of(error, command, &path)
}

/// Refuses a secret on the command line, which every user of the machine can read.
fn refuse_secrets(parser: &Parser, matches: &ArgMatches) -> Result<(), UsageError> {
    for argument in parser.get_arguments() {
        let id = argument.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let mut values = matches.get_raw(id).into_iter().flatten();
        if values.any(|value| secret::find(&value.to_string_lossy()).is_some()) {
            let name = flag_of(argument).unwrap_or_else(|| id.to_uppercase());
            return Err(UsageError(format!("{name}: the value {SECRET}")));
        }
    }
    match matches.subcommand() {
        Some((name, matches)) => match parser.find_subcommand(name) {
            Some(command) => refuse_secrets(command, matches),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
