//! Failures of a push: why APNs gave no answer, and whether it can have processed the push.
//!
//! Before the HEADERS of the request are sent, the outcome is `not-sent`. The same holds where
//! HTTP/2 says that a stream was not processed (RFC 9113 §8.7). Every other failure has the outcome
//! `unknown`.

use std::io;
use std::time::Duration;

use h2::Reason;
use http::StatusCode;
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use crate::apns::Outcome;

/// Longest host name in a sentence, in bytes.
const LONGEST_HOST: usize = 60;
/// Time after which a connection is usually free again.
const SOON: Duration = Duration::from_secs(1);

/// Reason for a failed push, without the name of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The host name has no address.
    Unresolved,
    /// The host refused the TCP connection.
    Refused,
    /// There is no route to the host.
    Unreachable,
    /// The proxy did not connect to the host.
    Proxy(ProxyFault),
    /// The connection was not ready before the deadline.
    ConnectTimeout(Stage),
    /// The machine has no trusted certificate authorities.
    NoRoots,
    /// The certificate comes from an authority that is not trusted.
    UnknownAuthority,
    /// The certificate is for another name.
    WrongName,
    /// The certificate has expired.
    ExpiredCertificate,
    /// The certificate is not valid yet.
    EarlyCertificate,
    /// The server closed the connection after it had received the client certificate.
    IdentityRefused,
    /// Another failure of the TLS handshake.
    Tls,
    /// The server does not speak HTTP/2.
    NoHttp2,
    /// The connection ended before it was ready.
    Handshake,
    /// All connections that the relay may have are in use.
    Busy,
    /// The rate limit for new connections is used up; the next may be opened after this time.
    TooManyConnects(Duration),
    /// The connection closed before the request was sent.
    Closed,
    /// No stream slot became free before the deadline.
    Queued,
    /// The header list of the request is longer than the server's SETTINGS allow.
    HeadersTooLong,
    /// The server sent GOAWAY and had not processed the request.
    GoneAway,
    /// The server refused the stream (`REFUSED_STREAM`).
    RefusedStream,
    /// The server reset the stream with this error code.
    Reset(u32),
    /// The connection broke after the request was sent.
    Lost,
    /// No answer before the deadline.
    NoAnswer,
}

/// Stage that a connection attempt has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Resolving the host name.
    Name,
    /// Connecting to the proxy.
    Proxy,
    /// Waiting for the proxy's answer to CONNECT.
    Tunnel,
    /// Connecting with TCP.
    Connect,
    /// TLS handshake.
    Tls,
    /// Waiting for the server's SETTINGS.
    Http2,
}

