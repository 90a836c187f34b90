//! Deadlines: how long anything may take. Nothing waits without a limit.

use std::time::Duration;

/// A round trip or two and some arithmetic; it holds a connection before anybody has said who they are.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Heads fit into a few packets; who takes longer holds a connection on purpose.
const HEAD: Duration = Duration::from_secs(5);
/// At most 16 KiB, which any network carries in less.
const BODY: Duration = Duration::from_secs(5);
/// Longer than somebody needs between two sends by hand, shorter than middleboxes remember a flow.
const BROWSER_IDLE: Duration = Duration::from_secs(30);
/// Any network moves a few bytes in that time; a connection that is held on purpose is gone within ten seconds.
const READER: Duration = Duration::from_secs(8);
/// A third of the whole send, so that a second try fits in. TLS implementations advise five to ten.
const CONNECT: Duration = Duration::from_secs(5);
/// APNs answers within a second or not at all; other senders wait between five and sixty.
const ANSWER: Duration = Duration::from_secs(10);
/// A slow connection and a slow answer together. The page gives up after 20 s, and must hear of it before.
const SEND: Duration = Duration::from_secs(15);
/// Twice within the shortest time after which middleboxes forget a silent flow, half a minute.
const PING_AFTER: Duration = Duration::from_secs(15);
/// As long as an answer.
const PONG: Duration = Duration::from_secs(10);
/// Long enough for somebody who sends by hand; other senders keep theirs between ten seconds and one minute.
const UPSTREAM_IDLE: Duration = Duration::from_secs(60);
/// As long as an answer, and within what service managers allow.
const SHUTDOWN: Duration = Duration::from_secs(10);
/// Proxies close a silent stream after 30 s or more.
const EVENT_PING: Duration = Duration::from_secs(15);
/// A working day; whoever leaves a browser open on a foreign machine is out by the next.
const SESSION: Duration = Duration::from_secs(12 * 60 * 60);

/// The longest time for each thing that can take long.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// For the handshake of TLS. Nothing else can be asked of a client before its end.
    pub handshake: Duration,
    /// From the first byte of a request's head to its last. Slow heads are how one client holds many connections.
    pub head: Duration,
    /// For a request's body, from the end of its head.
    pub body: Duration,
    /// How long a browser's connection may rest between two requests.
    pub browser_idle: Duration,
    /// How long an answer may stand still because nobody reads it.
    pub reader: Duration,
    /// Name, TCP, TLS and the first SETTINGS of a connection to APNs together.
    pub connect: Duration,
    /// From the request's departure to the end of the answer's body.
    pub answer: Duration,
    /// A whole send, with all its waiting.
    pub send: Duration,
    /// How long a connection to APNs may be silent before a PING. Middleboxes forget flows that rest.
    pub ping_after: Duration,
    /// How long the answer to a PING may take.
    pub pong: Duration,
    /// How long an unused connection to APNs stays open. Apple reads quick reconnects as an attack.
    pub upstream_idle: Duration,
    /// How long a stopping relay waits for what is in flight.
    pub shutdown: Duration,
    /// How often a silent event stream says that it lives, so that proxies keep it.
    pub event_ping: Duration,
    /// How long somebody who has signed in stays so: a day's work.
    pub session: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            handshake: HANDSHAKE,
            head: HEAD,
            body: BODY,
            browser_idle: BROWSER_IDLE,
            reader: READER,
            connect: CONNECT,
            answer: ANSWER,
            send: SEND,
            ping_after: PING_AFTER,
            pong: PONG,
            upstream_idle: UPSTREAM_IDLE,
            shutdown: SHUTDOWN,
            event_ping: EVENT_PING,
            session: SESSION,
        }
    }
}
