//! `trill simulate`: runs the simulator alone, to test other APNs clients.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::settings::value;
use super::shutdown::{shutdown, survive_full_files};
use crate::caller::Caller;
use crate::option_file::{self, shown};
use crate::relay::{Config, Relay, Scope, StartError};
use crate::simulator::{ControlError, ControlRequest, Options, Simulator, rules_document};

/// Default port, one above the page's, so that both can run.
const DEFAULT_PORT: u16 = 7465;

/// Arguments of `trill simulate`.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
#[command(after_help = "docs/simulator.md describes the files, docs/faults.md the faults.")]
pub(crate) struct Args {
    /// Address of the simulator [127.0.0.1:7465]
    #[arg(long, value_name = "ADDR", value_parser = value::address, allow_hyphen_values = true)]
    pub(crate) listen: Option<SocketAddr>,
    /// Second address, which is always production
    #[arg(long, value_name = "ADDR", value_parser = value::address, allow_hyphen_values = true)]
    pub(crate) production: Option<SocketAddr>,
    /// Loopback address for /api/simulator
    #[arg(long, value_name = "ADDR", value_parser = value::local_address, allow_hyphen_values = true)]
    pub(crate) control: Option<SocketAddr>,
    /// File to write the certificate authority to (PEM)
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) ca_out: Option<PathBuf>,
    /// JSON list of keys to register
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) keys: Option<PathBuf>,
    /// JSON list of phones to register
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) devices: Option<PathBuf>,
    /// Script of faults to begin with
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) faults: Option<PathBuf>,
    /// File to append a JSON line to for every decision
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) journal: Option<PathBuf>,
    /// Another name for its certificate; repeatable
    #[arg(long = "name", value_name = "HOST", value_parser = value::host_name, allow_hyphen_values = true)]
    pub(crate) names: Vec<String>,
    /// Accept provider tokens of unknown keys, unchecked
    #[arg(long)]
    pub(crate) accept_any_key: bool,
    /// Count new tokens of a team over all connections
    #[arg(long)]
    pub(crate) strict_tokens: bool,
    /// Refuse all on a connection after ExpiredProviderToken
    #[arg(long)]
    pub(crate) wedge_expired: bool,
    /// Print every rule with its source, and exit
    #[arg(long)]
    pub(crate) rules: bool,
}

/// Reason why `trill simulate` cannot start.
#[derive(Debug)]
pub(crate) enum SimulateError {
    /// A file cannot be read.
    Unreadable(&'static str, PathBuf, io::Error),
    /// A file cannot be written.
    Unwritable(&'static str, PathBuf, io::Error),
    /// A file of keys or devices is not a JSON list of objects.
    NotAList(PathBuf, String),
    /// The fault script is refused.
    Script(PathBuf, String),
    /// An entry of a file is refused: its number, and the reason.
    Entry(PathBuf, usize, String),
    /// The operating system refuses threads or signal handlers.
    System(io::Error),
    /// The simulator cannot start.
    Simulator(SocketAddr, io::Error),
    /// The control interface cannot start.
    Control(StartError),
}

impl fmt::Display for SimulateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(flag, path, error) => write!(
                f,
                "cannot read {}: {error}; check the path given to {flag}",
                shown(path)
            ),
            Self::Unwritable(flag, path, error) => write!(
                f,
                "cannot write {}: {error}; check the path given to {flag}",
                shown(path)
            ),
            Self::NotAList(path, what) => {
                write!(
                    f,
                    "{}: {what}; write a JSON list of objects, as in trill simulate --help",
                    shown(path)
                )
            }
            Self::Entry(path, number, what) => {
                write!(f, "{}: entry {number}: {what}", shown(path))
            }
            Self::Script(path, what) => write!(f, "{}: {what}", shown(path)),
            Self::System(error) => write!(f, "the system refuses what Trill needs to run: {error}"),
            Self::Simulator(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "a port is taken, perhaps by another trill on {address}; choose others with --listen {}",
                    free(*address)
                )
            }
            Self::Simulator(address, error) => {
                write!(
                    f,
                    "cannot listen on {address}: {error}; choose another address with --listen 127.0.0.1:0, and check --name"
                )
            }
            Self::Control(StartError::Access(error)) => error.fmt(f),
            Self::Control(StartError::PortTaken(address)) => {
                write!(
                    f,
                    "port {} of --control is taken; choose another with --control {}",
                    address.port(),
                    free(*address)
                )
            }
            Self::Control(StartError::Listen(address, error)) => {
                write!(
                    f,
                    "cannot listen on {address}: {error}; choose another address with --control 127.0.0.1:0"
                )
            }
            Self::Control(error) => error.fmt(f),
        }
    }
}

fn free(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}

