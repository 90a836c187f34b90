//! Tools that the benchmarks share: `process` for the programs they run, `h2load` for the load.

pub(crate) mod h2load;
pub(crate) mod process;
