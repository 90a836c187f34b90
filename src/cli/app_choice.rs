//! Choice of an app by the name of its profile, or by a file with one.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use crate::call::{AppChoice, Profile};
use crate::option_file::{self, shown};

/// App with this name, or with the profile in this file. The error is a sentence.
pub(super) fn read(name: &OsStr) -> Result<AppChoice, String> {
    let path = Path::new(name);
    let is_file = path.extension().is_some() || path.components().count() > 1 || path.is_file();
    if !is_file {
        return AppChoice::parse(&name.to_string_lossy())
            .map_err(|error| format!("--app: {error}"));
    }
    let bytes = option_file::read(path).map_err(|error| {
        format!(
            "cannot read {}: {error}; check the path of the profile",
            shown(path)
        )
    })?;
    match Profile::parse(&String::from_utf8_lossy(&bytes)) {
        Ok(profile) => Ok(AppChoice::Profile(Arc::new(profile))),
        Err(error) => Err(format!("--app: {error}")),
    }
}
