//! The relay over real sockets.

mod access;
mod audit;
mod burst;
mod canaries;
mod connections;
mod crowd;
#[cfg(target_os = "linux")]
// elsewhere 127.0.0.1 is the only address of the loopback, and there is one client
mod event_stream_limit;
mod events;
mod failures;
mod faults;
mod hostile;
mod idempotency;
mod identities;
mod interface;
mod issue_times;
mod life;
mod listener;
mod logs;
mod many_files;
mod metrics;
mod origin_guard;
mod page;
mod peer;
mod policy;
mod proxies;
mod random_faults;
#[cfg(target_os = "linux")] // for the same reason
mod rate_limit;
pub(crate) mod raw_http1;
#[cfg(unix)] // signals, limits and rights of files
mod restarts;
mod running;
mod sends;
mod simulator_control;
mod simulator_environments;
mod soak;
mod soak_accounts;
mod token_day;
