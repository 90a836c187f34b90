//! Restarts: what a relay with a data folder still knows when it comes back, also after it was killed.

mod data_folder;
mod kills;

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::task::JoinSet;

use super::peer::Peer;
use super::raw_http1::{Answer, Request, exchange};
use super::running::DEVICE_TOKEN;
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const HOST: &str = "trill.test";

/// The real program before a peer, and what it keeps.
struct Stage {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Stage {
    /// A relay without rates whose sandbox is `peer`.
    fn before(peer: &Peer, access: &[&str]) -> Self {
        let folder = TempDir::new();
        let authority = folder.write(
            "ca.pem",
            openssl::run(&["x509", "-inform", "DER"], &peer.authority),
        );
        let mut arguments = vec![
            format!(
                "--upstream=sandbox=https://localhost:{}",
                peer.address.port()
            ),
            format!("--upstream-ca={}", authority.display()),
            format!("--data={}", folder.path().join("data").display()),
        ];
        let rates = [
            "--send-rate=off",
            "--device-rate=off",
            "--connections-per-address=off",
            "--sends-per-client=512",
        ];
        arguments.extend(
            rates
                .iter()
                .chain(access)
                .map(|argument| (*argument).to_owned()),
        );
        Self { folder, arguments }
    }

    fn start(&self) -> Trill {
        Trill::start(
            &self
                .arguments
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

fn apns_id(number: usize) -> String {
    format!("{number:08x}-14a8-11e5-b60b-1697f925ec7b")
}

/// Push number so-and-so, of a client with this header.
fn push(number: usize, (name, value): &(String, String)) -> Request {
    Request::new(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
        .header("host", HOST)
        .header("apns-topic", "com.example.calls.voip")
        .header("apns-id", &apns_id(number))
        .header("authorization", "bearer a.b.c")
        .header(name, value)
        .body(format!(r#"{{"number":{number}}}"#))
}

/// Sends them all at once, each by one of the clients.
async fn send_all(
    relay: SocketAddr,
    numbers: std::ops::Range<usize>,
    clients: &[(String, String)],
) -> HashMap<usize, Answer> {
    let mut sends = JoinSet::new();
    for number in numbers {
        let request = push(number, &clients[number % clients.len()]);
        sends.spawn(async move { (number, exchange(relay, &request).await) });
    }
    sends.join_all().await.into_iter().collect()
}
