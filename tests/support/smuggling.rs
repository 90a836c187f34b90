//! Requests whose end is a matter of opinion. Each begins with a push to the sandbox, and most hide another, to
//! production, where only a reader of another opinion would find it.

/// The device token of the push that is meant to be seen.
pub(crate) const SEEN: &str = "aaaa000000000000000000000000000000000000000000000000000000000001";
/// The device token of the push that nobody may ever find.
pub(crate) const HIDDEN: &str = "bbbb000000000000000000000000000000000000000000000000000000000002";

const SEEN_TOPIC: &str = "com.example.seen00.voip";
const HIDDEN_TOPIC: &str = "com.example.lost00.voip";

/// Fate of the push that is meant to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The relay carries it, and everybody agrees where it ends.
    Carried,
    /// The relay carries it, and reads nothing after it.
    CarriedAlone,
    /// The relay refuses it, or what stands there is no request at all.
    Refused,
}

/// One such request.
pub(crate) struct Smuggled {
    /// Name of what is odd about it.
    pub(crate) name: &'static str,
    /// The topic of the push that is meant to be seen, of its own.
    pub(crate) topic: String,
    /// All bytes of the connection.
    pub(crate) bytes: Vec<u8>,
    /// Fate of its beginning.
    pub(crate) seen: Seen,
}

impl Smuggled {
    /// The topic of the push that nobody may ever find.
    pub(crate) fn hidden_topic(&self) -> String {
        self.topic.replace("seen", "lost")
    }
}

