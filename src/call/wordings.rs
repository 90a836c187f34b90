//! How everything is said that is said here, gathered from the files that say it.

use super::{notice, phone};
use crate::sentence::Wordings;

pub(crate) const TABLES: &[&[Wordings]] = &[&[phone::WORDINGS, notice::WORDINGS]];
