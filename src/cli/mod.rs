//! The command line: what is typed to start Trill, or to ask it something.

mod args;
mod data_folder;
mod doctor;
mod identity;
mod identity_files;
mod lint;
mod logging;
mod open_files;
mod password;
mod private_file;
mod proxy;
mod serve;
mod settings;
mod shutdown;
mod simulate;
mod suggest;
mod usage;
mod version;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use args::Command;
use settings::SettingsError;

/// What was looked at has an error in it.
const FOUND_AN_ERROR: u8 = 1;
/// Something is wrong with this machine.
const HAS_A_PROBLEM: u8 = 1;
/// Nothing can be sent with what was looked at.
const WILL_NOT_DO: u8 = 1;
/// `EX_USAGE` of sysexits.h: the command was typed wrongly.
const WRONG_USAGE: u8 = 64;
/// It was typed rightly but cannot start.
const CANNOT_START: u8 = 2;
/// It was typed rightly but its input cannot be read.
const UNREADABLE: u8 = 2;

/// Runs `trill` with these arguments, the program's name not among them.
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
        Err(error) => fail(&error.to_string(), WRONG_USAGE),
    }
}

/// The parser of the command line, for tests that go through all of its arguments.
pub fn parser() -> clap::Command {
    args::parser()
}

/// The names of all variables.
fn names() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name)
}

/// A reader that has closed the pipe has read enough.
fn print(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn fail(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "trill: {message}");
    ExitCode::from(code)
}
