//! Event stream: events of the simulator as server-sent events (HTML Living Standard §9.2). A
//! stream that is evicted for another ends with an event that says so, and asks the client not to
//! reconnect at once.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http::request::Parts;
use hyper::body::Frame;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use super::Shared;
use super::access::SessionEnd;
use super::client::Client;
use super::event_stream_limit::{Closing, EventStreamPermit};
use super::observe::metrics::{Kind, Open};
use super::problem::Problem;
use super::reply::{self, Reply};
use crate::caller::Caller;
use crate::simulator::{Event, Events, Occasion, Visibility};

/// First bytes of a stream: a comment, so that the browser receives an answer before the first
/// event.
const GREETING: &str = ": events of Trill\n\n";
const PING: &str = ": ping\n\n";
/// Reconnect time for a client whose stream was evicted, in milliseconds. Reconnecting at once
/// would only evict another stream.
const RECONNECT_MS: u64 = 60_000;

struct EventStream {
    caller: Caller,
    /// Name of the account, for events of registered devices.
    account: String,
    session_end: SessionEnd,
    events: Arc<Events>,
    changes: watch::Receiver<()>,
    closing: watch::Receiver<bool>,
    device_token: Option<String>,
    /// Id of the last event that was considered.
    last: u64,
    waiting: VecDeque<String>,
    ping: Duration,
    permit: EventStreamPermit,
    /// The stream ends after the events in `waiting`.
    is_over: bool,
    _open: Open,
}

/// Query of a request for events.
#[derive(Default)]
struct Query {
    since: Option<u64>,
    device_token: Option<String>,
}

/// Opens an event stream. Fails if the query is invalid or all streams are taken.
pub(crate) fn answer(shared: &Shared, client: &Client, parts: &Parts) -> Result<Reply, Problem> {
    let asked = Query::read(parts)?;
    let permit = shared
        .event_streams
        .enter(client.limit_key(), client.caller.clone())?;
    let events = shared.simulator.events().clone();
    let changes = events.watch();
    let newest = events.newest();
    let last = match asked.since {
        None => newest,
        // An id from before a restart: all events are new to this client.
        Some(since) if since > newest => 0,
        Some(since) => since,
    };
    let open = EventStream {
        caller: client.caller.clone(),
        account: match &shared.phones {
            Some(phones) => phones.account_name(client),
            None => String::new(),
        },
        session_end: client.session_end.clone(),
        events,
        changes,
        closing: shared.closing.clone(),
        device_token: asked.device_token,
        last,
        waiting: VecDeque::from([GREETING.to_owned()]),
        ping: shared.config.deadlines.event_ping,
        permit,
        is_over: false,
        _open: shared.metrics.open(Kind::Events),
    };
    Ok(reply::stream(
        "text/event-stream",
        Box::pin(stream::unfold(open, next)),
    ))
}

/// Publishes an event about a device to the accounts with these names, in any session. It takes
/// room on the first of them.
pub(crate) fn publish(
    shared: &Shared,
    accounts: &Arc<[Arc<str>]>,
    kind: &'static str,
    (device_token, data): (&str, Value),
) {
    let Some(account) = accounts.first() else {
        return;
    };
    let occasion = Occasion {
        kind,
        device_token: device_token.into(),
        visibility: Visibility::of_accounts(accounts),
        account,
    };
    shared.simulator.events().publish(occasion, data);
}

async fn next(mut open: EventStream) -> Option<(Result<Frame<Bytes>, Infallible>, EventStream)> {
    let text = open.next().await?;
    Some((Ok(Frame::data(text.into())), open))
}

impl EventStream {
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(text) = self.waiting.pop_front() {
                return Some(text);
            }
            if self.is_over {
                return None;
            }
            // Marked as seen before reading, so that an event in between is not missed.
            self.changes.borrow_and_update();
            let events = self
                .events
                .since_of_account(&self.caller, &self.account, self.last);
            for event in events {
                self.last = event.id;
                if self.is_about(&event) {
                    self.waiting.push_back(text(&event));
                }
            }
            if !self.waiting.is_empty() {
                continue;
            }
            tokio::select! {
                changed = self.changes.changed() => changed.ok()?,
                closing = self.permit.closing() => {
                    self.waiting.push_back(farewell(closing));
                    self.is_over = true;
                }
                () = self.session_end.over() => return None,
                _ = self.closing.wait_for(|closing| *closing) => return None,
                () = sleep(self.ping) => return Some(PING.to_owned()),
            }
        }
    }
}

impl EventStream {
    /// `true` if the stream includes the event. A fault on a connection is always included, since
    /// it may affect a push to any device.
    fn is_about(&self, event: &Event) -> bool {
        let is_of_connection = event.kind == "fault" && event.device_token.is_empty();
        self.device_token
            .as_ref()
            .is_none_or(|token| is_of_connection || **token == *event.device_token)
    }
}

fn text(event: &Event) -> String {
    format!(
        "id: {}\nevent: {}\ndata: {}\n\n",
        event.id,
        event.kind,
        event.to_json()
    )
}

/// Last event of a stream that is evicted.
fn farewell(closing: Closing) -> String {
    format!(
        "event: closed\nretry: {RECONNECT_MS}\ndata: {}\n\n",
        closing.problem().to_json()
    )
}

impl Query {
    fn read(parts: &Parts) -> Result<Self, Problem> {
        let mut asked = Self::default();
        let query = parts.uri.query().unwrap_or_default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "since" if asked.since.is_none() => {
                    asked.since = Some(id(value).ok_or_else(|| bad_parameter("since"))?)
                }
                "device"
                    if asked.device_token.is_none()
                        && value.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
                {
                    asked.device_token = Some(value.to_ascii_lowercase());
                }
                _ => return Err(bad_parameter(name)),
            }
        }
        // A browser that reconnects on its own sends the id of its last event, which is later than
        // `since`.
        if let Some(last) = parts.headers.get("last-event-id") {
            asked.since = Some(
                last.to_str()
                    .ok()
                    .and_then(id)
                    .ok_or_else(|| bad_parameter("last-event-id"))?,
            );
        }
        Ok(asked)
    }
}

fn id(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn bad_parameter(name: &str) -> Problem {
    let fix = "Use ?since=ID (a number) and &device=TOKEN (hex digits), each once or not at all.";
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unknown_field",
        "A parameter of the event stream is unknown or malformed.",
        fix,
    )
    .with_field(name)
}
