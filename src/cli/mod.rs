//! The command line of Trill.

mod app_choice;
mod args;
mod backup;
mod completions;
mod data_folder;
mod doctor;
mod identity;
mod identity_files;
mod lint;
mod logging;
mod manual;
mod open_files;
mod password;
mod private_file;
mod proxy;
mod receiver;
mod serve;
mod settings;
mod shutdown;
mod simulate;
mod token_explanation;
mod usage;
mod version;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use args::Command;
use receiver::ReceiverError;
use settings::SettingsError;

/// Exit code of `trill lint` if the payload has an error.
const FOUND_AN_ERROR: u8 = 1;
/// Exit code of `trill doctor` if this machine has a problem.
const HAS_A_PROBLEM: u8 = 1;
/// Exit code of `trill identity` if nothing can be sent with the file.
const WILL_NOT_DO: u8 = 1;
/// Exit code of `trill receiver` if the app has a receiver of its own.
const NOTHING_TO_WRITE: u8 = 1;
/// Exit code of wrong usage: `EX_USAGE` of sysexits.h.
const WRONG_USAGE: u8 = 64;
/// Exit code of a command that cannot start.
const CANNOT_START: u8 = 2;
/// Exit code of a command whose input cannot be read.
const UNREADABLE: u8 = 2;

/// Runs `trill` with these arguments, which do not include the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Command::read(arguments) {
        Ok(Command::Print(text)) => print(&text),
        Ok(Command::Serve(flags)) => match flags.resolve(names()).map(serve::run) {
            Ok(Ok(())) => ExitCode::SUCCESS,
            Ok(Err(error)) => fail(&error.to_string(), CANNOT_START),
            Err(error @ SettingsError::Usage(_)) => fail(&error.to_string(), WRONG_USAGE),
            Err(error) => fail(&error.to_string(), CANNOT_START),
        },
        Ok(Command::Simulate(args)) => match simulate::run(args) {
            Ok(text) => print(&text),
            Err(error) => fail(&error.to_string(), CANNOT_START),
        },
        Ok(Command::Backup(args)) => match backup::run(args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string(), UNREADABLE),
        },
        Ok(Command::Lint(args)) => match lint::run(&args) {
            Ok(verdict) => {
                let printed = print(&verdict.text);
                if verdict.has_error {
                    ExitCode::from(FOUND_AN_ERROR)
                } else {
                    printed
                }
            }
            Err(error) => fail(&error.to_string(), UNREADABLE),
        },
        Ok(Command::Doctor(args)) => match doctor::run(args) {
            Ok(report) => {
                let printed = print(&report.text);
                if report.has_problem {
                    ExitCode::from(HAS_A_PROBLEM)
                } else {
                    printed
                }
            }
            Err(error) => fail(
                &format!("the system refuses what Trill needs to run: {error}"),
                CANNOT_START,
            ),
        },
        Ok(Command::Identity(args)) => match identity::run(&args) {
            Ok(verdict) => {
                let printed = print(&verdict.text);
                if verdict.will_do {
                    printed
                } else {
                    ExitCode::from(WILL_NOT_DO)
                }
            }
            Err(error) => fail(&error.to_string(), UNREADABLE),
        },
        Ok(Command::Receiver(args)) => match receiver::run(*args) {
            Ok(written) => {
                let printed = print(&written.text);
                if written.is_empty {
                    ExitCode::from(NOTHING_TO_WRITE)
                } else {
                    printed
                }
            }
            Err(error @ ReceiverError::Options(_)) => fail(&error.to_string(), WRONG_USAGE),
            Err(error) => fail(&error.to_string(), UNREADABLE),
        },
        Err(error) => fail(&error.to_string(), WRONG_USAGE),
    }
}

/// Returns the parser of the command line, for tests that visit all arguments.
pub fn parser() -> clap::Command {
    args::parser()
}

/// Names of all environment variables.
fn names() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name)
}

/// Prints a text. Ignores errors: a reader may close the pipe early.
fn print(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn fail(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "trill: {message}");
    ExitCode::from(code)
}
