//! Compiles the page of Trill for wasm32 in a nested cargo, for the build script of `trill`.
//!
//! The build script of this package does the same as soon as the build begins, so that the page and
//! the dependencies of the program are compiled at the same time. What it has compiled is there when
//! [`compile`] is called.

mod compile;

use std::path::{Path, PathBuf};

pub use compile::{Result, SOURCES};

/// Compiles the page of the package in this folder and returns the path of its wasm file; `None` if
/// this build has no page.
pub fn compile(package: &Path) -> Result<Option<PathBuf>> {
    match compile::profile() {
        Some(profile) => compile::compile(package, Path::new(env!("OUT_DIR")), profile).map(Some),
        None => Ok(None),
    }
}
