//! Deadlines: time limits of all operations.

use std::time::Duration;

/// A few round trips and computations. An unauthenticated client holds a connection meanwhile.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// A head fits into a few packets; a client that takes longer holds a connection on purpose.
const HEAD: Duration = Duration::from_secs(5);
/// A body has at most 16 KiB, which any network carries in less.
const BODY: Duration = Duration::from_secs(5);
/// Longer than the pause between two sends by hand, and shorter than the time after which
/// middleboxes drop a flow.
const BROWSER_IDLE: Duration = Duration::from_secs(30);
/// Any network moves a few bytes in this time. A connection that is held on purpose is closed
/// within ten seconds.
const READER: Duration = Duration::from_secs(8);
/// A third of a whole send, so that a second attempt fits in. TLS implementations advise five to
/// ten seconds.
const CONNECT: Duration = Duration::from_secs(5);
/// APNs answers within a second or not at all. Other senders wait between five and sixty seconds.
const ANSWER: Duration = Duration::from_secs(10);
/// A slow connection and a slow answer together. The page gives up after 20 s and needs the result
/// before.
const SEND: Duration = Duration::from_secs(15);
/// Half the shortest time after which middleboxes drop a silent flow, which is half a minute.
const PING_AFTER: Duration = Duration::from_secs(15);
/// Equal to the deadline of an answer.
const PONG: Duration = Duration::from_secs(10);
/// Long enough for sends by hand. Other senders keep idle connections between ten seconds and a
/// minute.
const UPSTREAM_IDLE: Duration = Duration::from_secs(60);
/// Equal to the deadline of an answer, and shorter than service managers allow.
const SHUTDOWN: Duration = Duration::from_secs(10);
/// Proxies close a silent stream after 30 s or more.
const EVENT_PING: Duration = Duration::from_secs(15);
/// A working day: a session left open on another machine has expired by the next.
const SESSION: Duration = Duration::from_secs(12 * 60 * 60);

/// Time limits of operations that can take long.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// TLS handshake with a client, which must precede every other check.
    pub handshake: Duration,
    /// First to last byte of a request head. Slow heads would let one client hold many connections.
    pub head: Duration,
    /// Body of a request, from the end of its head.
    pub body: Duration,
    /// Idle time of a client's connection between two requests.
    pub browser_idle: Duration,
    /// Time without progress while the client does not read an answer.
    pub reader: Duration,
    /// Opening a connection to APNs: name, TCP, TLS and the first SETTINGS.
    pub connect: Duration,
    /// Answer of APNs, from the departure of the request to the end of the body.
    pub answer: Duration,
    /// A whole send with all its waits.
    pub send: Duration,
    /// Silence on a connection to APNs before a PING is sent. Middleboxes drop silent flows.
    pub ping_after: Duration,
    /// Answer to a PING.
    pub pong: Duration,
    /// Idle time of a connection to APNs before it is closed. Apple treats frequent reconnects as
    /// an attack.
    pub upstream_idle: Duration,
    /// Wait of a stopping relay for requests in flight.
    pub shutdown: Duration,
    /// Interval of pings on a silent event stream, which keep proxies from closing it.
    pub event_ping: Duration,
    /// Lifetime of a session.
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
