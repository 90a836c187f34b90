//! HTTP proxy for connections to APNs. It is asked with CONNECT for a tunnel, and then sees only
//! TLS.
//! Source: RFC 9110 §9.3.6 and §11.7.

use std::fmt;

use base64ct::{Base64, Encoding};
use httparse::{EMPTY_HEADER, ParserConfig, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use super::dial;
use super::failure::{Cause, ProxyFault, Stage};
use super::target::Target;

/// Longest answer to CONNECT that is accepted, in bytes.
const LONGEST_HEAD: usize = 8 * 1024;
/// Most headers of it; proxies send a handful.
const MOST_HEADERS: usize = 256;
const FORBIDDEN: u16 = 403;
const WANTS_CREDENTIALS: u16 = 407;
/// Status that tinyproxy sends for a wrong password.
const UNAUTHORIZED: u16 = 401;

/// A proxy as the operator named it. Its credentials are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
    /// Value of the header `proxy-authorization`.
    authorization: Option<Zeroizing<String>>,
}

impl Proxy {
    /// Creates a proxy without credentials. An IPv6 address has no brackets.
    pub fn new(host: &str, port: u16) -> Self {
        Self {
            host: host.to_owned(),
            port,
            authorization: None,
        }
    }

    /// Adds credentials. Returns `None` unless `credentials` is `user:password` in one line.
    pub fn with_credentials(self, credentials: &str) -> Option<Self> {
        let is_pair = credentials
            .split_once(':')
            .is_some_and(|(user, _)| !user.is_empty());
        if !is_pair || credentials.chars().any(char::is_control) {
            return None;
        }
        let encoded = Zeroizing::new(Base64::encode_string(credentials.as_bytes()));
        Some(Self {
            authorization: Some(Zeroizing::new(format!("Basic {}", *encoded))),
            ..self
        })
    }

    /// Opens a connection to `target` through this proxy.
    pub(crate) async fn connect(
        &self,
        target: &Target,
        stage: &mut Stage,
    ) -> Result<TcpStream, Cause> {
        *stage = Stage::Proxy;
        let addresses = dial::resolve(&self.host, self.port).await;
        if addresses.is_empty() {
            return Err(Cause::Proxy(ProxyFault::Unresolved));
        }
        let mut stream = dial::connect(addresses)
            .await
            .map_err(|_| Cause::Proxy(ProxyFault::Unreachable))?;
        *stage = Stage::Tunnel;
        self.tunnel(&mut stream, target)
            .await
            .map_err(Cause::Proxy)?;
        Ok(stream)
    }

    async fn tunnel(&self, stream: &mut TcpStream, target: &Target) -> Result<(), ProxyFault> {
        stream
            .write_all(self.request(&target.host_and_port()).as_bytes())
            .await
            .map_err(|_| ProxyFault::Closed)?;
        let mut head = Vec::with_capacity(256);
        loop {
            match Head::read(&head) {
                Head::Incomplete if head.len() < LONGEST_HEAD => {}
                Head::Incomplete | Head::Nonsense => return Err(ProxyFault::NotHttp),
                Head::Complete(status) => return self.judge(status),
            }
            if stream.read_buf(&mut head).await.unwrap_or_default() == 0 {
                return Err(ProxyFault::Closed);
            }
        }
    }

    fn request(&self, target: &str) -> Zeroizing<String> {
        let mut request =
            Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
        if let Some(authorization) = &self.authorization {
            request.push_str("Proxy-Authorization: ");
            request.push_str(authorization);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        request
    }

    fn judge(&self, status: u16) -> Result<(), ProxyFault> {
        match status {
            200..=299 => Ok(()),
            FORBIDDEN => Err(ProxyFault::Forbidden),
            WANTS_CREDENTIALS | UNAUTHORIZED if self.authorization.is_some() => {
                Err(ProxyFault::WrongCredentials)
            }
            WANTS_CREDENTIALS | UNAUTHORIZED => Err(ProxyFault::WantsCredentials),
            status => Err(ProxyFault::Status(status)),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.authorization.as_ref().map(|_| "[redacted]");
        f.debug_struct("Proxy")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("credentials", &credentials)
            .finish()
    }
}

/// Head of a proxy's answer, as far as it has arrived.
#[derive(Debug, PartialEq, Eq)]
enum Head {
    /// More bytes are needed.
    Incomplete,
    /// The complete head, with its status. Nothing follows it, because a TLS server waits for the
    /// client.
    Complete(u16),
    /// The bytes are no HTTP/1 answer.
    Nonsense,
}

impl Head {
    fn read(bytes: &[u8]) -> Self {
        let mut headers = [EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        // Only the status counts, so a header against the rules is no reason to fail.
        let parsed = ParserConfig::default()
            .ignore_invalid_headers_in_responses(true)
            .parse_response(&mut response, bytes);
        match (parsed, response.code) {
            (Ok(Status::Partial), _) => Self::Incomplete,
            (Ok(Status::Complete(_)), Some(status @ 100..600)) => Self::Complete(status),
            _ => Self::Nonsense,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Proxy, ProxyFault};

    #[test]
    fn a_proxy_answer_is_read_however_the_bytes_are_split() {
        let answer = b"HTTP/1.0 200 Connection established\r\nProxy-agent: x\r\n\r\n";
        for end in 0..answer.len() {
            assert_eq!(Head::read(&answer[..end]), Head::Incomplete, "{end}");
        }
        for (text, head) in [
            (&answer[..], Head::Complete(200)),
            (b"HTTP/1.1 407\r\n\r\n", Head::Complete(407)),
            (b"HTTP/1.1 99 x\r\n\r\n", Head::Nonsense),
            (b"HTTP/1.1 403\r\nx: 200 y\r\n\r\n", Head::Complete(403)),
            (b"HTTP/1.1 200 ok\r\nno header\r\n\r\n", Head::Complete(200)),
            (b"HTTP/1.1 2000 x\r\n\r\n", Head::Nonsense),
            (b"HTTP/1.1\r\n\r\n", Head::Nonsense),
            (b"HTTP/2", Head::Nonsense),
            (b"SSH-2.0-OpenSSH", Head::Nonsense),
            (b"\x15\x03\x01", Head::Nonsense),
        ] {
            assert_eq!(Head::read(text), head, "{text:?}");
        }
    }

    #[test]
    fn credentials_are_sent_and_not_shown() {
        let proxy = Proxy::new("proxy.example", 3128);
        assert_eq!(
            *proxy.request("a:1"),
            "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"
        );
        let known = proxy
            .clone()
            .with_credentials("me:s3cret:x")
            .expect("a user and a password");
        // printf 'me:s3cret:x' | base64
        assert!(
            known
                .request("a:1")
                .contains("\r\nProxy-Authorization: Basic bWU6czNjcmV0Ong=\r\n\r\n")
        );
        let shown = format!("{known:?}");
        assert!(
            shown.contains("redacted") && !shown.contains("s3cret") && !shown.contains("bWU6"),
            "{shown}"
        );
        for wrong in ["me", ":x", "", "me:a\r\nb: c"] {
            assert!(proxy.clone().with_credentials(wrong).is_none(), "{wrong:?}");
        }
        assert_eq!(
            (known.judge(407), known.judge(401)),
            (
                Err(ProxyFault::WrongCredentials),
                Err(ProxyFault::WrongCredentials)
            )
        );
        assert_eq!(proxy.judge(407), Err(ProxyFault::WantsCredentials));
    }
}
