//! Record of what happened: the journal of decisions, the events, and the decision log in a file.

pub(crate) mod bounded_log;
pub(crate) mod decision;
pub(crate) mod decision_log;
pub(crate) mod events;
pub(crate) mod journal;
pub(crate) mod journal_entry;
pub(crate) mod journal_filter;
