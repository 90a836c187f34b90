//! The settings of `trill serve`. Each is one row of `table`: a flag, a variable and a line of the configuration
//! file at once. A flag is stronger than a variable, and a variable than the file; a setting that may be given
//! several times is taken from the strongest source alone.

mod file;
mod limits;
mod policy;
mod table;
pub(crate) mod value;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use http::HeaderName;
use lexopt::Parser;
use tracing::level_filters::LevelFilter;

use self::file::File;
use super::identity_files::Named;
use super::suggest::nearest;
use super::usage::UsageError;
use crate::cli::logging::Format;
use crate::relay::access::{Network, PublicUrl};
use crate::relay::{OnFailure, Override, Proxy};
use limits::LimitSettings;
use policy::Tables;
use table::TABLE;

/// What begins the name of a variable.
const PREFIX: &str = "TRILL_";
/// Variables that are no settings: secrets, and one that the build script reads.
const OTHER_VARIABLES: [&str; 3] = [
    "TRILL_IDENTITY_PASSWORD",
    "TRILL_PROXY_CREDENTIALS",
    "TRILL_PAGE",
];
/// What begins those with the password of one identity.
const OF_ONE_IDENTITY: &str = "TRILL_IDENTITY_PASSWORD_";

/// What `trill serve` was told, checked in form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where the page is served.
    pub(crate) listen: Option<SocketAddr>,
    /// Where others reach the page.
    pub(crate) public_urls: Vec<PublicUrl>,
    /// Whether that may be plain HTTP.
    pub(crate) insecure_http: bool,
    /// Whether anybody may ask.
    pub(crate) insecure_no_auth: bool,
    /// The file with the access token.
    pub(crate) access_token_file: Option<PathBuf>,
    /// Whether the token is needed on this machine too.
    pub(crate) require_token: bool,
    /// The header in which a proxy names the user.
    pub(crate) user_header: Option<HeaderName>,
    /// The proxies that may.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The chain of certificates to speak TLS with.
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its key.
    pub(crate) tls_key: Option<PathBuf>,
    /// What stands in for Apple's hosts.
    pub(crate) upstreams: Vec<Override>,
    /// Whom to trust for those.
    pub(crate) upstream_ca: Option<PathBuf>,
    /// The port of Apple's hosts.
    pub(crate) apns_port: Option<u16>,
    /// The way out of this network.
    pub(crate) proxy: Option<Proxy>,
    /// The file with the user and the password for it.
    pub(crate) proxy_credentials: Option<PathBuf>,
    /// The client certificates.
    pub(crate) identities: Vec<Named>,
    /// The files with their passwords; without a name, for all the others.
    pub(crate) identity_passwords: Vec<Named>,
    /// How much the relay takes on, and how long anything may take.
    pub(crate) limits: LimitSettings,
    /// What may be sent, and what the page offers.
    pub(crate) tables: Tables,
    /// The folder for what outlives a restart; without one, nothing does.
    pub(crate) data: Option<Option<PathBuf>>,
    /// How much is logged.
    pub(crate) log: Option<LevelFilter>,
    /// How.
    pub(crate) log_format: Format,
    /// Where every send is written down.
    pub(crate) audit: Option<PathBuf>,
    /// What happens when it cannot be.
    pub(crate) audit_failure: Option<OnFailure>,
}

/// One thing an operator can say.
pub(crate) struct Setting {
    /// Its name in the file; with `--` before it, the flag.
    name: &'static str,
    /// What its value is called; nothing for a switch.
    value: &'static str,
    /// How often it may be said.
    often: Often,
    /// What it does, for `--help`.
    help: &'static str,
    /// Takes note of one value.
    take: Take,
}

/// How a setting takes note of one value.
type Take = fn(&mut Settings, &RawValue<'_>) -> Result<(), String>;

/// How often a setting may be said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Often {
    /// The last one counts.
    Once,
    /// All of them count.
    Repeated,
}

/// A value, and what its source calls the setting: `--listen`, `TRILL_LISTEN` or `listen in trill.toml`.
pub(crate) struct RawValue<'a> {
    /// The setting's name there.
    pub(crate) name: &'a str,
    /// The value; of a switch, nothing.
    pub(crate) value: &'a OsStr,
}

/// Why settings cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// The command was typed wrongly.
    Usage(String),
    /// A variable or the file is wrong.
    Elsewhere(String),
}

/// The flags that were typed, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    flags: Vec<(usize, OsString)>,
    config: Option<PathBuf>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(sentence) | Self::Elsewhere(sentence)) = self;
        f.write_str(sentence)
    }
}

impl Flags {
    /// Takes a flag, with its value from the parser; whether there is such a flag.
    pub(crate) fn take(&mut self, flag: &str, parser: &mut Parser) -> Result<bool, UsageError> {
        if flag == "config" {
            self.config = Some(parser.value()?.into());
            return Ok(true);
        }
        let Some(index) = TABLE.iter().position(|setting| setting.name == flag) else {
            return Ok(false);
        };
        let value = if TABLE[index].value.is_empty() {
            OsString::new()
        } else {
            parser.value()?
        };
        self.flags.push((index, value));
        Ok(true)
    }

    /// The flags as they would be typed.
    pub(crate) fn known_flags() -> Vec<String> {
        TABLE
            .iter()
            .map(|setting| setting.name)
            .chain(["config", "help", "version"])
            .map(|name| format!("--{name}"))
            .collect()
    }

