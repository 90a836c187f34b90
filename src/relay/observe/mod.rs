//! Observation: the audit file, the metrics, and the line format of the audit file and of logs.

pub(crate) mod audit;
mod audit_line;
pub(crate) mod background_writer;
pub(crate) mod json_line;
mod log_file;
pub(crate) mod metrics;
