//! The platform's folder for a program's data.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// Name of the program's subfolder.
const OWN: &str = "trill";

/// Returns the folder for data; `None` if the environment names no home.
pub(crate) fn usual() -> Option<PathBuf> {
    find(|name| env::var_os(name))
}

fn find(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // A relative path would depend on the working directory.
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let data = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        absolute("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // XDG Base Directory Specification 0.8.
        absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join(OWN))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::find;

    #[test]
    fn the_folder_is_that_of_xdg_or_in_the_home() {
        let found = |xdg: Option<&str>, home: Option<&str>| {
            let found = find(|name| match name {
                "XDG_DATA_HOME" => xdg.map(Into::into),
                "HOME" => home.map(Into::into),
                _ => None,
            });
            found.map(|path| path.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(found(Some("/x"), Some("/h")).as_deref(), Some("/x/trill"));
        assert_eq!(
            found(None, Some("/h")).as_deref(),
            Some("/h/.local/share/trill")
        );
        assert_eq!(
            found(Some("x"), Some("/h")).as_deref(),
            Some("/h/.local/share/trill")
        );
        assert_eq!((found(Some(""), Some("")), found(None, None)), (None, None));
    }
}
