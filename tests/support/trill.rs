//! The real program on a port of its own, ended when the test is over.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use super::http1::{self, Answer};

const GREETING: &str = "Trill is ready at http://";

/// A running `trill serve`.
pub(crate) struct Trill {
    child: Child,
    address: SocketAddr,
}

impl Trill {
    /// Starts the program with further arguments and waits until it says where it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_on("127.0.0.1:0", arguments)
    }

    /// The same on a given address, for a test that brings a relay back.
    pub(crate) fn start_on(listen: &str, arguments: &[&str]) -> Self {
        Self::start_as(&[], &[&["--listen", listen], arguments].concat())
    }

    /// Starts it with these variables, and with nothing that it is not told: where it listens is among the arguments or the variables.
    pub(crate) fn start_as(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
        command.arg("serve").args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let mut child = command.spawn().expect("the program starts");
        let (sender, first_line) = mpsc::channel();
        show("trill", child.stdout.take().expect("it was piped"), Some(sender));
        show("trill", child.stderr.take().expect("it was piped"), None);
        let line = first_line.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("the program did not say where it listens; it ended with {:?}", child.wait());
        });
        let address = line.trim().strip_prefix(GREETING).and_then(|address| address.trim_end_matches('/').parse().ok());
        Self { address: address.unwrap_or_else(|| panic!("the first line is {line:?}")), child }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its origin, as a browser writes it.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends it a request.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http1::request(self.address, method, path, headers, body)
    }

    /// Sends it a signal by name, and waits for its exit code.
    pub(crate) fn end_by(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().is_ok_and(|status| status.success()));
        self.child.wait().expect("it ends").code()
    }

    /// Ends it now.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Trill {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Prints what a child writes where the test's own output goes, the first line also to `first`.
fn show(name: &'static str, pipe: impl Read + Send + 'static, mut first: Option<Sender<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            println!("{name}: {line}");
            if let Some(first) = first.take() {
                let _ = first.send(line);
            }
        }
    });
}
