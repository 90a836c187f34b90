//! `trill`: parse, run, exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    trill::cli::run(std::env::args_os().skip(1))
}
