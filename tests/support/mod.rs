//! What the tests of several parts need.

pub(crate) mod h2_client;
