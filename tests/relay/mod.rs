//! The relay over real sockets.

mod connections;
mod faces;
mod failures;
mod faults;
mod gates;
mod identities;
mod interface;
mod listener;
mod peer;
mod proxies;
mod raw_http1;
mod repeats;
mod running;
mod sends;
