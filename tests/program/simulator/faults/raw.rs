//! A client that reads frames by hand and forgives everything.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use crate::simulator::{Push, Stage};
use crate::support::h2_client::tls;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const CONTINUATION: u8 = 9;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Long enough for anything to arrive on loopback.
const SILENCE: Duration = Duration::from_millis(300);

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// A number in the payload.
    pub(super) fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.payload[at..at + 4].try_into().expect("four bytes"))
    }

    /// A setting, when this is SETTINGS.
    pub(super) fn setting(&self, identifier: u16) -> Option<u32> {
        let settings = if self.kind == SETTINGS {
            &self.payload[..]
        } else {
            &[]
        };
        let setting = settings
            .chunks(6)
            .find(|setting| setting[..2] == identifier.to_be_bytes())?;
        Some(u32::from_be_bytes(
            setting[2..].try_into().expect("four bytes"),
        ))
    }

    /// True if this is the head of an answer with status 200.
    pub(super) fn is_accepted(&self) -> bool {
        self.kind == HEADERS && self.payload.first() == Some(&0x88)
    }
}

/// One connection.
pub(super) struct Raw {
    stream: TlsStream<TcpStream>,
}

impl Raw {
    /// Connects and says hello.
    pub(super) async fn connect(stage: &Stage) -> Self {
        let stream = tls(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
            &["h2"],
        )
        .await
        .expect("TLS succeeds");
        let mut raw = Self { stream };
        raw.write(PREFACE).await;
        raw.send(SETTINGS, 0, 0, &[]).await;
        raw
    }

    /// Writes a frame. A server that has gone is no concern of the writer.
    pub(super) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len())
            .expect("a short payload")
            .to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.write(&[&head, payload].concat()).await;
    }

    /// Sends a request, whose headers go out as they are.
    pub(super) async fn push(&mut self, stream: u32, push: &Push) {
        self.push_headers(stream, push).await;
        self.send(DATA, 1, stream, &push.body).await;
    }

    /// Sends the headers of a request.
    pub(super) async fn push_headers(&mut self, stream: u32, push: &Push) {
        let mut block = Vec::new();
        let pseudo = [
            (":method", push.method),
            (":scheme", "https"),
            (":authority", "localhost"),
            (":path", &push.path),
        ];
        for (name, value) in pseudo {
            literal(&mut block, name.as_bytes(), value.as_bytes());
        }
        for (name, value) in &push.headers {
            literal(&mut block, name.as_str().as_bytes(), value.as_bytes());
        }
        self.send(HEADERS, 4, stream, &block).await;
    }

    async fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// The next frame; `None` when the connection has ended, however it did.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        timeout(PATIENCE, self.read())
            .await
            .expect("a frame comes, or the end")
    }

    async fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
            payload,
        })
    }

    /// The next frame of a kind, without those before it.
    pub(super) async fn find(&mut self, kind: u8) -> Option<Frame> {
        loop {
            match self.next().await {
                Some(frame) if frame.kind == kind => return Some(frame),
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// The frames until the connection ends, without SETTINGS and the growing of windows.
    pub(super) async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            if ![SETTINGS, 8].contains(&frame.kind) {
                frames.push(frame);
            }
        }
        frames
    }

    /// The kinds of the frames that come before a silence, without SETTINGS and the growing of windows.
    pub(super) async fn kinds_before_silence(&mut self) -> Vec<u8> {
        let mut kinds = Vec::new();
        while let Ok(Some(frame)) = timeout(SILENCE, self.read()).await {
            if ![SETTINGS, 8].contains(&frame.kind) {
                kinds.push(frame.kind);
            }
        }
        kinds
    }

    /// The next bytes, whatever they are.
    pub(super) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        timeout(PATIENCE, self.stream.read_exact(&mut bytes))
            .await
            .expect("they come")
            .expect("all of them");
        bytes
    }

    /// True if nothing at all comes, not even the end.
    pub(super) async fn hears_nothing(&mut self) -> bool {
        timeout(SILENCE, self.stream.read_u8()).await.is_err()
    }

    /// Result of reading at the end of the connection.
    pub(super) async fn end(&mut self) -> std::io::Result<usize> {
        timeout(PATIENCE, self.stream.read_to_end(&mut Vec::new()))
            .await
            .expect("the end comes")
    }
}

/// A header as literals, without indexing and without Huffman (RFC 7541 §6.2.2).
fn literal(block: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    block.push(0);
    for text in [name, value] {
        match u8::try_from(text.len()) {
            Ok(length) if length < 127 => block.push(length),
            _ => {
                let rest = text.len() - 127;
                block.extend([
                    127,
                    u8::try_from(rest % 128).expect("below 128") | 0x80,
                    u8::try_from(rest / 128).expect("a short text"),
                ]);
            }
        }
        block.extend(text);
    }
}
