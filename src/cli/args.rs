//! The arguments: what was typed, taken apart and checked in form.

use std::ffi::OsString;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use http::Uri;
use lexopt::{Arg, Parser, ValueExt};

use super::identities::Named;
use super::slip::nearest;
use super::{identity, lint, simulate};
use crate::apns::Environment;
use crate::relay::Override;

/// What `--help` says. It fits a screen.
pub(crate) const HELP: &str = "\
Trill: a browser tab that makes an iPhone ring.

Usage: trill [serve] [OPTIONS]
       trill lint [--json] PAYLOAD|-
       trill identity [--json] [--password-file FILE] FILE
       trill simulate [OPTIONS]; see trill simulate --help

serve: the page, the relay that carries its pushes, and an APNs simulator.
lint: what is wrong with a payload; exit 1 when it would be refused.
identity: what a .p12, .pem, .cer or .p8 is; exit 1 when it will not do.

Options:
      --listen ADDR          where the page is served [default: 127.0.0.1:7464]
      --upstream ENV=URL     send pushes for ENV (sandbox or production) to
                             https://HOST[:PORT] instead of Apple; repeatable
      --upstream-ca FILE     trust this PEM file for --upstream, not the system
      --identity [NAME=]FILE send with this client certificate too; repeatable
      --identity-password-file [NAME=]FILE
                             else TRILL_IDENTITY_PASSWORD[_NAME], or a prompt
      --json                 for lint and identity: JSON, one object a line
  -h, --help                 print this
  -V, --version              print the version

Send: POST /{simulator|simulator-production|sandbox|production}/3/device/{token}
";

const COMMANDS: [&str; 4] = ["serve", "lint", "identity", "simulate"];
const FLAGS: [&str; 7] = ["--listen", "--upstream", "--upstream-ca", "--identity", "--identity-password-file", "--help", "--version"];
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
    Serve(Args),
    /// Look at a payload.
    Lint(lint::Args),
    /// Explain a credential.
    Identity(identity::Args),
    /// Simulate.
    Simulate(simulate::Args),
    /// Print the help of `simulate`.
    SimulateHelp,
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

/// What was typed after `trill serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    /// `--listen`.
    pub(crate) listen: Option<SocketAddr>,
    /// `--upstream`, each.
    pub(crate) upstreams: Vec<Override>,
    /// `--upstream-ca`.
    pub(crate) upstream_ca: Option<PathBuf>,
    /// `--identity`, each.
    pub(crate) identities: Vec<Named>,
    /// `--identity-password-file`, each; without a name, for all the others.
    pub(crate) identity_passwords: Vec<Named>,
}

/// Wrong usage: a sentence that says where and what would be right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
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
        let mut args = Args::default();
        let mut command = None;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return Ok(Self::Version),
                Arg::Long("listen") => args.listen = Some(address("--listen", &text(&mut parser, "--listen")?)?),
                Arg::Long("upstream") => args.add_upstream(upstream(&text(&mut parser, "--upstream")?)?)?,
                Arg::Long("upstream-ca") => args.upstream_ca = Some(parser.value()?.into()),
                Arg::Long("identity") => args.add_identity(Named::read(&parser.value()?))?,
                Arg::Long("identity-password-file") => args.identity_passwords.push(Named::read(&parser.value()?)),
                Arg::Long(flag) => return Err(unknown("flag", &format!("--{flag}"), &FLAGS)),
                Arg::Short(flag) => return Err(unknown("flag", &format!("-{flag}"), &FLAGS)),
                Arg::Value(word) if command.is_none() && word == "serve" => command = Some(word),
                Arg::Value(word) if command.is_none() && (word == "lint" || word == "identity" || word == "simulate") => {
                    let word = word.to_string_lossy();
                    return match &*word {
                        _ if args != Args::default() => Err(UsageError(format!("put {word} first; those flags belong to trill serve"))),
                        "lint" => read_lint(&mut parser),
                        "identity" => read_identity(&mut parser),
                        _ => read_simulate(&mut parser),
                    };
                }
                Arg::Value(word) => return Err(unknown("command", &word.to_string_lossy(), &COMMANDS)),
            }
        }
        if args.upstream_ca.is_some() && args.upstreams.is_empty() {
            return Err(UsageError("--upstream-ca changes nothing without --upstream ENV=URL".to_owned()));
        }
        args.check_passwords()?;
        Ok(Self::Serve(args))
    }
}

impl Args {
    fn add_upstream(&mut self, upstream: Override) -> Result<(), UsageError> {
        if self.upstreams.iter().any(|known| known.environment == upstream.environment) {
            return Err(UsageError(format!("--upstream {} is given twice; keep one", upstream.environment.as_str())));
        }
        self.upstreams.push(upstream);
        Ok(())
    }

