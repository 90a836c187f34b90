//! The app's half, generated: what every file of every app holds, and what only some hold.

#![allow(clippy::unwrap_used)] // a test may fail

mod archive;
mod code;
mod marks;
mod options;
mod written;

use trill::call::Profile;
use trill::call::profile;
use trill::receiver::{self, File, Flavour, Options};

/// Files for a profile in one flavour.
fn files(profile: &Profile, flavour: Flavour) -> Vec<File> {
    let options = Options {
        flavour,
        ..Options::default()
    };
    receiver::files(profile, &options)
}

/// Text of one of the files.
fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    &files.iter().find(|file| file.name == name).unwrap().text
}

/// Calls `check` with every profile in every flavour.
fn for_all(check: impl Fn(&Profile, Flavour, &[File])) {
    for profile in profile::all() {
        for flavour in Flavour::ALL {
            check(profile, flavour, &files(profile, flavour));
        }
    }
}
