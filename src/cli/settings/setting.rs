//! A setting of `trill serve`: it defines a flag, a variable and a key of the configuration file.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, value_parser};

use super::raw_value::RawValue;
use super::resolved::Settings;
use crate::apns::secret;

/// Prefix of the variables.
pub(super) const PREFIX: &str = "TRILL_";

/// A row of the table.
pub(super) struct Setting {
    /// Key in the file; with the prefix `--`, the flag.
    pub(super) name: &'static str,
    /// Placeholder of the value in the help; empty for a switch.
    pub(super) value: &'static str,
    /// Number of values the setting may have.
    pub(super) often: Often,
    /// Description in the help.
    help: &'static str,
    /// `true` if `--help` shows it; `--help-all` always does.
    is_common: bool,
    /// All values the setting may have, which shells complete; empty if they cannot be listed.
    pub(super) words: &'static [&'static str],
    /// Parser of one value.
    take: Take,
}

/// Function that parses one value into the settings.
type Take = fn(&mut Settings, &RawValue<'_>) -> Result<(), String>;

/// Number of values a setting may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    /// A single one; the last value given is used.
    Once,
    /// Any number; all values are used.
    Repeated,
}

impl Setting {
    /// Defines a setting with one value.
    pub(super) const fn once(
        name: &'static str,
        value: &'static str,
        help: &'static str,
        take: Take,
    ) -> Self {
        Self {
            name,
            value,
            often: Often::Once,
            help,
            is_common: false,
            words: &[],
            take,
        }
    }

    /// Defines a setting with any number of values.
    pub(super) const fn repeated(
        name: &'static str,
        value: &'static str,
        help: &'static str,
        take: Take,
    ) -> Self {
        Self {
            often: Often::Repeated,
            ..Self::once(name, value, help, take)
        }
    }

    /// Defines a setting that is on or off.
    pub(super) const fn switch(name: &'static str, help: &'static str, take: Take) -> Self {
        Self::once(name, "", help, take)
    }

    /// Marks the setting to be shown in `--help`.
    pub(super) const fn common(self) -> Self {
        Self {
            is_common: true,
            ..self
        }
    }

    /// Lists all values of the setting.
    pub(super) const fn words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// Returns `true` if the setting has no value.
    pub(super) fn is_switch(&self) -> bool {
        self.value.is_empty()
    }

    /// Returns the flag.
    pub(super) fn flag(&self) -> String {
        format!("--{}", self.name)
    }

    /// Returns the name of the variable.
    pub(super) fn variable(&self) -> String {
        variable(self.name)
    }

    /// Returns the clap argument. It accepts any value; the table parses them.
    pub(super) fn argument(&self) -> Arg {
        let argument = Arg::new(self.name)
            .long(self.name)
            .env(self.variable())
            .hide_env(true)
            .hide_env_values(true)
            .hide_short_help(!self.is_common)
            .help(self.line())
            .value_parser(value_parser!(OsString));
        if self.is_switch() {
            return argument.action(ArgAction::SetTrue);
        }
        let argument = argument.value_name(self.value).allow_hyphen_values(true);
        match self.often {
            Often::Once => argument.action(ArgAction::Set),
            Often::Repeated => argument.action(ArgAction::Append),
        }
    }

    /// Returns the line in the help.
    fn line(&self) -> String {
        match self.often {
            Often::Once => self.help.to_owned(),
            Often::Repeated => format!("{}; repeatable", self.help),
        }
    }

    /// Parses one value into the settings.
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        name: &str,
        value: &OsStr,
    ) -> Result<(), String> {
        let raw = RawValue { name, value };
        if secret::find(&value.to_string_lossy()).is_some() {
            return Err(raw.wrong(SECRET));
        }
        (self.take)(settings, &raw)
    }

    /// Parses a text from a variable or the file. A switch has a value there, and a repeatable
    /// setting in a variable has its values separated by commas.
    pub(super) fn apply_text(
        &self,
        settings: &mut Settings,
        name: &str,
        value: &OsStr,
    ) -> Result<(), String> {
        match (self.is_switch(), value.to_str()) {
            (true, Some("1" | "true" | "yes" | "on")) => self.apply(settings, name, OsStr::new("")),
            (true, Some("0" | "false" | "no" | "off" | "")) => Ok(()),
            (true, _) => Err(format!("{name} is a switch; say true or false")),
            (false, Some(text)) if self.often == Often::Repeated && name.starts_with(PREFIX) => {
                for part in text.split(',').map(str::trim) {
                    if !part.is_empty() {
                        self.apply(settings, name, part.as_ref())?;
                    }
                }
                Ok(())
            }
            (false, _) => self.apply(settings, name, value),
        }
    }
}

/// Message about a value that is a secret.
pub(crate) const SECRET: &str =
    "holds a private key or a provider token; take it out, and revoke it if others could read it";

/// Returns the variable of a setting.
pub(super) fn variable(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('-', "_").to_uppercase())
}
