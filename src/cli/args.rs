//! The arguments: what was typed, taken apart and checked in form.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};

use lexopt::{Arg, Parser, ValueExt};

use super::settings::{Flags, RawValue, value};
use super::suggest::nearest;
use super::usage::UsageError;
use super::{doctor, identity, lint, simulate};

/// What `--help` says. It fits a screen.
pub(crate) const HELP: &str = "\
Trill: a browser tab that makes an iPhone ring.

Usage: trill [serve] [OPTIONS]; see trill serve --help
       trill lint [--json] PAYLOAD|-
       trill identity [--json] [--password-file FILE] FILE
       trill simulate [OPTIONS]; see trill simulate --help
       trill doctor [--json] [OPTIONS of serve]

serve: the page, the relay that carries its pushes, and an APNs simulator.
lint: what is wrong with a payload; exit 1 when it would be refused.
identity: what a .p12, .pem, .cer or .p8 is; exit 1 when it will not do.
simulate: the simulator alone, for the tests of other senders.
doctor: whether this machine can reach APNs; exit 1 when there is a problem.

Options:
      --listen ADDR  where the page is served [default: 127.0.0.1:7464]
      --config FILE  read settings from this TOML file
      --json         for lint, identity, doctor: JSON, one object a line
  -h, --help         print this
  -V, --version      print the version; --version --verbose: and what is inside

Send: POST /{simulator|simulator-production|sandbox|production}/3/device/{token}
";

const COMMANDS: [&str; 5] = ["serve", "lint", "identity", "simulate", "doctor"];
/// Each has flags of its own.
const OTHER_COMMANDS: [&str; 4] = ["lint", "identity", "simulate", "doctor"];
const SIMULATE_FLAGS: [&str; 14] = [
    "--listen",
    "--production",
    "--control",
    "--ca-out",
    "--keys",
    "--devices",
    "--faults",
    "--journal",
    "--name",
    "--accept-any-key",
    "--strict-tokens",
    "--wedge-expired",
    "--rules",
    "--help",
];
const LINT_FLAGS: [&str; 2] = ["--json", "--help"];
const IDENTITY_FLAGS: [&str; 3] = ["--json", "--password-file", "--help"];

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve.
    Serve(Flags),
    /// Print the help of `serve`.
    ServeHelp,
    /// Look at a payload.
    Lint(lint::Args),
    /// Explain a credential.
    Identity(identity::Args),
    /// Check this machine.
    Doctor(doctor::Args),
    /// Simulate.
    Simulate(simulate::Args),
    /// Print the help of `simulate`.
    SimulateHelp,
    /// Print the help.
    Help,
    /// Print the version.
    Version {
        /// With all that is known of the program.
        is_verbose: bool,
    },
}

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> Self {
        Self(error.to_string())
    }
}

impl Command {
    /// Reads the arguments, the program's name not among them.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut parser = Parser::from_args(arguments);
        let mut flags = Flags::default();
        let mut command = None;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") if command.is_some() => {
                    return Ok(Self::ServeHelp);
                }
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return read_version(&mut parser),
                Arg::Long(flag) => {
                    let flag = flag.to_owned();
                    if !flags.take(&flag, &mut parser)? {
                        return Err(unknown_flag(&format!("--{flag}")));
                    }
                }
                Arg::Short(flag) => return Err(unknown_flag(&format!("-{flag}"))),
                Arg::Value(word) if command.is_none() && word == "serve" => command = Some(word),
                Arg::Value(word)
                    if command.is_none() && OTHER_COMMANDS.iter().any(|other| word == *other) =>
                {
                    let word = word.to_string_lossy();
                    return match &*word {
                        _ if flags != Flags::default() => Err(UsageError(format!(
                            "put {word} first; those flags belong to trill serve"
                        ))),
                        "lint" => read_lint(&mut parser),
                        "identity" => read_identity(&mut parser),
                        "doctor" => read_doctor(&mut parser),
                        _ => read_simulate(&mut parser),
                    };
                }
                Arg::Value(word) => {
                    return Err(unknown("command", &word.to_string_lossy(), &COMMANDS));
                }
            }
        }
        Ok(Self::Serve(flags))
    }
}

/// Reads what is typed after `--version`.
fn read_version(parser: &mut Parser) -> Result<Command, UsageError> {
    match parser.next()? {
        None => Ok(Command::Version { is_verbose: false }),
        Some(Arg::Long("verbose")) => Ok(Command::Version { is_verbose: true }),
        Some(_) => Err(UsageError(
            "--version stands alone, or before --verbose".to_owned(),
        )),
    }
}

