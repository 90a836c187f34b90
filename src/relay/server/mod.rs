//! Server: accepts connections and serves HTTP/1 on them, with a limit on everything.

pub(crate) mod connection_limit;
pub(crate) mod detached;
pub(crate) mod fragment;
pub(crate) mod listener;
pub(crate) mod socket;
pub(crate) mod timeouts;
