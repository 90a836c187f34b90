//! A value of a setting as it was given, not yet read.

use std::ffi::OsStr;
use std::path::PathBuf;

/// A value, and what its source calls the setting: `--listen`, `TRILL_LISTEN` or `listen in trill.toml, line 1`.
pub(super) struct RawValue<'a> {
    /// Name of the setting there.
    pub(super) name: &'a str,
    /// The value; empty for a switch.
    pub(super) value: &'a OsStr,
}

impl RawValue<'_> {
    /// What a reader makes of the text.
    pub(super) fn read<T>(&self, read: fn(&str) -> Result<T, String>) -> Result<T, String> {
        let text = self.value.to_str();
        let text = text.ok_or_else(|| self.wrong("is not UTF-8"))?;
        read(text).map_err(|what| self.wrong(&what))
    }

    /// The same, or nothing for the word that turns a limit off.
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

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, String> {
        match choices.iter().find(|(word, _)| self.value == *word) {
            Some((_, meant)) => Ok(*meant),
            None => {
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                Err(self.wrong(&format!("is not one of {}", words.join(", "))))
            }
        }
    }

    /// A folder, whether it is there or not; nothing for the word that turns it off.
    pub(super) fn folder_or_off(&self) -> Result<Option<PathBuf>, String> {
        match self.value.to_str() {
            Some("off") => Ok(None),
            Some("") => Err(self.wrong("is empty; name a folder, or say off")),
            _ => Ok(Some(self.value.into())),
        }
    }

    /// The sentence about a wrong value. It does not repeat the value, which may be a secret.
    pub(super) fn wrong(&self, what: &str) -> String {
        format!("{}: the value {what}", self.name)
    }
}
