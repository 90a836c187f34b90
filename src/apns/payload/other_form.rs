//! Other form: a text that holds a payload without being one, such as a command or the print of a
//! dictionary.

use super::syntax_error::SyntaxError;
use super::{LARGEST_FORM, command, print, reader, repair};
use crate::apns::finding::Finding;

/// Finding about a text in another form; `None` if it has none, or if `error` is the only kind of
/// error in it.
pub(super) fn find(text: &str, error: &SyntaxError) -> Option<Finding> {
    if text.len() > LARGEST_FORM {
        return None;
    }
    let finding = command::find(text).or_else(|| print::find(text))?;
    let is_repaired = finding.code == "payload_python"
        && repair::repaired(text, error).is_some_and(|text| reader::read(&text).is_ok());
    (!is_repaired).then_some(finding)
}
