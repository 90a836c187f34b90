//! Public names: what scripts, dashboards and settings of users rely on. Each list is a text file in
//! this folder, and each test compares one with the running program, or with the source where the
//! program does not say. A name that vanished fails, and so does one that is not in its list.
//!
//! Two routes are in no list, because they are made for the page alone and may change at any time:
//! `/api/catalogue` and `/api/simulator/drawer`.

#![allow(clippy::unwrap_used)] // a test may fail

mod data_test;
mod exit_codes;
mod first_version;
mod json_fields;
mod list;
mod metrics;
mod problem_codes;
mod records;
mod routes;
mod scene;
mod settings;
mod source;
#[path = "../support/mod.rs"]
#[allow(dead_code)] // shared with other test binaries, each of which uses a part
mod support;
