//! Result of a refresh of the push server's lists.

use super::view::Lists;
use crate::app::report::Reply;

/// Result of a refresh: its number, the answer to the order sent with it and the element to focus
/// once it has succeeded, and the new lists.
pub struct Refreshed {
    pub(super) number: u32,
    pub(super) answer: Option<(Reply, &'static str)>,
    pub(super) lists: Lists,
}
