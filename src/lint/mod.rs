//! Linter: rules that check a push before it is sent.
//!
//! [`request`] has the rules about headers, topic, token and signer, [`call`] those about the call
//! in the payload; [`call::check`] runs both. A [`rule`] is one function and the entry that
//! explains it. Each rule is based on a failure that was publicly reported.

pub mod call;
pub mod request;
pub mod rule;

pub use call::{CallRule, Subject};
pub use request::{Certificate, Request, RequestRule, Signer};
pub use rule::{Found, Prose, Rule};
pub(crate) use rule::{and_more, shown};

/// Prose of the rule with this ID.
pub fn prose(id: &str) -> Option<Prose> {
    all().find(|prose| prose.id == id)
}

/// Prose of every rule.
pub fn all() -> impl Iterator<Item = Prose> {
    let calls = call::RULES.iter().map(Rule::prose);
    calls.chain(request::RULES.iter().map(Rule::prose))
}