    fn add_identity(&mut self, identity: Named) -> Result<(), UsageError> {
        let Some(name) = identity.identity_name() else {
            return Err(UsageError("the file of --identity has no name a header can hold; give it one: --identity NAME=FILE".to_owned()));
        };
        if self.identities.iter().any(|known| known.identity_name().as_ref() == Some(&name)) {
            return Err(UsageError(format!("two identities are named {name}; give one another name: --identity NAME=FILE")));
        }
        self.identities.push(identity);
        Ok(())
    }

    fn check_passwords(&self) -> Result<(), UsageError> {
        let has_identity = |password: &Named| match &password.name {
            Some(name) => self.identities.iter().any(|identity| identity.identity_name().as_ref() == Some(name)),
            None => !self.identities.is_empty(),
        };
        match self.identity_passwords.iter().find(|password| !has_identity(password)) {
            None => Ok(()),
            Some(Named { name: Some(name), .. }) => {
                Err(UsageError(format!("--identity-password-file {name}=…: there is no identity {name}; add --identity {name}=FILE")))
            }
            Some(_) => Err(UsageError("--identity-password-file changes nothing without --identity FILE".to_owned())),
        }
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
            Arg::Value(payload) if args.payload.is_empty() && !payload.is_empty() => args.payload = payload,
            Arg::Value(_) => return Err(UsageError("trill lint takes one payload: a file, or - for standard input".to_owned())),
        }
    }
    if args.payload.is_empty() {
        return Err(UsageError("trill lint wants a payload: a file, or - for standard input".to_owned()));
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
        return Err(UsageError("trill identity wants a file: a .p12, .pem, .cer or .p8".to_owned()));
    }
    Ok(Command::Identity(args))
}

/// Reads what is typed after `simulate`.
fn read_simulate(parser: &mut Parser) -> Result<Command, UsageError> {
    let mut args = simulate::Args::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::SimulateHelp),
            Arg::Long("listen") => args.listen = Some(address("--listen", &text(parser, "--listen")?)?),
            Arg::Long("production") => args.production = Some(address("--production", &text(parser, "--production")?)?),
            Arg::Long("control") => args.control = Some(address("--control", &text(parser, "--control")?)?),
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
        return Err(UsageError(format!("--control {control} can be reached from other machines; use --control {local}")));
    }
    Ok(Command::Simulate(args))
}

/// A name a certificate can have.
fn host_name(text: String) -> Result<String, UsageError> {
    let is_name = rustls::pki_types::ServerName::try_from(text.as_str()).is_ok();
    if is_name { Ok(text) } else { Err(UsageError(format!("--name {text:?} is no host name or address, such as apns.test"))) }
}

fn text(parser: &mut Parser, flag: &str) -> Result<String, UsageError> {
    parser.value()?.string().map_err(|_| UsageError(format!("the value of {flag} is not UTF-8")))
}

fn address(flag: &str, text: &str) -> Result<SocketAddr, UsageError> {
    let local =
        text.strip_prefix("localhost:").and_then(|port| port.parse().ok()).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local
        .or_else(|| text.parse().ok())
        .ok_or_else(|| UsageError(format!("{flag} {text:?} is not an address and port, such as 127.0.0.1:7464")))
}

fn upstream(text: &str) -> Result<Override, UsageError> {
    let wrong = |what: &str| UsageError(format!("--upstream {text:?}: {what}, such as sandbox=https://localhost:8443"));
    let (word, url) = text.split_once('=').ok_or_else(|| wrong("use ENV=URL"))?;
    let environment = match Environment::parse(word) {
        Some(environment) if environment.is_simulator() => {
            return Err(wrong("the simulator is inside and cannot be replaced; use sandbox or production"));
        }
        Some(environment) => environment,
        None => return Err(wrong("the environment is sandbox or production")),
    };
    let uri: Uri = url.parse().map_err(|_| wrong("the URL is malformed"))?;
    let authority = uri.authority().ok_or_else(|| wrong("the URL begins with https://"))?;
    if uri.scheme_str() != Some("https") {
        return Err(wrong("the URL begins with https://"));
    }
    if authority.as_str().contains('@') || uri.path().len() > 1 || uri.query().is_some() {
        return Err(wrong("the URL has a host and a port and nothing else"));
    }
    let port = match authority.as_str().rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port.parse().map_err(|_| wrong("the port is a number up to 65535"))?,
        _ => 443,
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok(Override { environment, host, port })
}