/// Runs the simulator until Ctrl-C or SIGTERM; returns the text to print at the end.
pub(crate) fn run(args: Args) -> Result<String, SimulateError> {
    if args.rules {
        return Ok(rules_document());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(SimulateError::System)?;
    runtime
        .block_on(async { survive_full_files() })
        .map_err(SimulateError::System)?;
    let keys = args
        .keys
        .as_deref()
        .map(|path| entries("--keys", path))
        .transpose()?
        .unwrap_or_default();
    let devices = args
        .devices
        .as_deref()
        .map(|path| entries("--devices", path))
        .transpose()?
        .unwrap_or_default();
    runtime.block_on(simulate(args, &keys, &devices))
}

async fn simulate(
    args: Args,
    keys: &[Map<String, Value>],
    devices: &[Map<String, Value>],
) -> Result<String, SimulateError> {
    let shutdown = shutdown().map_err(SimulateError::System)?;
    let listen = args
        .listen
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)));
    let options = Options {
        listen,
        production: args.production,
        names: args.names.clone(),
        journal: args.journal.as_deref().map(journal).transpose()?,
        accept_any_key: args.accept_any_key,
        strict_tokens: args.strict_tokens,
        wedge_expired: args.wedge_expired,
        ..Options::default()
    };
    let simulator = Simulator::start_with(options)
        .await
        .map_err(|error| SimulateError::Simulator(listen, error))?;
    enrol(&simulator, args.keys.as_deref(), "keys", "key_id", keys)?;
    enrol(
        &simulator,
        args.devices.as_deref(),
        "devices",
        "device_token",
        devices,
    )?;
    if let Some(path) = &args.faults {
        let script = option_file::read(path)
            .map_err(|error| SimulateError::Unreadable("--faults", path.clone(), error))?;
        let refused = |error: ControlError| {
            SimulateError::Script(path.clone(), format!("{} {}", error.cause, error.fix))
        };
        simulator
            .control(
                &Caller::Owner,
                &ControlRequest::new(&Method::PUT, &["faults"], &script),
            )
            .map_err(refused)?;
    }
    let control = match args.control {
        None => None,
        Some(listen) => {
            let config = Config {
                listen,
                scope: Scope::Simulator,
                ..Config::default()
            };
            Some(
                Relay::bind(config, simulator.clone())
                    .await
                    .map_err(SimulateError::Control)?,
            )
        }
    };
    let authority = pem(simulator.certificate_authority());
    if let Some(path) = &args.ca_out {
        option_file::write(path, authority.as_bytes())
            .map_err(|error| SimulateError::Unwritable("--ca-out", path.clone(), error))?;
    }
    greet(&simulator, control.as_ref(), &args, &authority);
    match control {
        Some(control) => control.run(shutdown).await,
        None => shutdown.await,
    }
    Ok(format!("{}\n", simulator.summary()))
}

/// Prints the addresses and the certificate authority, and `Ready` as the last line, for scripts.
/// Write errors are ignored: a closed standard output is no reason to stop.
fn greet(simulator: &Simulator, control: Option<&Relay>, args: &Args, authority: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(
        out,
        "Trill simulates APNs at https://{}",
        simulator.address()
    );
    if let Some(address) = simulator.production_address() {
        let _ = writeln!(out, "Production environment at https://{address}");
    }
    if let Some(control) = control {
        let _ = writeln!(out, "Control at http://{}/api/simulator", control.address());
    }
    let _ = match &args.ca_out {
        // The path is not printed: it may be a secret given by mistake.
        Some(_) => writeln!(out, "Certificate authority in the file of --ca-out"),
        None => write!(
            out,
            "Certificate authority, also for --ca-out FILE:\n{authority}"
        ),
    };
    let _ = writeln!(out, "Ready");
    let _ = out.flush();
}

fn pem(certificate: &[u8]) -> String {
    let body = <Base64 as Encoding>::encode_string(certificate);
    let mut lines = vec!["-----BEGIN CERTIFICATE-----"];
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        lines.push(line);
        rest = after;
    }
    lines.push("-----END CERTIFICATE-----\n");
    lines.join("\n")
}

fn journal(path: &Path) -> Result<File, SimulateError> {
    let file = option_file::open(path, File::options().create(true).append(true));
    file.map_err(|error| SimulateError::Unwritable("--journal", path.to_owned(), error))
}

/// Reads a file that holds a JSON list of objects.
fn entries(flag: &'static str, path: &Path) -> Result<Vec<Map<String, Value>>, SimulateError> {
    let text = option_file::read(path)
        .map_err(|error| SimulateError::Unreadable(flag, path.to_owned(), error))?;
    let not_a_list = |what: String| SimulateError::NotAList(path.to_owned(), what);
    let value: Value = serde_json::from_slice(&text).map_err(|error| {
        not_a_list(format!(
            "not JSON, reading stopped at line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    let Value::Array(entries) = value else {
        return Err(not_a_list("JSON, but not a list".to_owned()));
    };
    let entries = entries
        .into_iter()
        .enumerate()
        .map(|(index, entry)| match entry {
            Value::Object(entry) => Ok(entry),
            _ => Err(not_a_list(format!("entry {} is not an object", index + 1))),
        });
    entries.collect()
}

/// Registers each entry as a PUT request to the control interface would.
fn enrol(
    simulator: &Simulator,
    path: Option<&Path>,
    collection: &'static str,
    name_field: &'static str,
    entries: &[Map<String, Value>],
) -> Result<(), SimulateError> {
    for (index, entry) in entries.iter().enumerate() {
        let refuse = |what: String| {
            SimulateError::Entry(path.unwrap_or(Path::new("")).to_owned(), index + 1, what)
        };
        let mut body = entry.clone();
        let name = match body.shift_remove(name_field) {
            Some(Value::String(name)) => name,
            Some(_) => return Err(refuse(format!("The field “{name_field}” is not a string."))),
            None => return Err(refuse(format!("The field “{name_field}” is missing."))),
        };
        let body = Value::Object(body).to_string();
        let taken = simulator.control(
            &Caller::Owner,
            &ControlRequest::new(&Method::PUT, &[collection, &name], body.as_bytes()),
        );
        // The control interface takes the name from its path; here it is a field.
        let said = |text: String| {
            text.replace("in the path", &format!("(field “{name_field}”)"))
                .replace("The body", "The entry")
        };
        let answer =
            taken.map_err(|error| refuse(format!("{} {}", said(error.cause), error.fix)))?;
        if answer.status == StatusCode::OK {
            return Err(refuse(format!(
                "The field “{name_field}” is the same as in an earlier entry."
            )));
        }
    }
    Ok(())
}
