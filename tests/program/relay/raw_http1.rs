//! The least HTTP/1.1 a client can speak: every byte is the test's own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// No test waits longer for a byte, and no send has a longer deadline.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request, as it will stand on the wire.
#[derive(Clone)]
pub(crate) struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    announced: bool,
}

impl Request {
    /// A request with this method and target.
    pub(crate) fn new(line: &str) -> Self {
        Self {
            line: line.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            announced: false,
        }
    }

    /// One more header; the same name may come again.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The headers whose names are not `name`.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// A body with its length.
    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.announced = true;
        self
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} HTTP/1.1\r\n", self.line);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.announced {
            text.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The `code` of a problem; of anything else, nothing.
    pub(crate) fn code(&self) -> String {
        match self.header("content-type") {
            "application/problem+json" => {
                self.json()["code"].as_str().unwrap_or_default().to_owned()
            }
            _ => String::new(),
        }
    }

    /// `trill-outcome`.
    pub(crate) fn outcome(&self) -> &str {
        self.header("trill-outcome")
    }
}

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(address).await.expect("it listens"),
            received: Vec::new(),
        }
    }

    /// Connects from an address of this machine.
    pub(crate) async fn connect_from(own: IpAddr, address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind(SocketAddr::new(own, 0))
            .expect("the loopback has all of 127.0.0.0/8");
        Self {
            stream: socket.connect(address).await.expect("it listens"),
            received: Vec::new(),
        }
    }

    /// Writes bytes as they are. A relay that has closed already will show in the answer.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Writes the same bytes again and again, at most so often, until the other side takes no more; how often it did.
    pub(crate) async fn write_until_refused(&mut self, bytes: &[u8], most: usize) -> usize {
        for times in 0..most {
            if !timeout(PATIENCE, self.stream.write_all(bytes))
                .await
                .is_ok_and(|written| written.is_ok())
            {
                return times;
            }
        }
        most
    }

    /// Writes nothing more, and says so.
    pub(crate) async fn end(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    /// Reads one answer with its body, as long as it says it is.
    pub(crate) async fn answer(&mut self) -> Answer {
        let mut answer = self.head().await;
        let length = answer.header("content-length").parse().unwrap_or(0);
        while self.received.len() < length {
            assert!(self.more().await, "the body was cut");
        }
        answer.body = self.received.drain(..length).collect();
        answer
    }

    /// Reads the head of an answer.
    pub(crate) async fn head(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self
                .received
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                break end;
            }
            assert!(self.more().await, "closed without an answer");
        };
        let head =
            String::from_utf8(self.received.drain(..end + 4).collect()).expect("heads are ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|status| status.parse().ok())
            .expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: Vec::new(),
        }
    }

    /// Reads until `text` has come, and gives all that came with it.
    pub(crate) async fn until(&mut self, text: &str) -> String {
        loop {
            let received = String::from_utf8_lossy(&self.received);
            if received.contains(text) {
                return received.into_owned();
            }
            assert!(self.more().await, "closed before {text:?}");
        }
    }

    /// All that has come and was not read as an answer.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// Waits until the other side closes.
    pub(crate) async fn closed(&mut self) {
        while self.more().await {}
    }

    async fn more(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.received))
            .await
            .expect("it answers in time");
        read.is_ok_and(|length| length > 0)
    }
}

/// Sends one request on a connection of its own.
pub(crate) async fn exchange(address: SocketAddr, request: &Request) -> Answer {
    converse(Client::connect(address).await, request).await
}

/// The same from another address of this machine.
pub(crate) async fn exchange_from(
    source: Ipv4Addr,
    address: SocketAddr,
    request: &Request,
) -> Answer {
    converse(Client::connect_from(source.into(), address).await, request).await
}

async fn converse(mut client: Client, request: &Request) -> Answer {
    client.write(&request.bytes()).await;
    let mut answer = client.head().await;
    if !request.line.starts_with("HEAD ") {
        let length = answer.header("content-length").parse().unwrap_or(0);
        while client.received.len() < length && client.more().await {}
        answer.body = client.received;
    }
    answer
}
