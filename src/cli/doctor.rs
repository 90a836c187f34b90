//! `trill doctor`: checks whether this machine is able to send pushes.
//!
//! The checks run locally. Facts they cannot establish, such as the true time, are named in the
//! report.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, fs, io};

use serde_json::json;

use super::serve;
use super::settings::Flags;
use crate::apns::Date;
use crate::relay::Config;
use crate::relay::probe::{self, Authorities, Probe};

/// Seconds by which the clock may be behind the program file's time stamp: the file may come from a
/// machine with another clock.
const TOLERANCE: u64 = 24 * 60 * 60;

/// Arguments of `trill doctor`.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Print JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings of `trill serve`.
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// The report of `trill doctor`.
#[derive(Debug)]
pub(crate) struct Report {
    /// Text for people, or one JSON object per line.
    pub(crate) text: String,
    /// `true` if a check found a problem.
    pub(crate) has_problem: bool,
}

/// Result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Warning,
    Problem,
}

/// A line of the report: one check.
#[derive(Debug)]
struct Line {
    check: String,
    state: State,
    finding: String,
    fix: String,
}

/// Runs all checks.
pub(crate) fn run(args: Args) -> io::Result<Report> {
    let (configuration, config) = configuration(args.flags);
    let written = env::current_exe()
        .and_then(fs::metadata)
        .and_then(|file| file.modified())
        .ok();
    let mut lines = vec![
        configuration,
        clock(seconds(SystemTime::now()), written.map(seconds)),
        port(config.listen),
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    lines.extend(runtime.block_on(network(&config)));
    // Does not wait for pending DNS lookups.
    runtime.shutdown_timeout(Duration::ZERO);
    let has_problem = lines.iter().any(|line| line.state == State::Problem);
    let text = lines
        .iter()
        .map(|line| {
            if args.json {
                line.to_json()
            } else {
                line.to_text()
            }
        })
        .collect();
    Ok(Report { text, has_problem })
}

async fn network(config: &Config) -> Vec<Line> {
    let servers = config.servers();
    let (authorities, names, probes) = tokio::join!(
        probe::authorities(),
        probe::names(&servers),
        probe::connections(&servers)
    );
    let mut lines = vec![trust(authorities, probe::uses_apple(&servers))];
    lines.extend(
        names
            .into_iter()
            .map(|(host, addresses)| name(&host, addresses)),
    );
    lines.extend(probes.iter().map(|probe| connection(probe, &probes)));
    lines
}

/// Checks the settings of `trill serve`. If they are invalid, the other checks use the defaults.
fn configuration(flags: Flags) -> (Line, Config) {
    let check = "configuration";
    let read = flags
        .resolve(env::vars_os().map(|(name, _)| name))
        .map_err(|error| error.to_string());
    match read.and_then(|settings| serve::config(settings).map_err(|error| error.to_string())) {
        Ok(config) => (
            Line::ok(check, "What trill serve would be told can be used."),
            config,
        ),
        Err(sentence) => (
            Line::problem(
                check,
                format!("{sentence}."),
                "Until then the other checks use the defaults.",
            ),
            Config::default(),
        ),
    }
}

fn clock(now: u64, written: Option<u64>) -> Line {
    let (check, date) = ("clock", Date::of(now));
    match written.filter(|written| now + TOLERANCE < *written) {
        Some(written) => {
            let finding = format!(
                "The clock says {date}, but this program was written on {}.",
                Date::of(written)
            );
            Line::problem(
                check,
                finding,
                "Set the clock: APNs refuses tokens that are an hour off, and TLS certificates that seem too new.",
            )
        }
        None => {
            let minutes = now / 60 % (24 * 60);
            let time = format!("{:02}:{:02} UTC", minutes / 60, minutes % 60);
            Line::ok(
                check,
                format!(
                    "It says {date}, {time}; whether that is true cannot be known here: compare it with another clock."
                ),
            )
        }
    }
}

fn port(listen: SocketAddr) -> Line {
    let check = format!("listen {listen}");
    match TcpListener::bind(listen) {
        Ok(_) => Line::ok(&check, "The port is free."),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let fix =
                "If it is not a trill that runs already, choose another with --listen 127.0.0.1:0.";
            Line::problem(&check, "Another program listens there.".to_owned(), fix)
        }
        Err(error) => Line::problem(
            &check,
            format!("Nobody can listen there: {error}."),
            "Choose another address with --listen ADDR.",
        ),
    }
}

