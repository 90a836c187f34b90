//! The flags and variables of `trill serve`, and their resolution to settings. A flag takes
//! precedence over a variable, and a variable over the file; a repeatable setting takes all values
//! from the strongest source that has any.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::file::File;
use super::resolved::Settings;
use super::setting::{PREFIX, variable};
use super::table::TABLE;
use crate::apns::similar::nearest;

/// Name of the flag for the configuration file.
const CONFIG: &str = "config";
/// Variables that are not settings: secrets, and one of the build script.
const OTHER_VARIABLES: [&str; 3] = [
    "TRILL_IDENTITY_PASSWORD",
    "TRILL_PROXY_CREDENTIALS",
    "TRILL_PAGE",
];
/// Prefix of the variables with the password of one identity.
const OF_ONE_IDENTITY: &str = "TRILL_IDENTITY_PASSWORD_";

/// Flags and variables as given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// Values of flags, each with the index of its row in the table.
    typed: Vec<(usize, OsString)>,
    /// Values of variables, likewise.
    variables: Vec<(usize, OsString)>,
    /// Configuration file given by flag.
    config: Option<PathBuf>,
    /// Configuration file given by variable.
    config_variable: Option<PathBuf>,
}

/// Reason why settings cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// A flag is wrong.
    Usage(String),
    /// A variable or the file is wrong.
    Elsewhere(String),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(sentence) | Self::Elsewhere(sentence)) = self;
        f.write_str(sentence)
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .env(variable(CONFIG))
            .hide_env(true)
            .hide_env_values(true)
            .allow_hyphen_values(true)
            .help("TOML file with more settings")
            .value_parser(value_parser!(OsString));
        let mut command = command.arg(config);
        for setting in TABLE {
            command = command.arg(setting.argument());
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let raw = |name: &str| {
            let values = matches.get_raw(name).into_iter().flatten();
            values.map(OsString::from)
        };
        match matches.value_source(CONFIG) {
            Some(ValueSource::CommandLine) => {
                self.config = raw(CONFIG).map(PathBuf::from).next_back()
            }
            Some(_) => self.config_variable = raw(CONFIG).map(PathBuf::from).next_back(),
            None => {}
        }
        for (index, setting) in TABLE.iter().enumerate() {
            let values = raw(setting.name).map(|value| (index, value));
            match matches.value_source(setting.name) {
                Some(ValueSource::CommandLine) if setting.is_switch() => {
                    self.typed.push((index, OsString::new()));
                }
                Some(ValueSource::CommandLine) => self.typed.extend(values),
                Some(ValueSource::EnvVariable) => self.variables.extend(values),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Returns all values of the setting of this name; none if it is no setting, or has no list of
/// them.
pub(crate) fn words(name: &str) -> &'static [&'static str] {
    match TABLE.iter().find(|setting| setting.name == name) {
        Some(setting) => setting.words,
        None => &[],
    }
}

impl Flags {
    /// Returns `true` if no flag was given.
    pub(crate) fn is_untyped(&self) -> bool {
        self.typed.is_empty() && self.config.is_none()
    }

    /// Merges these flags with those given before the command; where only one value is allowed,
    /// these take precedence.
    pub(crate) fn after(self, mut earlier: Self) -> Self {
        earlier.typed.extend(self.typed);
        Self {
            typed: earlier.typed,
            config: self.config.or(earlier.config),
            ..self
        }
    }

    /// Resolves the settings from all sources. `names` are the names of all environment variables.
    pub(crate) fn resolve(
        self,
        names: impl IntoIterator<Item = OsString>,
    ) -> Result<Settings, SettingsError> {
        check_names(names).map_err(SettingsError::Elsewhere)?;
        let file = match self.config.or(self.config_variable) {
            Some(path) => File::read(&path).map_err(SettingsError::Elsewhere)?,
            None => File::default(),
        };
        let mut settings = Settings::default();
        for (index, setting) in TABLE.iter().enumerate() {
            let is_of_row = |(row, _): &&(usize, OsString)| *row == index;
            let typed: Vec<_> = self.typed.iter().filter(is_of_row).collect();
            for (_, value) in &typed {
                setting
                    .apply(&mut settings, &setting.flag(), value)
                    .map_err(SettingsError::Usage)?;
            }
            if !typed.is_empty() {
                continue;
            }
            if let Some((_, value)) = self.variables.iter().find(is_of_row) {
                setting
                    .apply_text(&mut settings, &setting.variable(), value)
                    .map_err(SettingsError::Elsewhere)?;
            } else if let Some(entry) = file.get(setting.name) {
                for (name, value) in entry.values(setting).map_err(SettingsError::Elsewhere)? {
                    setting
                        .apply_text(&mut settings, &name, &value)
                        .map_err(SettingsError::Elsewhere)?;
                }
            }
        }
        settings.tables = file.tables;
        settings.check().map_err(SettingsError::Usage)?;
        Ok(settings)
    }
}

/// Refuses an unknown variable with Trill's prefix: it is probably misspelt.
fn check_names(names: impl IntoIterator<Item = OsString>) -> Result<(), String> {
    let mut known: Vec<_> = TABLE.iter().map(|setting| setting.variable()).collect();
    known.push(variable(CONFIG));
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    for name in names {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        let is_known = known.contains(&name)
            || OTHER_VARIABLES.contains(&name)
            || name.starts_with(OF_ONE_IDENTITY);
        if !is_known {
            let hint = match nearest(name, &known) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "see trill serve --help-all, or unset it".to_owned(),
            };
            return Err(format!("unknown variable {name}; {hint}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apns::Environment;

    fn resolve(typed: &str, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let parser = Flags::augment_args(Command::new("trill").no_binary_name(true));
        let matches = parser.get_matches_from(typed.split_whitespace());
        let mut flags = Flags::from_arg_matches(&matches).expect("it is read");
        for (name, value) in variables {
            match TABLE.iter().position(|row| row.variable() == *name) {
                Some(row) => flags.variables.push((row, value.into())),
                None if *name == "TRILL_CONFIG" => flags.config_variable = Some(value.into()),
                None => {}
            }
        }
        flags.resolve(variables.iter().map(|(name, _)| name.into()))
    }

    #[test]
    fn a_flag_is_stronger_than_a_variable() {
        let port = |settings: Settings| settings.listen.map(|listen| listen.port());
        assert_eq!(
            resolve("", &[("TRILL_LISTEN", "127.0.0.1:1")]).map(port),
            Ok(Some(1))
        );
        assert_eq!(
            resolve("--listen 127.0.0.1:2", &[("TRILL_LISTEN", "127.0.0.1:1")]).map(port),
            Ok(Some(2))
        );
    }

    #[test]
    fn the_words_of_a_setting_are_all_its_values() {
        for setting in TABLE.iter().filter(|row| !row.words.is_empty()) {
            let mut settings = Settings::default();
            let mut apply = |value: &str| setting.apply(&mut settings, "it", value.as_ref());
            for word in setting.words {
                assert_eq!(apply(word), Ok(()), "{word}");
            }
            let message = apply("frobnicate").expect_err("it is no word");
            let named = setting.words.iter().all(|word| message.contains(word));
            assert!(named, "{message}");
            let count = message
                .split([',', ' '])
                .filter(|word| setting.words.contains(word));
            assert_eq!(count.count(), setting.words.len(), "{message}");
        }
    }

    #[test]
    fn several_values_of_a_variable_stand_between_commas() {
        let settings = resolve(
            "",
            &[(
                "TRILL_UPSTREAM",
                "sandbox=https://a, production=https://b:1",
            )],
        )
        .expect("both are right");
        let environments: Vec<_> = settings
            .upstreams
            .iter()
            .map(|upstream| upstream.environment)
            .collect();
        assert_eq!(
            environments,
            [Environment::Sandbox, Environment::Production]
        );
    }

    #[test]
    fn a_wrong_variable_is_named_and_is_no_wrong_usage() {
        for (name, value, part) in [
            (
                "TRILL_LISTEN",
                "here",
                "TRILL_LISTEN: the value is not an address",
            ),
            ("TRILL_LISTN", "127.0.0.1:1", "did you mean TRILL_LISTEN?"),
            ("TRILL_FROBNICATE", "1", "trill serve --help-all"),
            ("TRILL_CONFIG", "/nowhere/trill.toml", "cannot read /…: "),
        ] {
            match resolve("", &[(name, value)]) {
                Err(SettingsError::Elsewhere(sentence)) => {
                    assert!(sentence.contains(part), "{sentence}")
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(
            resolve(
                "",
                &[
                    ("TRILL_IDENTITY_PASSWORD_VOIP", "x"),
                    ("TRILL_PAGE", "1"),
                    ("PATH", "/")
                ]
            )
            .is_ok()
        );
        assert!(
            resolve(
                "",
                &[
                    ("TRILL_PROXY_CREDENTIALS", "a:b"),
                    ("HTTPS_PROXY", "http://a:1")
                ]
            )
            .is_ok_and(|read| read.proxy.is_none())
        );
    }

    #[test]
    fn a_data_folder_is_named_or_off_and_not_empty() {
        let data = |value| resolve("", &[("TRILL_DATA", value)]).map(|settings| settings.data);
        assert_eq!(resolve("", &[]).map(|settings| settings.data), Ok(None));
        assert_eq!(
            (data("off"), data("./off")),
            (Ok(Some(None)), Ok(Some(Some("./off".into()))))
        );
        assert!(
            matches!(data(""), Err(SettingsError::Elsewhere(sentence)) if sentence.contains("TRILL_DATA: the value is empty"))
        );
    }

    #[test]
    fn a_variable_beside_a_secret_is_a_setting() {
        let files = resolve(
            "--identity a.p12 --proxy http://a:1",
            &[
                ("TRILL_IDENTITY_PASSWORD_FILE", "p"),
                ("TRILL_PROXY_CREDENTIALS_FILE", "q"),
            ],
        );
        let files = files.expect("both are read");
        assert_eq!(
            (files.identity_passwords.len(), files.proxy_credentials),
            (1, Some("q".into()))
        );
    }
}
