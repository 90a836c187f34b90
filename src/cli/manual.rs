//! `trill man`: the manual page of the program or of a command, made from the parser.

use super::args::{self, with_all_shown};
use super::usage::UsageError;
use super::version;

/// Date of the page: none, so that a program always prints the same page.
const NO_DATE: &str = "\"\"";

/// Returns the manual page of the program or of a command, with all options.
pub(super) fn page(command: Option<&str>) -> Result<String, UsageError> {
    let mut parser = with_all_shown(args::parser());
    parser.build();
    let described = match command {
        None => parser,
        Some(name) => match parser.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let what = "COMMAND: the value is not a command; see trill --help";
                return Err(UsageError(what.to_owned()));
            }
        },
    };
    let described = described.mut_args(|argument| argument.hide_env(false));
    let page = clap_mangen::Man::new(described)
        .date(NO_DATE)
        .source(version::SHORT.trim());
    let mut text = Vec::new();
    // Writing to a `Vec` cannot fail.
    let _ = page.render(&mut text);
    Ok(String::from_utf8_lossy(&text).into_owned())
}