fn unknown(kind: &str, word: &str, known: &[&str]) -> UsageError {
    let hint = nearest(word, known).map_or_else(|| "see trill --help".to_owned(), |meant| format!("did you mean {meant}?"));
    UsageError(format!("unknown {kind} {word:?}; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        Command::read(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_what_is_right() {
        assert_eq!(read(""), Ok(Command::Serve(Args::default())));
        assert_eq!(read("serve"), read(""));
        assert_eq!(read("serve --help"), Ok(Command::Help));
        assert_eq!(read("-V"), Ok(Command::Version));
        let lint = |json, payload: &str| Ok(Command::Lint(lint::Args { json, payload: payload.into() }));
        assert_eq!(read("lint call.json"), lint(false, "call.json"));
        assert_eq!(read("lint - --json"), lint(true, "-"));
        assert_eq!(read("lint -h"), Ok(Command::Help));
        assert_eq!(read("simulate --help"), Ok(Command::SimulateHelp));
        let simulate = |args| Ok(Command::Simulate(args));
        assert_eq!(read("simulate"), simulate(simulate::Args::default()));
        let names = vec!["apns.test".to_owned(), "10.0.0.1".to_owned()];
        let keys = Some("keys.json".into());
        let args = simulate::Args { names, keys, accept_any_key: true, ..simulate::Args::default() };
        assert_eq!(read("simulate --name apns.test --name=10.0.0.1 --keys keys.json --accept-any-key"), simulate(args));
        let explain = |json, password_file: Option<&str>| {
            Ok(Command::Identity(identity::Args { json, password_file: password_file.map(Into::into), file: "a.p12".into() }))
        };
        assert_eq!(read("identity a.p12"), explain(false, None));
        assert_eq!(read("identity --password-file p a.p12 --json"), explain(true, Some("p")));
        let named = |name: Option<&str>, path: &str| Named { name: name.map(str::to_owned), path: path.into() };
        let identities = vec![named(None, "a.p12"), named(Some("voip"), "b.pem")];
        let identity_passwords = vec![named(Some("voip"), "p"), named(None, "q")];
        assert_eq!(
            read("--identity a.p12 --identity voip=b.pem --identity-password-file voip=p --identity-password-file=q"),
            Ok(Command::Serve(Args { identities, identity_passwords, ..Args::default() }))
        );
        let listen = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        assert_eq!(read("--listen localhost:8080"), Ok(Command::Serve(Args { listen, ..Args::default() })));
        let upstream = |environment, host: &str, port| Override { environment, host: host.to_owned(), port };
        let upstreams = vec![upstream(Environment::Sandbox, "::1", 8443), upstream(Environment::Production, "push.example", 443)];
        assert_eq!(
            read("--upstream sandbox=https://[::1]:8443 --upstream=production=https://push.example/ --upstream-ca ca.pem"),
            Ok(Command::Serve(Args { listen: None, upstreams, upstream_ca: Some("ca.pem".into()), ..Args::default() }))
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
            ("simulate --production here", "--production \"here\" is not an address"),
            ("simulate --control 0.0.0.0:7466", "use --control 127.0.0.1:7466"),
            ("simulate --name two..dots", "no host name"),
            ("simulate here", "flags only"),
            ("--listen 127.0.0.1:0 simulate", "put simulate first"),
            ("--identity a/push.p12 --identity b/push.pem", "two identities are named push"),
            ("--identity 证书.p12", "--identity NAME=FILE"),
            ("--identity-password-file p", "changes nothing"),
            ("--identity push.p12 --identity-password-file voip=p", "no identity voip"),
            ("--identity-pasword-file p", "did you mean --identity-password-file?"),
            ("identity", "wants a file"),
            ("identity a.p12 b.p12", "one file"),
            ("identity --password secret a.p12", "unknown flag"),
            ("--listen 127.0.0.1:0 identity a.p12", "put identity first"),
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
            ("--upstream simulator-production=https://a", "cannot be replaced"),
            ("--upstream prod=https://a", "sandbox or production"),
            ("--upstream sandbox=http://a", "begins with https://"),
            ("--upstream sandbox=a:1", "begins with https://"),
            ("--upstream sandbox=https://a/b", "nothing else"),
            ("--upstream sandbox=https://me@a", "nothing else"),
            ("--upstream sandbox=https://a:99999", "up to 65535"),
            ("--upstream sandbox=https://a --upstream sandbox=https://b", "given twice"),
            ("--upstream-ca ca.pem", "changes nothing"),
        ] {
            let message = read(line).expect_err(line);
            assert!(message.contains(part), "{line}: {message}");
        }
    }
}