    /// What all sources together say.
    pub(crate) fn resolve(
        self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Settings, SettingsError> {
        let variables = Variables::read(variables).map_err(SettingsError::Elsewhere)?;
        let config = self
            .config
            .or_else(|| variables.get("config").map(PathBuf::from));
        let file = config
            .map(|path| File::read(&path))
            .transpose()
            .map_err(SettingsError::Elsewhere)?
            .unwrap_or_default();
        let mut settings = Settings::default();
        for (index, setting) in TABLE.iter().enumerate() {
            let flags: Vec<_> = self
                .flags
                .iter()
                .filter(|(flag, _)| *flag == index)
                .collect();
            if !flags.is_empty() {
                for (_, value) in flags {
                    setting
                        .apply(&mut settings, &format!("--{}", setting.name), value)
                        .map_err(SettingsError::Usage)?;
                }
            } else if let Some(value) = variables.get(setting.name) {
                setting
                    .apply_text(&mut settings, &variable(setting.name), value)
                    .map_err(SettingsError::Elsewhere)?;
            } else if let Some(entry) = file.get(setting.name) {
                for value in entry.values(setting).map_err(SettingsError::Elsewhere)? {
                    setting
                        .apply_text(&mut settings, &entry.name, &value)
                        .map_err(SettingsError::Elsewhere)?;
                }
            }
        }
        settings.tables = file.tables;
        settings.check().map_err(SettingsError::Usage)?;
        Ok(settings)
    }
}

impl Setting {
    fn is_switch(&self) -> bool {
        self.value.is_empty()
    }

    fn apply(&self, settings: &mut Settings, name: &str, value: &OsStr) -> Result<(), String> {
        (self.take)(settings, &RawValue { name, value })
    }

    /// Hears what can say only texts: a switch is on or off there, and several values stand between commas.
    fn apply_text(&self, settings: &mut Settings, name: &str, value: &OsStr) -> Result<(), String> {
        match (self.is_switch(), value.to_str()) {
            (true, Some("1" | "true" | "yes" | "on")) => self.apply(settings, name, OsStr::new("")),
            (true, Some("0" | "false" | "no" | "off" | "")) => Ok(()),
            (true, _) => Err(format!("{name} is a switch; say true or false")),
            (false, Some(text)) if self.often == Often::Repeated && name.starts_with(PREFIX) => {
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .try_for_each(|part| self.apply(settings, name, part.as_ref()))
            }
            (false, _) => self.apply(settings, name, value),
        }
    }
}

/// The variables that are settings, by the names of those.
struct Variables(Vec<(String, OsString)>);

impl Variables {
    /// Takes what begins like a variable of Trill's; one that nobody knows was meant to be another.
    fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, String> {
        let mut read = Vec::new();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let known = TABLE
                .iter()
                .map(|setting| setting.name)
                .chain(["config"])
                .find(|setting| variable(setting) == name);
            if known.is_none()
                && (OTHER_VARIABLES.contains(&name) || name.starts_with(OF_ONE_IDENTITY))
            {
                continue;
            }
            let known = known.ok_or_else(|| {
                let variables: Vec<_> =
                    TABLE.iter().map(|setting| variable(setting.name)).collect();
                let meant = nearest(
                    name,
                    &variables.iter().map(String::as_str).collect::<Vec<_>>(),
                );
                let hint = meant.map_or_else(
                    || "see trill serve --help, or unset it".to_owned(),
                    |meant| format!("did you mean {meant}?"),
                );
                format!("unknown variable {name}; {hint}")
            })?;
            read.push((known.to_owned(), value));
        }
        Ok(Self(read))
    }

    fn get(&self, setting: &str) -> Option<&OsStr> {
        self.0
            .iter()
            .find(|(name, _)| name == setting)
            .map(|(_, value)| value.as_os_str())
    }
}

fn variable(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('-', "_").to_uppercase())
}

/// What `trill serve --help` says.
pub(crate) fn help() -> String {
    let mut text = "\
Serves the page, relays its pushes to APNs, and contains the simulator.

Usage: trill [serve] [OPTIONS]

Each option is also a variable, such as TRILL_LISTEN, and a line of the file of
--config, such as listen = \"127.0.0.1:7464\". An option is stronger than a
variable, and a variable than the file. Repeatable ones are marked with +.
RATE is such as 60/min:20 (sixty a minute, twenty at once) or 1/s, or off.
What may be sent stands in the file alone: [policy] with topics, sandbox and
production; and each [[preset]] that the page offers.

      --config FILE                  read more from this TOML file
"
    .to_owned();
    for setting in TABLE {
        let mark = if setting.often == Often::Repeated {
            "+"
        } else {
            ""
        };
        text.push_str(
            format!(
                "      {:<30} {}",
                format!("--{} {}{mark}", setting.name, setting.value),
                setting.help
            )
            .trim_end(),
        );
        text.push('\n');
    }
    text.push_str("  -h, --help                         print this\n  -V, --version                      print the version\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apns::Environment;

    fn resolve(flags: &str, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let mut parser = Parser::from_args(flags.split_whitespace());
        let mut flags = Flags::default();
        while let Some(argument) = parser.next().expect("it is read") {
            let lexopt::Arg::Long(flag) = argument else {
                panic!("flags only")
            };
            let flag = flag.to_owned();
            assert!(
                flags.take(&flag, &mut parser).expect("it has a value"),
                "{flag}"
            );
        }
        flags.resolve(
            variables
                .iter()
                .map(|(name, value)| (OsString::from(name), OsString::from(value))),
        )
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
                "TRILL_LISTEN \"here\" is not an address",
            ),
            ("TRILL_LISTN", "127.0.0.1:1", "did you mean TRILL_LISTEN?"),
            ("TRILL_FROBNICATE", "1", "trill serve --help"),
            (
                "TRILL_CONFIG",
                "/nowhere/trill.toml",
                "cannot read /nowhere/trill.toml",
            ),
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
            matches!(data(""), Err(SettingsError::Elsewhere(sentence)) if sentence.contains("TRILL_DATA is empty"))
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
