//! A value of a setting, not parsed yet.

use std::ffi::OsStr;
use std::path::PathBuf;

/// A value, with the name of the setting at its source: `--listen`, `TRILL_LISTEN` or `listen in
/// trill.toml, line 1`.
pub(super) struct RawValue<'a> {
    /// Name of the setting at its source.
    pub(super) name: &'a str,
    /// The value; empty for a switch.
    pub(super) value: &'a OsStr,
}

impl RawValue<'_> {
    /// Parses the value.
    pub(super) fn read<T>(&self, read: fn(&str) -> Result<T, String>) -> Result<T, String> {
        let text = self.value.to_str();
        let text = text.ok_or_else(|| self.wrong("is not UTF-8"))?;
        read(text).map_err(|what| self.wrong(&what))
    }

    /// Parses the value; `None` for the word `off`, which removes a limit.
    pub(super) fn read_or_off<T>(
        &self,
        read: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        if self.value == "off" {
            Ok(None)
        } else {
            self.read(read).map(Some)
        }
    }

    /// Parses the value as one of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, String> {
        match choices.iter().find(|(word, _)| self.value == *word) {
            Some((_, meant)) => Ok(*meant),
            None => {
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                Err(self.wrong(&format!("is not one of {}", words.join(", "))))
            }
        }
    }

    /// Returns the value as a path of a folder, which need not exist; `None` for the word `off`.
    pub(super) fn folder_or_off(&self) -> Result<Option<PathBuf>, String> {
        match self.value.to_str() {
            Some("off") => Ok(None),
            Some("") => Err(self.wrong("is empty; name a folder, or say off")),
            _ => Ok(Some(self.value.into())),
        }
    }

    /// Returns the message about a wrong value. It does not repeat the value, which may be a
    /// secret.
    pub(super) fn wrong(&self, what: &str) -> String {
        format!("{}: the value {what}", self.name)
    }
}
