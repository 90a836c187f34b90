//! `trill simulate`: the simulator alone, for the tests of other people's senders.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64ct::{Base64, Encoding};
use http::Method;
use serde_json::{Map, Value};

use super::shutdown::shutdown;
use crate::relay::{Config, Relay, Scope, StartError};
use crate::simulator::{ControlError, Simulator};

/// What `trill simulate --help` says. It fits a screen.
pub(crate) const HELP: &str = "\
trill simulate: an APNs simulator with virtual iPhones, for the tests of senders.

Usage: trill simulate [OPTIONS]

      --listen ADDR          where it listens [default: 127.0.0.1:2197]; port 0
                             picks a free one, which the first line names
      --control ADDR         serve /api/simulator and /api/events, on loopback
      --ca-out FILE          write its certificate authority there, as PEM;
                             without, it is printed
      --name HOST            one more name for its certificate; repeatable
      --keys FILE            enrol these public keys: a JSON list of
                             {key_id, team_id, public_key, ...}
      --devices FILE         enrol these virtual iPhones: a JSON list of
                             {device_token, bundle_id, ...}
      --faults FILE          begin with this fault script
      --journal FILE         write every decision there at the end
  -h, --help                 print this

It is ready when it says so, and ends with Ctrl-C or SIGTERM, exit 0, and a sum
of its answers. What it takes beside these stands in the README.
";

/// APNs's other port; 443 belongs to root.
const DEFAULT_PORT: u16 = 2197;

/// What was typed after `trill simulate`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    /// `--listen`.
    pub(crate) listen: Option<SocketAddr>,
    /// `--control`.
    pub(crate) control: Option<SocketAddr>,
    /// `--ca-out`.
    pub(crate) ca_out: Option<PathBuf>,
    /// `--keys`.
    pub(crate) keys: Option<PathBuf>,
    /// `--devices`.
    pub(crate) devices: Option<PathBuf>,
    /// `--faults`.
    pub(crate) faults: Option<PathBuf>,
    /// `--journal`.
    pub(crate) journal: Option<PathBuf>,
    /// `--name`, each.
    pub(crate) names: Vec<String>,
}

/// Why `trill simulate` cannot start, or cannot end as it was asked to.
#[derive(Debug)]
pub(crate) enum SimulateError {
    /// A file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A file cannot be written.
    Unwritable(PathBuf, io::Error),
    /// A file of keys or devices is no list of JSON objects.
    NotAList(PathBuf, String),
    /// An entry of such a file has no name, counted from 1.
    Nameless(PathBuf, usize, &'static str),
    /// An entry of such a file, or the fault script, was refused.
    Refused(PathBuf, Option<usize>, ControlError),
    /// The address is taken, or the system refuses it.
    Listen(SocketAddr, io::Error),
    /// The control address cannot be served.
    Control(StartError),
    /// The system gives no threads or signals.
    System(io::Error),
}

impl fmt::Display for SimulateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}; check its path", path.display()),
            Self::Unwritable(path, error) => write!(f, "cannot write {}: {error}; choose a place that can be written", path.display()),
            Self::NotAList(path, error) => write!(f, "{} is no JSON list of objects: {error}", path.display()),
            Self::Nameless(path, entry, field) => {
                write!(f, "{}, entry {entry}: the field “{field}” is missing or no text; give each entry its own", path.display())
            }
            Self::Refused(path, Some(entry), error) => {
                write!(f, "{}, entry {entry}: {} {}", path.display(), error.cause, error.remedy)
            }
            Self::Refused(path, None, error) => write!(f, "{}: {} {}", path.display(), error.cause, error.remedy),
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "port {} is taken; choose another with --listen {}:0, and read the port from the first line",
                    address.port(),
                    address.ip()
                )
            }
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}; choose another address with --listen ADDR"),
            Self::Control(error) => write!(f, "--control: {error}"),
            Self::System(error) => write!(f, "the system refuses what Trill needs to run: {error}"),
        }
    }
}

/// Simulates until Ctrl-C or SIGTERM, and sums up.
pub(crate) fn run(args: &Args) -> Result<(), SimulateError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(SimulateError::System)?;
    runtime.block_on(simulate(args))
}

