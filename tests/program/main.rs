//! The program, tested from outside over real sockets. One module for each part of it: `cli` for
//! what is typed, `phones` for what an app meets, `relay` for what a browser or a script meets, `simulator` for what an APNs client
//! meets. `support` holds what several of them need, `soak` what the long runs with random faults need.

#![allow(clippy::unwrap_used)] // a test may fail

mod cli;
#[cfg(target_os = "linux")] // elsewhere 127.0.0.1 is the only address of the loopback
mod phones;
mod relay;
mod simulator;
#[allow(dead_code)] // shared with the benchmark of the same name
mod soak;
#[path = "../support/mod.rs"]
#[allow(dead_code)] // shared with other test binaries, each of which uses a part
mod support;

use relay::raw_http1; // for `soak`, which does not know where it stands