/// The set, for a relay of this name.
pub(crate) fn set(host: &str) -> Vec<Smuggled> {
    use Seen::{Carried, CarriedAlone, Refused};
    let hidden = push("production", HIDDEN, host, "1.1", "content-length: 2\r\n") + "{}";
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let one = |framing: &str| push("sandbox", SEEN, host, "1.1", framing);
    let of = |version: &str| push("sandbox", SEEN, host, version, "content-length: 2\r\n");
    let plain = one("content-length: 2\r\n");
    let case = |name, text: String, seen| Smuggled {
        name,
        topic: String::new(),
        bytes: text.into_bytes(),
        seen,
    };
    let mut set = vec![
        case(
            "length and chunked",
            one("content-length: 5\r\ntransfer-encoding: chunked\r\n") + "0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "chunked and length",
            one("transfer-encoding: chunked\r\ncontent-length: 5\r\n") + "0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "length around a chunk",
            one("content-length: 4\r\ntransfer-encoding: chunked\r\n") + &chunk,
            Refused,
        ),
        case(
            "chunked alone",
            one("transfer-encoding: chunked\r\n") + "2\r\n{}\r\n0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "chunked, then no end",
            one("transfer-encoding: chunked\r\n") + "ffffffff\r\n" + &hidden,
            Refused,
        ),
        case(
            "chunk extensions",
            one("transfer-encoding: chunked\r\n") + "2;a=\"\n\"\r\n{}\r\n0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "a chunk with a sign",
            one("transfer-encoding: chunked\r\n") + "+2\r\n{}\r\n0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "two codings",
            one("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n")
                + "0\r\n\r\n"
                + &hidden,
            Refused,
        ),
        case(
            "a coding nobody knows",
            one("transfer-encoding: xchunked\r\ncontent-length: 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a coding after a tab",
            one("transfer-encoding:\tchunked\r\ncontent-length: 5\r\n") + "0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "chunked in a later line",
            one("transfer-encoding:\r\n chunked\r\ncontent-length: 5\r\n") + "0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "chunked behind a bare LF",
            one("x: y\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n")
                + "0\r\n\r\n"
                + &hidden,
            Refused,
        ),
        case(
            "a vertical tab in the coding",
            one("transfer-encoding: \x0bchunked\r\ncontent-length: 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "space before the colon",
            one("transfer-encoding : chunked\r\ncontent-length: 5\r\n") + "0\r\n\r\n" + &hidden,
            Refused,
        ),
        case(
            "space before the colon of the length",
            one("content-length : 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "two lengths",
            one(&format!(
                "content-length: 2\r\ncontent-length: {}\r\n",
                hidden.len() + 2
            )) + "{}"
                + &hidden,
            Refused,
        ),
        case(
            "the same length twice",
            one("content-length: 2\r\ncontent-length: 2\r\n") + "{}",
            Carried,
        ),
        case(
            "a list of lengths",
            one("content-length: 2, 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length with a sign",
            one("content-length: +2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length below nothing",
            one("content-length: -2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length in hex",
            one("content-length: 0x2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length of no digits",
            one("content-length: \r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length that wraps around",
            one("content-length: 18446744073709551618\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a length in a later line",
            one("content-length:\r\n 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case("no length", one("") + &hidden, Refused),
        case(
            "a NUL in a name",
            one("content-le\0ngth: 2\r\ncontent-length: 2\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a header without a colon",
            one("content-length\r\n") + "{}" + &hidden,
            Refused,
        ),
        case(
            "a space before the first header",
            plain.replacen("\r\nhost", "\r\n host", 1) + "{}" + &hidden,
            Refused,
        ),
        case(
            "a reading with a body",
            format!(
                "GET /api/relay HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n\r\n{hidden}",
                hidden.len()
            ),
            Refused,
        ),
        case(
            "liveness with a chunk",
            format!(
                "GET /healthz HTTP/1.1\r\nhost: {host}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
            Refused,
        ),
        case(
            "liveness with a body",
            format!(
                "GET /healthz HTTP/1.1\r\nhost: {host}\r\ncontent-length: {}\r\n\r\n{hidden}",
                hidden.len()
            ),
            Refused,
        ),
        case(
            "a body longer than its length",
            plain.clone() + "{}GARBAGE\r\n\r\n",
            CarriedAlone,
        ),
        case(
            "a body shorter than its length",
            one("content-length: 400\r\n") + "{}",
            Refused,
        ),
        case(
            "a body that takes in the next",
            one(&format!("content-length: {}\r\n", hidden.len() + 2)) + "{}" + &hidden,
            Carried,
        ),
        case(
            "bare LF",
            (plain.clone() + "{}").replace("\r\n", "\n"),
            Carried,
        ),
        case(
            "bare CR",
            (plain.clone() + "{}").replace("\r\n", "\r"),
            Refused,
        ),
        case(
            "HTTP/0.9",
            format!("POST /sandbox/3/device/{SEEN}\r\n\r\n{hidden}"),
            Refused,
        ),
        case("HTTP/1.0", of("1.0") + "{}" + &hidden, CarriedAlone),
        case(
            "HTTP/1.0, chunked",
            push(
                "sandbox",
                SEEN,
                host,
                "1.0",
                "transfer-encoding: chunked\r\n",
            ) + "0\r\n\r\n"
                + &hidden,
            Refused,
        ),
        case("HTTP/1.2", of("1.2") + "{}" + &hidden, Refused),
        case("HTTP/2 in one word", of("2") + "{}" + &hidden, Refused),
        case(
            "the preface of HTTP/2",
            format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{hidden}"),
            Refused,
        ),
        case(
            "an upgrade to HTTP/2",
            one(
                "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
            ) + &hidden,
            Refused,
        ),
        case(
            "a tunnel",
            format!("CONNECT {host} HTTP/1.1\r\nhost: {host}\r\n\r\n{hidden}"),
            Refused,
        ),
        case(
            "TLS",
            format!("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n{hidden}"),
            Refused,
        ),
    ];
    for (number, smuggled) in set.iter_mut().enumerate() {
        // Of the same length, so that every length stays what it was.
        smuggled.topic = SEEN_TOPIC.replace("00", &format!("{number:02}"));
        let text = String::from_utf8_lossy(&smuggled.bytes).replace(SEEN_TOPIC, &smuggled.topic);
        smuggled.bytes = text
            .replace(HIDDEN_TOPIC, &smuggled.hidden_topic())
            .into_bytes();
    }
    set
}

/// A push up to its body.
fn push(environment: &str, device_token: &str, host: &str, version: &str, framing: &str) -> String {
    let topic = if device_token == HIDDEN {
        HIDDEN_TOPIC
    } else {
        SEEN_TOPIC
    };
    format!(
        "POST /{environment}/3/device/{device_token} HTTP/{version}\r\nhost: {host}\r\napns-topic: {topic}\r\n{framing}\r\n"
    )
}
