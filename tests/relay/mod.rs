//! The relay over real sockets.

mod access;
mod connections;
mod faces;
mod failures;
mod gates;
mod hostile;
mod identities;
mod interface;
mod listener;
mod peer;
mod raw_http1;
mod repeats;
mod running;
mod sends;
