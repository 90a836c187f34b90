//! Many sends, much trouble, and an exact account: what the runs with random faults share, whether they are tests or the
//! soak of `cargo bench --bench soak`.
//!
//! `dice` and `faults` draw what goes wrong from a seed, `senders` are those who send, `accounts` compares what they were
//! told with what the simulator's `journal` says, `endurance` is a run of the real program, and `crowd` one of many senders at
//! the simulator itself.

pub(crate) mod accounts;
pub(crate) mod crowd;
pub(crate) mod dice;
pub(crate) mod endurance;
pub(crate) mod faults;
pub(crate) mod journal;
pub(crate) mod senders;
