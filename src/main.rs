//! `trill`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    trill::cli::run(std::env::args_os().skip(1))
}