/// Reads what is typed after `lint`.
fn read_lint(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut args = lint::Args::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("json") => args.json = true,
            Arg::Long(flag) => return Err(unknown("flag", &format!("--{flag}"), &LINT_FLAGS)),
            Arg::Short(flag) => return Err(unknown("flag", &format!("-{flag}"), &LINT_FLAGS)),
            Arg::Value(payload) if args.payload.is_empty() && !payload.is_empty() => {
                args.payload = payload
            }
            Arg::Value(_) => {
                return Err(UsageError(
                    "trill lint takes one payload: a file, or - for standard input".to_owned(),
                ));
            }
        }
    }
    if args.payload.is_empty() {
        return Err(UsageError(
            "trill lint wants a payload: a file, or - for standard input".to_owned(),
        ));
    }
    Ok(Command::Lint(args))
}

/// Reads what is typed after `identity`.
fn read_identity(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut args = identity::Args::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("json") => args.json = true,
            Arg::Long("password-file") => args.password_file = Some(parser.value()?.into()),
            Arg::Long(flag) => return Err(unknown("flag", &format!("--{flag}"), &IDENTITY_FLAGS)),
            Arg::Short(flag) => return Err(unknown("flag", &format!("-{flag}"), &IDENTITY_FLAGS)),
            Arg::Value(file) if args.file.is_empty() && !file.is_empty() => args.file = file,
            Arg::Value(_) => return Err(UsageError("trill identity takes one file".to_owned())),
        }
    }
    if args.file.is_empty() {
        return Err(UsageError(
            "trill identity wants a file: a .p12, .pem, .cer or .p8".to_owned(),
        ));
    }
    Ok(Command::Identity(args))
}

/// Reads what is typed after `doctor`.
fn read_doctor(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut args = doctor::Args::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("json") => args.json = true,
            Arg::Long(flag) => {
                let flag = flag.to_owned();
                if !args.flags.take(&flag, parser)? {
                    return Err(unknown_flag(&format!("--{flag}")));
                }
            }
            Arg::Short(flag) => return Err(unknown_flag(&format!("-{flag}"))),
            Arg::Value(_) => {
                return Err(UsageError(
                    "trill doctor takes flags only: --json and those of trill serve".to_owned(),
                ));
            }
        }
    }
    Ok(Command::Doctor(args))
}

/// Reads what is typed after `simulate`.
fn read_simulate(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut args = simulate::Args::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::SimulateHelp),
            Arg::Long("listen") => args.listen = Some(address("--listen", parser)?),
            Arg::Long("production") => args.production = Some(address("--production", parser)?),
            Arg::Long("control") => args.control = Some(address("--control", parser)?),
            Arg::Long("ca-out") => args.ca_out = Some(parser.value()?.into()),
            Arg::Long("keys") => args.keys = Some(parser.value()?.into()),
            Arg::Long("devices") => args.devices = Some(parser.value()?.into()),
            Arg::Long("faults") => args.faults = Some(parser.value()?.into()),
            Arg::Long("journal") => args.journal = Some(parser.value()?.into()),
            Arg::Long("name") => args.names.push(host_name(text(parser, "--name")?)?),
            Arg::Long("accept-any-key") => args.accept_any_key = true,
            Arg::Long("strict-tokens") => args.strict_tokens = true,
            Arg::Long("wedge-expired") => args.wedge_expired = true,
            Arg::Long("rules") => args.rules = true,
            Arg::Long(flag) => return Err(unknown("flag", &format!("--{flag}"), &SIMULATE_FLAGS)),
            Arg::Short(flag) => return Err(unknown("flag", &format!("-{flag}"), &SIMULATE_FLAGS)),
            Arg::Value(word) => {
                return Err(UsageError(format!(
                    "trill simulate takes flags only, not {:?}; see trill simulate --help",
                    word.to_string_lossy()
                )));
            }
        }
    }
    if let Some(control) = args.control.filter(|control| !control.ip().is_loopback()) {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, control.port()));
        return Err(UsageError(format!(
            "--control {control} can be reached from other machines; use --control {local}"
        )));
    }
    Ok(Command::Simulate(args))
}

/// A name a certificate can have.
fn host_name(text: String) -> Result<String, UsageError> {
    let is_name = rustls::pki_types::ServerName::try_from(text.as_str()).is_ok();
    if is_name {
        Ok(text)
    } else {
        Err(UsageError(format!(
            "--name {text:?} is no host name or address, such as apns.test"
        )))
    }
}

fn text(parser: &mut Parser, flag: &str) -> Result<String, UsageError> {
    parser
        .value()?
        .string()
        .map_err(|_| UsageError(format!("the value of {flag} is not UTF-8")))
}

fn address(flag: &str, parser: &mut Parser) -> Result<SocketAddr, UsageError> {
    let value = parser.value()?;
    value::address(&RawValue {
        name: flag,
        value: &value,
    })
    .map_err(UsageError)
}

