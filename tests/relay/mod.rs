//! The relay over real sockets.

mod access;
mod accounts_tests;
mod audit;
mod burst;
mod canaries;
mod connections;
mod crowd;
mod faces;
mod failures;
mod faults;
mod gates;
mod hostile;
mod identities;
mod interface;
mod issue_times;
mod life;
mod listener;
mod logs;
mod many_files;
mod metrics;
mod peer;
mod policy;
mod proxies;
mod random_faults;
#[cfg(target_os = "linux")]
// elsewhere 127.0.0.1 is the only address of the loopback, and there is one client
mod rates;
pub(crate) mod raw_http1;
mod repeats;
#[cfg(unix)] // signals, limits and rights of files
mod restarts;
mod running;
mod sends;
mod soak;
#[cfg(target_os = "linux")] // for the same reason
mod streams;
mod token_day;
