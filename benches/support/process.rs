//! The programs that are measured, what they need, and the folder for their files.

#[path = "../../tests/support/vitals.rs"]
#[allow(dead_code)] // shared with the tests, which look at open files too
mod vitals;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Ended when it is dropped.
pub(crate) struct Server(Child);

impl Server {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        Self(
            command
                .stdin(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("{name} is needed: {error}")),
        )
    }

    /// Starts it, and reads its lines until one begins like this; the lines.
    pub(crate) fn start_until(command: &mut Command, beginning: &str) -> (Self, Vec<String>) {
        let mut server = Self::start(command.stdout(Stdio::piped()));
        let mut lines = BufReader::new(server.0.stdout.take().expect("it was piped"))
            .lines()
            .map_while(Result::ok);
        let mut read = Vec::new();
        while read
            .last()
            .is_none_or(|line: &String| !line.starts_with(beginning))
        {
            read.push(
                lines
                    .next()
                    .unwrap_or_else(|| panic!("it ended before it said {beginning:?}: {read:?}")),
            );
        }
        // Whoever writes to a pipe that nobody reads is ended.
        std::thread::spawn(move || lines.for_each(drop));
        (server, read)
    }

    /// Resident memory in KiB.
    pub(crate) fn resident(&self) -> u64 {
        vitals::Vitals::of(self.0.id()).resident_kib
    }

    /// Words of the system about it in this file.
    #[allow(dead_code)] // for the benchmark of the relay alone
    pub(crate) fn about(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that is gone with the benchmark.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let path = std::env::temp_dir().join(format!("trill-bench-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    /// Where something in it is.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, and says where it is.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
            .expect("the folder can be made");
        fs::write(&path, contents).expect("it can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A port that was free a moment ago. If somebody takes it meanwhile, what was to listen there says so.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port()
}
