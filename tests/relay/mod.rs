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
mod policy;
#[cfg(target_os = "linux")] // elsewhere 127.0.0.1 is the only address of the loopback, and there is one client
mod rates;
mod raw_http1;
mod repeats;
mod running;
mod sends;
