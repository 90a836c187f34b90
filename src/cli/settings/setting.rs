//! A setting of `trill serve`: a flag, a variable and a line of the configuration file at once.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, value_parser};

use super::raw_value::RawValue;
use super::resolved::Settings;
use crate::apns::secret;

/// Beginning of the name of a variable.
pub(super) const PREFIX: &str = "TRILL_";

/// One row of the table.
pub(super) struct Setting {
    /// Name in the file; with `--` before it, the flag.
    pub(super) name: &'static str,
    /// Name of its value; empty for a switch.
    pub(super) value: &'static str,
    /// How often it may be given.
    pub(super) often: Often,
    /// Purpose, for the help.
    help: &'static str,
    /// In `--help` too.
    is_common: bool,
    /// Reads one value.
    take: Take,
}

/// Reader of one value of a setting.
type Take = fn(&mut Settings, &RawValue<'_>) -> Result<(), String>;

/// How often a setting may be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    /// The last one counts.
    Once,
    /// All of them count.
    Repeated,
}

impl Setting {
    /// A setting with one value.
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
            take,
        }
    }

    /// A setting with any number of values.
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

    /// A setting that is on or off.
    pub(super) const fn switch(name: &'static str, help: &'static str, take: Take) -> Self {
        Self::once(name, "", help, take)
    }

    /// The same in `--help`.
    pub(super) const fn common(self) -> Self {
        Self {
            is_common: true,
            ..self
        }
    }

    /// Whether it has no value.
    pub(super) fn is_switch(&self) -> bool {
        self.value.is_empty()
    }

    /// The flag.
    pub(super) fn flag(&self) -> String {
        format!("--{}", self.name)
    }

    /// The variable.
    pub(super) fn variable(&self) -> String {
        variable(self.name)
    }

    /// The argument of the command line. It takes every value as it is: the table reads them.
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

    /// The line of the help.
    fn line(&self) -> String {
        match self.often {
            Often::Once => self.help.to_owned(),
            Often::Repeated => format!("{}; repeatable", self.help),
        }
    }

    /// Reads one value into the settings.
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

    /// Reads a text from a variable or the file: a switch is on or off there, and a variable has its values between
    /// commas.
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

/// What is wrong with a value that is a secret.
pub(crate) const SECRET: &str =
    "holds a private key or a provider token; take it out, and revoke it if others could read it";

/// The variable of the setting of this name.
pub(super) fn variable(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('-', "_").to_uppercase())
}