fn trust(authorities: Authorities, is_needed: bool) -> Line {
    let check = "trust roots";
    let line = match authorities {
        Authorities::WithApples(count) => {
            return Line::ok(
                check,
                format!(
                    "{count} authorities, and USERTrust RSA, which vouches for APNs, is one of them."
                ),
            );
        }
        Authorities::None => {
            let fix = "Install the system's CA certificates, often the package ca-certificates.";
            Line::problem(
                check,
                "This machine trusts no certificate authority.".to_owned(),
                fix,
            )
        }
        Authorities::WithoutApples(count) => {
            let finding = format!(
                "{count} authorities, but not USERTrust RSA, which vouches for APNs since 2025."
            );
            Line::problem(
                check,
                finding,
                "Update the system's CA certificates, or add USERTrust RSA Certification Authority.",
            )
        }
        Authorities::WithAnother(count) => {
            let finding = format!(
                "{count} authorities; the one called USERTrust RSA has another key than the one that vouches for APNs."
            );
            Line::problem(
                check,
                finding,
                "Find out who put it there: it may read along. Then install the true one.",
            )
        }
    };
    // Without a host of Apple's, the authority that APNs uses is not needed.
    if is_needed {
        line
    } else {
        Line {
            state: State::Warning,
            ..line
        }
    }
}

fn name(host: &str, addresses: usize) -> Line {
    let check = format!("name {host}");
    match addresses {
        0 => Line::problem(
            &check,
            "The name does not resolve.".to_owned(),
            "Check this machine's DNS and its connection to the network.",
        ),
        1 => Line::ok(&check, "It has one address."),
        count => Line::ok(&check, format!("It has {count} addresses.")),
    }
}

/// Reports the connection to a port. One of Apple's ports is enough, if it is the one in use.
fn connection(probe: &Probe, all: &[Probe]) -> Line {
    let check = format!("connection {}:{}", probe.host, probe.port);
    let Some((cause, fix)) = &probe.trouble else {
        return Line::ok(&check, "TCP, TLS and HTTP/2 work.");
    };
    let other = all.iter().find(|other| {
        other.host == probe.host && other.port != probe.port && other.trouble.is_none()
    });
    match (probe.is_used, other) {
        (true, None) => Line::problem(&check, cause.clone(), *fix),
        (true, Some(other)) => Line::problem(
            &check,
            cause.clone(),
            format!("The other port works: use --apns-port {}.", other.port),
        ),
        (false, Some(_)) => Line::warning(
            &check,
            cause.clone(),
            "Nothing needs it while the other port works.",
        ),
        (false, None) => Line::warning(&check, cause.clone(), *fix),
    }
}

impl Line {
    fn ok(check: &str, finding: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            state: State::Ok,
            finding: finding.into(),
            fix: String::new(),
        }
    }

    fn warning(check: &str, finding: String, fix: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            state: State::Warning,
            finding,
            fix: fix.into(),
        }
    }

    fn problem(check: &str, finding: String, fix: impl Into<String>) -> Self {
        Self {
            state: State::Problem,
            ..Self::warning(check, finding, fix)
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!("{:<8} {}: {}", self.state.word(), self.check, self.finding);
        if !self.fix.is_empty() {
            // Writing to a `String` cannot fail.
            let _ = write!(text, " {}", self.fix);
        }
        text.push('\n');
        text
    }

    fn to_json(&self) -> String {
        let fix = Some(&self.fix).filter(|fix| !fix.is_empty());
        format!(
            "{}\n",
            json!({ "check": self.check, "state": self.state.word(), "finding": self.finding, "remedy": fix })
        )
    }
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind_this_program_is_wrong() {
        let written = 1_800_000_000;
        assert_eq!(clock(0, Some(written)).state, State::Problem);
        assert_eq!(
            clock(written - TOLERANCE - 1, Some(written)).state,
            State::Problem
        );
        for (now, written) in [
            (written - TOLERANCE, Some(written)),
            (written + 1_000_000, Some(written)),
            (written, None),
        ] {
            let line = clock(now, written);
            assert!(
                line.state == State::Ok && line.finding.contains("cannot be known"),
                "{line:?}"
            );
        }
    }

    #[test]
    fn one_port_is_enough_if_it_is_the_one_that_is_used() {
        let probe = |port, is_used, fails: bool| Probe {
            host: "apns.test".to_owned(),
            port,
            is_used,
            trouble: fails.then(|| ("It fails.".to_owned(), "Fix it.")),
        };
        for (fails, states, part) in [
            ([false, false], [State::Ok, State::Ok], ""),
            (
                [true, false],
                [State::Problem, State::Ok],
                "--apns-port 2197",
            ),
            (
                [false, true],
                [State::Ok, State::Warning],
                "Nothing needs it",
            ),
            ([true, true], [State::Problem, State::Warning], "Fix it."),
        ] {
            let probes = [probe(443, true, fails[0]), probe(2_197, false, fails[1])];
            let lines = probes.each_ref().map(|probe| connection(probe, &probes));
            assert_eq!(lines.each_ref().map(|line| line.state), states);
            assert!(
                lines.iter().any(|line| line.fix.contains(part)),
                "{lines:?}"
            );
        }
    }

    #[test]
    fn the_roots_matter_only_where_they_are_asked() {
        assert_eq!(trust(Authorities::WithApples(140), true).state, State::Ok);
        for authorities in [
            Authorities::None,
            Authorities::WithoutApples(3),
            Authorities::WithAnother(3),
        ] {
            assert_eq!(trust(authorities, true).state, State::Problem);
            assert_eq!(trust(authorities, false).state, State::Warning);
            assert!(trust(authorities, true).to_text().len() < 230);
        }
    }
}
