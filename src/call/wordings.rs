//! How everything is said that is said here, gathered from the files that say it.

use super::{diagnosis, lint, notice, phone};
use crate::sentence::Wordings;

pub(crate) const TABLES: &[&[Wordings]] = &[
    &[phone::WORDINGS, notice::WORDINGS],
    &lint::WORDINGS,
    &diagnosis::WORDINGS,
];
