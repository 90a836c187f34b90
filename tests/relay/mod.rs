//! The relay over real sockets.

mod access;
mod accounts_tests;
mod burst;
mod connections;
mod faces;
mod failures;
mod gates;
mod hostile;
mod identities;
mod interface;
mod listener;
mod peer;
mod random_faults;
pub(crate) mod raw_http1;
mod repeats;
mod running;
mod sends;
mod soak;
mod token_day;