fn unknown_flag(flag: &str) -> UsageError {
    let known = Flags::known_flags();
    unknown(
        "flag",
        flag,
        &known.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

fn unknown(kind: &str, word: &str, known: &[&str]) -> UsageError {
    let hint = nearest(word, known).map_or_else(
        || "see trill --help".to_owned(),
        |meant| format!("did you mean {meant}?"),
    );
    UsageError(format!("unknown {kind} {word:?}; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apns::Environment;
    use crate::cli::identity_files::Named;
    use crate::cli::settings::Settings;
    use crate::relay::{Override, Proxy};

    fn read(line: &str) -> Result<Command, String> {
        Command::read(line.split_whitespace().map(OsString::from))
            .map_err(|error| error.to_string())
    }

    fn serve(line: &str) -> Result<Settings, String> {
        match read(line)? {
            Command::Serve(flags) => flags.resolve([]).map_err(|error| error.to_string()),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn reads_what_is_right() {
        assert_eq!(serve(""), Ok(Settings::default()));
        assert_eq!(serve("serve"), serve(""));
        assert_eq!(read("--help"), Ok(Command::Help));
        assert_eq!(read("serve --help"), Ok(Command::ServeHelp));
        assert_eq!(read("-V"), Ok(Command::Version { is_verbose: false }));
        assert_eq!(
            read("--version --verbose"),
            Ok(Command::Version { is_verbose: true })
        );
        let lint = |json, payload: &str| {
            Ok(Command::Lint(lint::Args {
                json,
                payload: payload.into(),
            }))
        };
        assert_eq!(read("lint call.json"), lint(false, "call.json"));
        assert_eq!(read("lint - --json"), lint(true, "-"));
        assert_eq!(read("lint -h"), Ok(Command::Help));
        assert_eq!(read("simulate --help"), Ok(Command::SimulateHelp));
        assert_eq!(read("doctor"), Ok(Command::Doctor(doctor::Args::default())));
        assert_eq!(
            read("doctor --json"),
            Ok(Command::Doctor(doctor::Args {
                json: true,
                ..doctor::Args::default()
            }))
        );
        assert!(
            matches!(read("doctor --apns-port 2197"), Ok(Command::Doctor(args)) if args.flags != Flags::default())
        );
        let simulate = |args| Ok(Command::Simulate(args));
        assert_eq!(read("simulate"), simulate(simulate::Args::default()));
        let names = vec!["apns.test".to_owned(), "10.0.0.1".to_owned()];
        let keys = Some("keys.json".into());
        let args = simulate::Args {
            names,
            keys,
            accept_any_key: true,
            ..simulate::Args::default()
        };
        assert_eq!(
            read("simulate --name apns.test --name=10.0.0.1 --keys keys.json --accept-any-key"),
            simulate(args)
        );
        let explain = |json, password_file: Option<&str>| {
            Ok(Command::Identity(identity::Args {
                json,
                password_file: password_file.map(Into::into),
                file: "a.p12".into(),
            }))
        };
        assert_eq!(read("identity a.p12"), explain(false, None));
        assert_eq!(
            read("identity --password-file p a.p12 --json"),
            explain(true, Some("p"))
        );
        let named = |name: Option<&str>, path: &str| Named {
            name: name.map(str::to_owned),
            path: path.into(),
        };
        let identities = vec![named(None, "a.p12"), named(Some("voip"), "b.pem")];
        let identity_passwords = vec![named(Some("voip"), "p"), named(None, "q")];
        assert_eq!(
            serve(
                "--identity a.p12 --identity voip=b.pem --identity-password-file voip=p --identity-password-file=q"
            ),
            Ok(Settings {
                identities,
                identity_passwords,
                ..Settings::default()
            })
        );
        let listen = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        assert_eq!(
            serve("--listen localhost:8080"),
            Ok(Settings {
                listen,
                ..Settings::default()
            })
        );
        let shared =
            serve("--public-url https://a.test --public-url http://b.test:8080 --insecure-http --trusted-proxy 10.0.0.0/8").expect("right");
        let texts = |all: &[_]| all.iter().map(ToString::to_string).collect::<Vec<String>>();
        assert_eq!(
            texts(&shared.public_urls),
            ["https://a.test", "http://b.test:8080"]
        );
        assert_eq!(
            (
                shared.trusted_proxies[0].to_string(),
                shared.insecure_http,
                shared.require_token
            ),
            ("10.0.0.0/8".to_owned(), true, false)
        );
        let upstream = |environment, host: &str, port| Override {
            environment,
            host: host.to_owned(),
            port,
        };
        let upstreams = vec![
            upstream(Environment::Sandbox, "::1", 8443),
            upstream(Environment::Production, "push.example", 443),
        ];
        assert_eq!(
            serve(
                "--upstream sandbox=https://[::1]:8443 --upstream=production=https://push.example/ --upstream-ca ca.pem"
            ),
            Ok(Settings {
                upstreams,
                upstream_ca: Some("ca.pem".into()),
                ..Settings::default()
            })
        );
        let proxy = Some(Proxy::new("::1", 3128));
        assert_eq!(
            serve("--proxy http://[::1]:3128/ --proxy-credentials-file p --apns-port 2197"),
            Ok(Settings {
                proxy,
                proxy_credentials: Some("p".into()),
                apns_port: Some(2_197),
                ..Settings::default()
            })
        );
    }

    #[test]
    fn says_what_is_wrong() {
        for (line, part) in [
            ("--lisen 127.0.0.1:0", "did you mean --listen?"),
            ("--frobnicate", "see trill --help"),
            ("srve", "did you mean serve?"),
            ("serve serve", "unknown command"),
            ("lnt", "did you mean lint?"),
            ("simulate --lisen 127.0.0.1:0", "did you mean --listen?"),
            (
                "simulate --production here",
                "--production \"here\" is not an address",
            ),
            (
                "simulate --control 0.0.0.0:7466",
                "use --control 127.0.0.1:7466",
            ),
            ("simulate --name two..dots", "no host name"),
            ("simulate here", "flags only"),
            ("--listen 127.0.0.1:0 simulate", "put simulate first"),
            (
                "--identity a/push.p12 --identity b/push.pem",
                "two identities are named push",
            ),
            ("--identity 证书.p12", "--identity NAME=FILE"),
            ("--identity-password-file p", "changes nothing"),
            (
                "--identity push.p12 --identity-password-file voip=p",
                "no identity voip",
            ),
            (
                "--identity-pasword-file p",
                "did you mean --identity-password-file?",
            ),
            ("--log loud", "not one of off, error, warn"),
            ("--log-format xml", "not one of text, json"),
            ("--audit-failure stop", "changes nothing without --audit"),
            (
                "--audit a --audit-failure halt",
                "not one of stop, continue",
            ),
            ("--version --verbos", "before --verbose"),
            ("identity", "wants a file"),
            ("identity a.p12 b.p12", "one file"),
            ("identity --password secret a.p12", "unknown flag"),
            ("--listen 127.0.0.1:0 identity a.p12", "put identity first"),
            ("doctor --jsn", "did you mean"),
            ("doctor here", "flags only"),
            ("--json doctor", "unknown flag"),
            ("--apns-port 443 doctor", "put doctor first"),
            ("lint", "wants a payload"),
            ("lint a.json b.json", "one payload"),
            ("lint --jsn a.json", "did you mean --json?"),
            ("lint --listen 127.0.0.1:0 a.json", "unknown flag"),
            ("--listen 127.0.0.1:0 lint a.json", "put lint first"),
            ("serve lint", "unknown command"),
            ("--listen", "--listen"),
            ("--listen 7464", "not an address and port"),
            ("--upstream sandbox", "use ENV=URL"),
            ("--upstream simulator=https://a", "cannot be replaced"),
            (
                "--upstream simulator-production=https://a",
                "cannot be replaced",
            ),
            ("--upstream prod=https://a", "sandbox or production"),
            ("--upstream sandbox=http://a", "begins with https://"),
            ("--upstream sandbox=a:1", "begins with https://"),
            ("--upstream sandbox=https://a/b", "nothing else"),
            ("--upstream sandbox=https://me@a", "nothing else"),
            ("--upstream sandbox=https://a:99999", "up to 65535"),
            (
                "--upstream sandbox=https://a --upstream sandbox=https://b",
                "given twice",
            ),
            ("--upstream-ca ca.pem", "changes nothing"),
            ("--apns-port 8443", "use 443 or 2197"),
            ("--proxy proxy.example:3128", "begins with http://"),
            ("--proxy https://proxy.example:3128", "begins with http://"),
            ("--proxy http://proxy.example", "names the port"),
            ("--proxy http://proxy.example:3128/pac", "nothing else"),
            (
                "--proxy http://me:s3cret@proxy.example:3128",
                "for --proxy-credentials-file",
            ),
            ("--proxy-credentials-file p", "changes nothing"),
            (
                "--public-url trill.test",
                "write it as https://trill.corp.example",
            ),
            ("--trusted-proxy 10.0.0.1/8", "write 10.0.0.0/8 or 10.0.0.1"),
            ("--user-header Cookie", "says something else"),
            ("--insecure-no-auth=yes", "insecure-no-auth"),
        ] {
            let message = read(line)
                .and_then(|_| serve(line).map(drop))
                .expect_err(line);
            assert!(
                message.contains(part) && !message.contains("s3cret"),
                "{line}: {message}"
            );
        }
    }
}
