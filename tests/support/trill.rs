//! The real program on a port of its own, ended when the test is over.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::http1::{self, Answer};
use super::temp_dir::TempDir;

const GREETING: &str = "Trill is ready at ";

/// A running `trill serve`.
pub(crate) struct Trill {
    child: Child,
    address: SocketAddr,
    stdout: Said,
    stderr: Said,
    /// Folder of whatever the program keeps, unless it is told another one.
    _home: TempDir,
}

/// Output so far.
type Said = (Arc<Mutex<String>>, Option<JoinHandle<()>>);

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
        Self::run(
            Command::new(env!("CARGO_BIN_EXE_trill")),
            variables,
            arguments,
        )
    }

    /// Starts it under the limits that these commands of a shell set.
    #[cfg(unix)]
    pub(crate) fn start_under(limits: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("{limits} && exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_trill"),
        ]);
        Self::run(
            command,
            &[],
            &[&["--listen", "127.0.0.1:0"], arguments].concat(),
        )
    }

    fn run(mut command: Command, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        command.arg("serve").args(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
            command.env_remove(name);
        }
        let home = TempDir::new();
        command
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path().join("data"));
        command.envs(variables.iter().copied());
        let mut child = command.spawn().expect("the program starts");
        let (sender, first_line) = mpsc::channel();
        let stdout = show(
            "trill",
            child.stdout.take().expect("it was piped"),
            Some(sender),
        );
        let stderr = show("trill", child.stderr.take().expect("it was piped"), None);
        let line = first_line
            .recv_timeout(Duration::from_secs(20))
            .unwrap_or_else(|_| {
                let _ = child.kill();
                panic!(
                    "the program did not say where it listens; it ended with {:?}",
                    child.wait()
                );
            });
        let address = line
            .trim()
            .strip_prefix(GREETING)
            .and_then(|url| url.split_once("://")?.1.parse().ok());
        Self {
            address: address.unwrap_or_else(|| panic!("the first line is {line:?}")),
            child,
            stdout,
            stderr,
            _home: home,
        }
    }

    /// Address at which it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Origin of the page, as a browser writes it.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends it a request.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        http1::request(self.address, method, path, headers, body)
    }

    /// Memory that it occupies, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let output = Command::new("ps")
            .args(["-o", "rss=", "-p", &self.child.id().to_string()])
            .output()
            .expect("ps is installed");
        String::from_utf8_lossy(&output.stdout)
            .trim()
            .parse()
            .expect("a number")
    }

    /// Sends it a signal by name, and waits for its exit code.
    pub(crate) fn end_by(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .is_ok_and(|status| status.success())
        );
        let code = self.child.wait().expect("it ends").code();
        for reader in [self.stdout.1.take(), self.stderr.1.take()]
            .into_iter()
            .flatten()
        {
            let _ = reader.join();
        }
        code
    }

    /// Standard output so far; all of it when it has ended.
    pub(crate) fn stdout(&self) -> String {
        self.stdout.0.lock().expect("not poisoned").clone()
    }

    /// The same of standard error.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.0.lock().expect("not poisoned").clone()
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

/// Prints what a child writes where the test's own output goes, and keeps it, the first line also to `first`.
fn show(
    name: &'static str,
    pipe: impl Read + Send + 'static,
    mut first: Option<Sender<String>>,
) -> Said {
    let said = Arc::<Mutex<String>>::default();
    let kept = Arc::clone(&said);
    let reader = thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            println!("{name}: {line}");
            kept.lock()
                .expect("not poisoned")
                .push_str(&(line.clone() + "\n"));
            if let Some(first) = first.take() {
                let _ = first.send(line);
            }
        }
    });
    (said, Some(reader))
}
