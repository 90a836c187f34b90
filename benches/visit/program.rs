//! A program that is visited, on a port of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::temp_dir::TempDir;

const GREETING: &str = "Trill is ready at ";

/// A running `trill serve` from this path.
pub(crate) struct Program {
    child: Child,
    origin: String,
    _home: TempDir,
}

impl Program {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(path: &str) -> Self {
        let home = TempDir::new();
        let mut child = Command::new(path)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let line = lines.next().and_then(Result::ok).unwrap_or_default();
        let origin = line.trim().strip_prefix(GREETING).map(str::to_owned);
        // Whoever writes to a pipe that nobody reads is ended.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            origin: origin.unwrap_or_else(|| panic!("{path} begins with {line:?}")),
            child,
            _home: home,
        }
    }

    /// Origin of the program, as a browser writes it.
    pub(crate) fn origin(&self) -> &str {
        self.origin.trim_end_matches('/')
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
