//! The relay over real sockets.

mod access;
mod audit;
mod canaries;
mod connections;
mod faces;
mod failures;
mod faults;
mod gates;
mod hostile;
mod identities;
mod interface;
mod life;
mod listener;
mod logs;
mod metrics;
mod peer;
mod proxies;
mod raw_http1;
mod repeats;
mod running;
mod sends;
