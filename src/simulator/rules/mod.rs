//! The rules: one question each, asked in the order of [`checks`](checks). A rule may rely
//! on the rules before it having held.

pub(crate) mod certificate;
pub(crate) mod checks;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod token;
pub(crate) mod topic;
pub(crate) mod values;
