//! Guards: checks that a request must pass before it is served, from its origin to the policy.

pub(crate) mod body;
pub(crate) mod origin_guard;
pub(crate) mod policy;
pub(crate) mod rate_limit;
pub(crate) mod token_bucket;