async fn simulate(args: &Args) -> Result<(), SimulateError> {
    let shutdown = shutdown().map_err(SimulateError::System)?;
    let listen = args.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)));
    let simulator =
        Simulator::start_as(&args.names, listen, SystemTime::now).await.map_err(|error| SimulateError::Listen(listen, error))?;
    prepare(args, &simulator)?;
    let control = match args.control {
        Some(listen) => {
            let config = Config { listen, scope: Scope::Simulator, ..Config::default() };
            Some(Relay::bind(config, simulator.clone()).await.map_err(SimulateError::Control)?)
        }
        None => None,
    };
    greet(&simulator, args.ca_out.as_deref(), control.as_ref().map(Relay::address));
    match control {
        Some(relay) => relay.run(shutdown).await,
        None => shutdown.await,
    }
    end(args, &simulator)
}

/// Writes the authority and enrols what the files say, before anybody can send.
fn prepare(args: &Args, simulator: &Simulator) -> Result<(), SimulateError> {
    if let Some(path) = &args.ca_out {
        write(path, authority(simulator).as_bytes())?;
    }
    for (path, kind, field) in [(&args.keys, "keys", "key_id"), (&args.devices, "devices", "device_token")] {
        if let Some(path) = path {
            enrol(simulator, path, kind, field)?;
        }
    }
    if let Some(path) = &args.faults {
        let refused = |error| SimulateError::Refused(path.clone(), None, error);
        simulator.control(&Method::PUT, &["faults"], &read(path)?).map_err(refused)?;
    }
    Ok(())
}

/// Enrols the entries of a file: the bodies of the control interface, with their names beside them.
fn enrol(simulator: &Simulator, path: &Path, kind: &str, field: &'static str) -> Result<(), SimulateError> {
    let entries: Vec<Map<String, Value>> =
        serde_json::from_slice(&read(path)?).map_err(|error| SimulateError::NotAList(path.to_owned(), error.to_string()))?;
    for (index, mut entry) in entries.into_iter().enumerate() {
        let name = match entry.remove(field) {
            Some(Value::String(name)) => name,
            _ => return Err(SimulateError::Nameless(path.to_owned(), index + 1, field)),
        };
        let body = Value::Object(entry).to_string();
        let refused = |error| SimulateError::Refused(path.to_owned(), Some(index + 1), error);
        simulator.control(&Method::PUT, &[kind, &name], body.as_bytes()).map_err(refused)?;
    }
    Ok(())
}

/// The first lines are for scripts and do not change. That nobody reads them is no reason to stop.
fn greet(simulator: &Simulator, ca_out: Option<&Path>, control: Option<SocketAddr>) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "simulator https://localhost:{}", simulator.address().port());
    if let Some(control) = control {
        let _ = writeln!(out, "control http://{control}/api/simulator");
    }
    let _ = match ca_out {
        Some(path) => writeln!(out, "ca {}", path.display()),
        None => write!(out, "ca\n{}", authority(simulator)),
    };
    let _ = writeln!(out, "Trill's simulator is ready. Ctrl-C stops it.");
    let _ = out.flush();
}

/// Writes the journal and says what came of it all.
fn end(args: &Args, simulator: &Simulator) -> Result<(), SimulateError> {
    let journal = simulator.control(&Method::GET, &["journal"], &[]).ok().and_then(|answer| answer.body).unwrap_or_default();
    if let Some(path) = &args.journal {
        write(path, format!("{journal}\n").as_bytes())?;
    }
    let decisions = journal["decisions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for reason in decisions.iter().map(|decision| decision["reason"].as_str().unwrap_or("accepted")) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    let parts: Vec<String> = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let mut out = io::stdout().lock();
    let _ = match decisions.len() {
        0 => writeln!(out, "No push came."),
        pushes => writeln!(out, "{pushes} in the journal: {}.", parts.join(", ")),
    };
    let _ = out.flush();
    Ok(())
}

fn authority(simulator: &Simulator) -> String {
    let body = Base64::encode_string(simulator.certificate_authority());
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap_or_default()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn read(path: &Path) -> Result<Vec<u8>, SimulateError> {
    fs::read(path).map_err(|error| SimulateError::Unreadable(path.to_owned(), error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), SimulateError> {
    fs::write(path, bytes).map_err(|error| SimulateError::Unwritable(path.to_owned(), error))
}
