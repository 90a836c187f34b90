//! Settings: flags, variables, and lines of the configuration file.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use super::list;
use crate::support::temp_dir::TempDir;

/// Flags that set nothing.
const ASKING: [&str; 3] = ["--help", "--help-all", "--version"];

#[test]
fn every_setting_is_listed_and_every_listed_setting_is_known() {
    let listed = list::read("settings");
    let probe = Probe::new();
    let mut found = BTreeSet::new();
    let mut variables = names(&listed, "variable ");
    let mut lines = names(&listed, "file ");
    for flag in flags("serve") {
        let name = flag.trim_start_matches("--").to_owned();
        found.insert(format!("flag serve {flag}"));
        variables.insert(format!("TRILL_{}", name.replace('-', "_").to_uppercase()));
        lines.insert(name);
    }
    for flag in flags("simulate") {
        found.insert(format!("flag simulate {flag}"));
    }
    for variable in variables {
        if probe.knows_variable(&variable) {
            found.insert(format!("variable {variable}"));
        }
    }
    for line in lines {
        if probe.knows_line(&line) {
            found.insert(format!("file {line}"));
        }
    }
    list::check("settings", &found);
}

#[test]
fn the_probe_tells_an_unknown_setting_from_a_known_one() {
    let probe = Probe::new();
    assert!(probe.knows_variable("TRILL_LISTEN") && !probe.knows_variable("TRILL_FROBNICATE"));
    assert!(probe.knows_line("log") && !probe.knows_line("frobnicate"));
    assert!(probe.knows_line("[policy] topics") && !probe.knows_line("[policy] frobnicate"));
}

/// Listed names of one kind.
fn names(listed: &BTreeSet<String>, kind: &str) -> BTreeSet<String> {
    let names = listed.iter().filter_map(|line| line.strip_prefix(kind));
    names.map(str::to_owned).collect()
}

/// Flags of a command, from its longest help.
fn flags(command: &str) -> BTreeSet<String> {
    let mut help = run(&[], &[command, "--help-all"]);
    if !help.status.success() {
        help = run(&[], &[command, "--help"]);
    }
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    let flags: BTreeSet<String> = text.lines().filter_map(flag).collect();
    assert!(flags.len() > 5, "{command} --help names no flags:\n{text}");
    flags
}

/// Flag that a line of help begins with.
fn flag(line: &str) -> Option<String> {
    let mut words = line.trim_start().split([' ', ',', '=']);
    let first = words.next()?;
    let flag = if first.starts_with("--") {
        first
    } else if first.starts_with('-') {
        words.find(|word| !word.is_empty())?
    } else {
        return None;
    };
    let is_flag = flag.starts_with("--") && flag.len() > 2 && !ASKING.contains(&flag);
    is_flag.then(|| flag.to_owned())
}

/// Starts of a program that cannot serve, because its port is taken: it ends at once with what it
/// thinks of a setting.
struct Probe {
    taken: TcpListener,
    folder: TempDir,
}

impl Probe {
    fn new() -> Self {
        Self {
            taken: TcpListener::bind("127.0.0.1:0").unwrap(),
            folder: TempDir::new(),
        }
    }

    fn knows_variable(&self, name: &str) -> bool {
        self.knows(&[(name, "?")], &[])
    }

    /// A line such as `log`, `[policy] topics` or `[[preset]] name`.
    fn knows_line(&self, name: &str) -> bool {
        let text = match name.split_once(' ') {
            Some((table, name)) => format!("{table}\n{name} = []\n"),
            None => format!("{name} = []\n"),
        };
        let path = self.folder.write("trill.toml", text);
        self.knows(&[], &["--config", &path.to_string_lossy()])
    }

    fn knows(&self, variables: &[(&str, &str)], arguments: &[&str]) -> bool {
        let address = self.taken.local_addr().unwrap().to_string();
        let all = [&["serve", "--listen", &address], arguments].concat();
        let output = run(variables, &all);
        assert!(!output.status.success(), "{all:?} served on a taken port");
        !String::from_utf8_lossy(&output.stderr).contains("unknown")
    }
}

fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let home = TempDir::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}
