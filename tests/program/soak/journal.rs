//! The journal: what the simulator decided, read as it grows, because it remembers only the latest.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::senders::{Senders, control};

/// A reader that keeps the accounts of the senders.
pub(crate) struct Journal {
    stop: oneshot::Sender<()>,
    reader: JoinHandle<()>,
}

impl Journal {
    /// Reads from now on, each time `pause` after the last.
    pub(crate) fn follow(address: SocketAddr, senders: Arc<Senders>, pause: Duration) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let reader = tokio::spawn(async move {
            let mut newest = 0;
            // The last reading is after the stop.
            while timeout(pause, &mut stopped).await.is_err() {
                newest = read(address, &senders, newest).await;
            }
            read(address, &senders, newest).await;
        });
        Self { stop, reader }
    }

    /// Reads to the end.
    pub(crate) async fn close(self) {
        self.stop.send(()).expect("it reads");
        self.reader.await.expect("it could read everything");
    }
}

/// Reads what is newer than `newest`, and gives the number of the last.
async fn read(address: SocketAddr, senders: &Senders, newest: u64) -> u64 {
    let answer = control(
        address,
        "GET",
        &format!("journal?since={newest}"),
        &Value::Null,
    )
    .await
    .json();
    let mut accounts = senders.accounts();
    let decisions = answer["decisions"].as_array().expect("a list");
    for (number, decision) in (newest + 1..).zip(decisions) {
        assert_eq!(decision["id"], number, "the journal was read too late");
        if decision["status"] == 200 {
            accounts.accept(
                decision["apns_id"]
                    .as_str()
                    .expect("every decision has one"),
            );
        }
    }
    newest + decisions.len() as u64
}
