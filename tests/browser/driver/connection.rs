//! The connection to Chromium: calls with their answers, and every event kept in the order it came.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// No answer of Chromium takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something Chromium reported unasked.
#[derive(Debug)]
pub(crate) struct Event {
    /// The tab it is about; empty for the browser itself.
    pub(crate) session: String,
    /// Such as `Network.requestWillBeSent`.
    pub(crate) method: String,
    /// Content of the event.
    pub(crate) params: Value,
}

/// A connection; it ends with the runtime it was made in.
pub(crate) struct Connection {
    outgoing: mpsc::UnboundedSender<Message>,
    next_id: AtomicU64,
    incoming: Arc<Incoming>,
}

struct Incoming {
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    events: Mutex<Vec<Arc<Event>>>,
    count: watch::Sender<usize>,
}

impl Connection {
    /// Connects to `ws://127.0.0.1:PORT/devtools/browser/…`.
    pub(crate) async fn open(url: &str) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(url)
            .await
            .expect("Chromium takes the connection");
        let (mut sink, mut stream) = socket.split();
        let (outgoing, mut queue) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = queue.recv().await {
                if sink.send(message).await.is_err() {
                    break;
                }
            }
        });
        let incoming = Arc::new(Incoming {
            waiting: Mutex::default(),
            events: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let receiver = Arc::clone(&incoming);
        tokio::spawn(async move {
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Text(text) = message {
                    receiver.take(serde_json::from_str(&text).expect("Chromium speaks JSON"));
                }
            }
            // A caller that still waits for an answer learns at once that none will come.
            lock(&receiver.waiting).clear();
        });
        Self {
            outgoing,
            next_id: AtomicU64::new(1),
            incoming,
        }
    }

    /// Calls a method of the protocol; the error is Chromium's own sentence.
    pub(crate) async fn try_call(
        &self,
        session: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        lock(&self.incoming.waiting).insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = json!(session);
        }
        self.outgoing
            .send(Message::text(message.to_string()))
            .map_err(|_| format!("{method}: Chromium is gone"))?;
        match timeout(PATIENCE, answer).await {
            Err(_) => Err(format!("{method}: no answer in {} s", PATIENCE.as_secs())),
            Ok(Err(_)) => Err(format!("{method}: Chromium is gone")),
            Ok(Ok(mut answer)) => match answer.get("error") {
                Some(error) => Err(format!("{method}: {error}")),
                None => Ok(answer["result"].take()),
            },
        }
    }

    /// The same, for calls that have no reason to fail.
    pub(crate) async fn call(&self, session: &str, method: &str, params: Value) -> Value {
        self.try_call(session, method, params)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Number of events so far.
    pub(crate) fn event_count(&self) -> usize {
        lock(&self.incoming.events).len()
    }

    /// Every event of a session so far.
    pub(crate) fn events(&self, session: &str) -> Vec<Arc<Event>> {
        lock(&self.incoming.events)
            .iter()
            .filter(|event| event.session == session)
            .cloned()
            .collect()
    }

    /// Waits for an event of a session after the first `seen` of the connection.
    pub(crate) async fn wait_for_event(&self, session: &str, method: &str, seen: usize) {
        let mut count = self.incoming.count.subscribe();
        let came = async {
            loop {
                let found = lock(&self.incoming.events)[seen..]
                    .iter()
                    .any(|event| event.session == session && event.method == method);
                if found || count.changed().await.is_err() {
                    return;
                }
            }
        };
        assert!(
            timeout(PATIENCE, came).await.is_ok(),
            "{method} did not come in {} s",
            PATIENCE.as_secs()
        );
    }
}

impl Incoming {
    fn take(&self, mut message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(waiting) = lock(&self.waiting).remove(&id) {
                let _ = waiting.send(message);
            }
            return;
        }
        let event = Event {
            session: message["sessionId"].as_str().unwrap_or_default().to_owned(),
            method: message["method"].as_str().unwrap_or_default().to_owned(),
            params: message["params"].take(),
        };
        let mut events = lock(&self.events);
        events.push(Arc::new(event));
        self.count.send_replace(events.len());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
