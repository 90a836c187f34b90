//! A Chromium of a test's own: fresh profile, no window, ended when the test is over.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use super::connection::Connection;
use super::tab::Tab;
use crate::support::temp_dir::TempDir;

/// A cold start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Chromium now and then crashes at its start on a busy machine (SIGSEGV), before it has seen a page.
const STARTS: usize = 3;

/// The names Chromium goes by, in the order `tests/needs` looks for them.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

const ARGUMENTS: [&str; 16] = [
    "--headless",
    // Containers run as root, where Chromium refuses its sandbox; the only page it sees is ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    // Containers give 64 MB of shared memory, which is not enough.
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--lang=en-US",
    "--no-first-run",
    "--remote-debugging-port=0",
];

/// A running Chromium.
pub(crate) struct Browser {
    connection: Arc<Connection>,
    _process: Process,
}

/// The profile goes after the process, when nobody writes to it any more.
struct Process {
    child: Child,
    profile: TempDir,
}

impl Browser {
    /// Starts Chromium, `$CHROMIUM` if that is set.
    pub(crate) async fn launch() -> Self {
        Self::launch_with(&[]).await
    }

    /// The same, with further arguments.
    pub(crate) async fn launch_with(arguments: &[&str]) -> Self {
        for _ in 0..STARTS {
            let profile = TempDir::new();
            let mut process = Process {
                child: spawn(profile.path(), arguments),
                profile,
            };
            if let Some(url) = process.address().await {
                return Self {
                    connection: Arc::new(Connection::open(&url).await),
                    _process: process,
                };
            }
        }
        panic!("Chromium ended at its start, {STARTS} times");
    }

    /// Opens a tab that is recorded from its first moment.
    pub(crate) async fn tab(&self) -> Tab {
        let target = self
            .connection
            .call("", "Target.createTarget", json!({ "url": "about:blank" }))
            .await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self
            .connection
            .call("", "Target.attachToTarget", attach)
            .await;
        let session = session["sessionId"]
            .as_str()
            .expect("a session has an ID")
            .to_owned();
        Tab::start(Arc::clone(&self.connection), session).await
    }
}

impl Process {
    /// Chromium picks a port and writes it into its profile; `None` if it ended instead.
    async fn address(&mut self) -> Option<String> {
        let file = self.profile.path().join("DevToolsActivePort");
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                eprintln!("Chromium ended at once: {status}");
                return None;
            }
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = text.split_once('\n').filter(|(_, path)| !path.is_empty()) {
                return Some(format!("ws://127.0.0.1:{port}{}", path.trim_end()));
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!(
            "Chromium did not open its DevTools in {} s",
            PATIENCE.as_secs()
        );
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(profile: &Path, arguments: &[&str]) -> Child {
    let chosen = std::env::var("CHROMIUM").ok();
    let names = chosen.as_deref().into_iter().chain(NAMES);
    names
        .filter_map(|name| {
            Command::new(name)
                .args(ARGUMENTS)
                .args(arguments)
                .arg(format!("--user-data-dir={}", profile.display()))
                .arg("about:blank")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .ok()
        })
        .next()
        .expect("Chromium is installed: sh tests/needs")
}