impl Cause {
    /// Cause of a failed TCP connection.
    pub(crate) fn of_connect(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::ConnectionReset => Self::Closed,
            _ => Self::Unreachable,
        }
    }

    /// Cause of a failed TLS handshake.
    pub(crate) fn of_tls(error: &io::Error) -> Self {
        let Some(error) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<TlsError>())
        else {
            return Self::Handshake;
        };
        match error {
            TlsError::AlertReceived(AlertDescription::NoApplicationProtocol)
            | TlsError::NoApplicationProtocol => Self::NoHttp2,
            TlsError::InvalidCertificate(error) => match error {
                // An invalid signature means another authority with the same name.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                    Self::UnknownAuthority
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => Self::WrongName,
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    Self::ExpiredCertificate
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    Self::EarlyCertificate
                }
                _ => Self::Tls,
            },
            _ => Self::Tls,
        }
    }

    /// Cause of a stream that failed after its request was sent.
    pub(crate) fn of_stream(error: &h2::Error) -> Self {
        match error.reason() {
            _ if error.is_go_away() && error.is_remote() => Self::GoneAway,
            Some(Reason::REFUSED_STREAM) if error.is_reset() && error.is_remote() => {
                Self::RefusedStream
            }
            Some(reason) if error.is_reset() && error.is_remote() => Self::Reset(reason.into()),
            _ => Self::Lost,
        }
    }

    /// Tells whether APNs can have processed the push.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Reset(_) | Self::Lost | Self::NoAnswer => Outcome::Unknown,
            _ => Outcome::NotSent,
        }
    }

    /// `true` if the push may be sent again without asking: it was certainly not processed, and the
    /// next attempt may succeed. Timeouts and refused TLS handshakes are not repeated, because they
    /// would fail again.
    pub(crate) fn is_repeated(self) -> bool {
        match self {
            Self::Proxy(fault) => fault.is_passing(),
            Self::Unresolved
            | Self::Refused
            | Self::Handshake
            | Self::Closed
            | Self::GoneAway
            | Self::RefusedStream => true,
            _ => false,
        }
    }

    /// `true` if the next attempt needs no pause: the server answered, and asked for a new
    /// connection or stream.
    pub(crate) fn is_repeated_at_once(self) -> bool {
        matches!(self, Self::GoneAway | Self::RefusedStream)
    }

    /// `true` if no server was reached, so that the attempt does not count as a connection.
    pub(crate) fn met_nobody(self) -> bool {
        let unanswered = matches!(self, Self::ConnectTimeout(Stage::Name | Stage::Connect));
        unanswered
            || matches!(
                self,
                Self::Unresolved | Self::Refused | Self::Unreachable | Self::NoRoots
            )
    }

    /// Time after which to send again, if waiting helps.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Busy => Some(SOON),
            Self::TooManyConnects(wait) => Some(wait),
            _ => None,
        }
    }

    /// HTTP status of the relay's answer.
    pub(crate) fn status(self) -> StatusCode {
        match (self, self.outcome()) {
            (Self::Busy, _) => StatusCode::SERVICE_UNAVAILABLE,
            (Self::TooManyConnects(_), _) => StatusCode::TOO_MANY_REQUESTS,
            (Self::HeadersTooLong, _) => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            (_, Outcome::Unknown) => StatusCode::GATEWAY_TIMEOUT,
            _ => StatusCode::BAD_GATEWAY,
        }
    }

    /// Stable error code for programs.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Unresolved => "name_not_resolved",
            Self::Refused | Self::Unreachable => "cannot_connect",
            Self::Proxy(fault) => fault.code(),
            Self::ConnectTimeout(_) => "connect_timeout",
            Self::NoRoots => "no_trust_roots",
            Self::UnknownAuthority => "certificate_authority",
            Self::WrongName => "certificate_name",
            Self::ExpiredCertificate | Self::EarlyCertificate => "certificate_time",
            Self::IdentityRefused => "identity_refused",
            Self::Tls => "tls",
            Self::NoHttp2 => "no_http2",
            Self::Handshake | Self::Closed => "connection_closed",
            Self::Busy => "too_many_connections",
            Self::TooManyConnects(_) => "too_many_credentials",
            Self::Queued => "waited_too_long",
            Self::HeadersTooLong => "headers_too_long",
            Self::GoneAway => "server_went_away",
            Self::RefusedStream => "stream_refused",
            Self::Reset(_) => "stream_reset",
            Self::Lost => "connection_lost",
            Self::NoAnswer => "no_answer",
        }
    }

    /// Describes the failure in one sentence.
    pub(crate) fn sentence(self, host: &str) -> String {
        let host = host.get(..LONGEST_HOST).unwrap_or(host);
        match self {
            Self::Unresolved => format!("The name {host} does not resolve."),
            Self::Refused => format!("Cannot connect to {host}: nothing listens there."),
            Self::Unreachable => {
                format!("Cannot connect to {host}: it cannot be reached from this machine.")
            }
            Self::Proxy(fault) => fault.sentence(host),
            Self::ConnectTimeout(stage) => {
                format!("Connecting to {host} took too long: {}.", stage.words())
            }
            Self::NoRoots => {
                format!("This machine has no trusted certificate authorities to check {host} with.")
            }
            Self::UnknownAuthority => format!(
                "The certificate of {host} comes from an authority that is not trusted here."
            ),
            Self::WrongName => format!("The certificate shown by {host} is for another name."),
            Self::ExpiredCertificate => format!("The certificate of {host} has expired."),
            Self::EarlyCertificate => format!("The certificate of {host} is not valid yet."),
            Self::IdentityRefused => {
                format!("{host} ended the connection when it had seen the client certificate.")
            }
            Self::Tls => format!("The TLS handshake with {host} failed."),
            Self::NoHttp2 => format!("{host} does not speak HTTP/2."),
            Self::Handshake => format!("{host} closed the connection before it was ready."),
            Self::Busy => "Every connection to APNs the relay may open is in use.".to_owned(),
            Self::TooManyConnects(_) => format!(
                "Too many new connections to {host} were asked for; each credential needs one of its own."
            ),
            Self::Closed => format!("The connection to {host} closed before the push left."),
            Self::Queued => format!("{host} let no further push onto the connection in time."),
            Self::HeadersTooLong => {
                format!("The headers of this push are longer than {host} takes; it was not sent.")
            }
            Self::GoneAway => format!("{host} went away and did not process the push."),
            Self::RefusedStream => {
                format!("{host} refused the stream and did not process the push.")
            }
            Self::Reset(code) => format!("{host} broke the push off with HTTP/2 error {code}."),
            Self::Lost => format!("The connection to {host} broke after the push had left."),
            Self::NoAnswer => format!("{host} did not answer in time."),
        }
    }

    /// Returns the next step if the server is the simulator, which no network and no foreign
    /// certificate authority can affect.
    pub(crate) fn fix_at_simulator(self) -> &'static str {
        match (self, self.outcome()) {
            (Self::Busy | Self::TooManyConnects(_) | Self::Queued, _) => self.fix(),
            (_, Outcome::Unknown) => {
                "It may have rung. See what the virtual iPhone did, and whether a fault is switched on."
            }
            _ => "This push was not processed: see whether a fault is switched on, and send again.",
        }
    }

    /// Returns the next step in one sentence.
    pub(crate) fn fix(self) -> &'static str {
        match self {
            Self::Unresolved => {
                "Check this machine's DNS and its connection to the network, then send again."
            }
            Self::Refused | Self::Unreachable => {
                "Check the network, and that a firewall lets TCP out to this host and port."
            }
            Self::Proxy(fault) => fault.fix(),
            Self::ConnectTimeout(Stage::Proxy | Stage::Tunnel) => {
                "Check host and port given to --proxy, and the proxy's log."
            }
            Self::ConnectTimeout(_) => {
                "Check the network, and whether a firewall or proxy holds the connection up."
            }
            Self::NoRoots => {
                "Install the system's CA certificates (often the package ca-certificates)."
            }
            Self::UnknownAuthority => {
                "A proxy may be reading the connection. For a gateway of your own, start with --upstream-ca FILE."
            }
            Self::WrongName => {
                "Check the host given to --upstream, and that no proxy answers in its place."
            }
            Self::ExpiredCertificate | Self::EarlyCertificate => {
                "Check this machine's clock; if it is right, the server needs a new certificate."
            }
            Self::IdentityRefused => {
                "It may have expired or been revoked: look at it with trill identity FILE, and at developer.apple.com."
            }
            Self::Tls => {
                "A proxy may stand in between; TLS 1.2 or newer must reach the server unchanged."
            }
            Self::NoHttp2 => {
                "APNs is HTTP/2 only: check the host given to --upstream, or the proxy in between."
            }
            Self::Handshake | Self::Closed | Self::GoneAway | Self::RefusedStream => {
                "Send again: this push was not processed."
            }
            Self::Busy => {
                "Wait a moment and send again; fewer different provider tokens need fewer connections."
            }
            Self::TooManyConnects(_) => {
                "Sign with one provider token for many pushes; send this one again after retry-after."
            }
            Self::Queued => "Send again, more slowly.",
            Self::HeadersTooLong => {
                "Shorten the longest of authorization and the apns- headers; APNs takes 8,000 bytes in all."
            }
            Self::Reset(_) | Self::Lost | Self::NoAnswer => {
                "It may have rung. Look at the phone before you send again: it could ring twice."
            }
        }
    }
}

