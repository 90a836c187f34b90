//! `trill backup`: copies the registered apps, devices and receipts of a data folder into one file,
//! also while a relay uses them.

use std::fmt;
use std::path::PathBuf;

use super::data_folder;
use crate::store::{self, StoreError};

/// Arguments of `trill backup`.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Folder of trill serve --data [as of a shared page]
    #[arg(
        long,
        value_name = "DIR",
        env = "TRILL_DATA",
        hide_env = true,
        hide_env_values = true
    )]
    pub(crate) data: Option<PathBuf>,
    /// New file for the copy
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Error of `trill backup`.
#[derive(Debug)]
pub(crate) enum BackupError {
    /// The environment names no folder for data.
    NoDataFolder,
    /// The copy cannot be made.
    Store(StoreError),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDataFolder => f.write_str(
                "there is no folder for data: the environment names no home; name it with --data DIR",
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

/// Makes the copy.
pub(crate) fn run(args: Args) -> Result<(), BackupError> {
    let folder = args.data.or_else(data_folder::usual);
    let folder = folder.ok_or(BackupError::NoDataFolder)?;
    store::back_up(&folder, &args.file).map_err(BackupError::Store)
}
