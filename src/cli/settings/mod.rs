//! The settings of `trill serve`. Each is one row of `table`, which defines its flag, its variable
//! and its key in the configuration file.

mod file;
mod flags;
mod limits;
mod place;
mod policy;
mod preset;
mod raw_value;
mod resolved;
mod setting;
mod table;
mod toml_value;
pub(crate) mod value;

pub(crate) use flags::{Flags, SettingsError, words};
pub(crate) use resolved::Settings;
pub(crate) use setting::SECRET;