impl Stage {
    fn words(self) -> &'static str {
        match self {
            Self::Name => "its name was not resolved",
            Self::Proxy => "the proxy was not reached",
            Self::Tunnel => "the proxy did not say whether it is connected",
            Self::Connect => "no connection came about",
            Self::Tls => "the TLS handshake stalled",
            Self::Http2 => "it sent no HTTP/2 SETTINGS",
        }
    }
}

/// Failure of the proxy. APNs has received nothing of the push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyFault {
    /// The name of the proxy has no address.
    Unresolved,
    /// The proxy refused the TCP connection, or there is no route to it.
    Unreachable,
    /// The proxy closed the connection without an answer.
    Closed,
    /// The server does not speak HTTP/1.
    NotHttp,
    /// The proxy forbids this connection (403).
    Forbidden,
    /// The proxy requires credentials.
    WantsCredentials,
    /// The proxy rejected the credentials.
    WrongCredentials,
    /// The proxy answered with another status.
    Status(u16),
}

impl ProxyFault {
    /// `true` if the next attempt may succeed.
    pub(crate) fn is_passing(self) -> bool {
        matches!(self, Self::Unresolved | Self::Unreachable | Self::Closed)
    }

    /// Stable error code for programs.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Unresolved | Self::Unreachable | Self::Closed => "proxy_unreachable",
            Self::NotHttp => "not_a_proxy",
            Self::Forbidden => "proxy_forbids",
            Self::WantsCredentials | Self::WrongCredentials => "proxy_credentials",
            Self::Status(_) => "proxy_failed",
        }
    }

    /// Describes the failure in one sentence.
    pub(crate) fn sentence(self, host: &str) -> String {
        match self {
            Self::Unresolved => "The name of the proxy does not resolve.".to_owned(),
            Self::Unreachable => "Cannot connect to the proxy.".to_owned(),
            Self::Closed => {
                format!("The proxy closed the connection before it had reached {host}.")
            }
            Self::NotHttp => {
                "What answers in the place of the proxy does not speak plain HTTP.".to_owned()
            }
            Self::Forbidden => {
                format!("The proxy does not let connections to {host} through (403).")
            }
            Self::WantsCredentials => "The proxy wants a user and a password.".to_owned(),
            Self::WrongCredentials => {
                "The proxy does not take the user and password it was given.".to_owned()
            }
            Self::Status(status) => {
                format!("The proxy did not connect to {host} and answered {status}.")
            }
        }
    }

    /// Returns the next step in one sentence.
    pub(crate) fn fix(self) -> &'static str {
        match self {
            Self::Unresolved | Self::Unreachable => {
                "Check host and port given to --proxy, and that this machine reaches it."
            }
            Self::Closed => {
                "Send again; if it stays so, ask who runs the proxy whether it allows CONNECT to this host and port."
            }
            Self::NotHttp => {
                "Check --proxy http://HOST:PORT: it has to be the HTTP port of a proxy that allows CONNECT."
            }
            Self::Forbidden => {
                "Have it allow CONNECT to this host and port, or try the other one with --apns-port 2197."
            }
            Self::WantsCredentials => {
                "Put user:password into a file for --proxy-credentials-file, or into TRILL_PROXY_CREDENTIALS."
            }
            Self::WrongCredentials => {
                "Correct user:password in the file of --proxy-credentials-file, or in TRILL_PROXY_CREDENTIALS."
            }
            Self::Status(_) => "Look at the proxy's log: it may not find or reach the host.",
        }
    }
}
