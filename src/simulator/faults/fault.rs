//! Fault of a script: its effect, its trigger and its scope.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::seeded_random;
use crate::apns::Reason;
use crate::http2_frames::Setting;
use crate::simulator::transport::wire_control::{CloseMode, Pace};

/// Entry of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// Name of the fault in the script.
    pub(crate) name: String,
    /// Effect of the fault.
    pub(crate) effect: Effect,
    /// Trigger of the fault.
    pub(crate) trigger: Trigger,
    /// Scope of the fault.
    pub(crate) scope: Scope,
    /// The entry as it was written, with its seed.
    pub(crate) source: Value,
}

/// Trigger of a fault. The fault always fires, unless a field here limits it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trigger {
    /// Maximum number of times the fault fires.
    pub(crate) next: Option<u64>,
    /// Share of the times at which the fault fires, at random.
    pub(crate) rate: Option<f64>,
    /// Seed of `rate`: with the same seed, the fault fires at the same times again.
    pub(crate) seed: u64,
}

impl Trigger {
    /// `true` if a fault fires that was considered `asked` times and fired `fired` times before.
    pub(crate) fn allow(&self, asked: u64, fired: u64) -> bool {
        self.next.is_none_or(|next| fired < next)
            && self
                .rate
                .is_none_or(|rate| seeded_random::falls(self.seed, asked, rate))
    }
}

/// Scope of a fault: every request, unless a field here limits it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Device token, in lower case, of the requests that the scope covers.
    pub(crate) device_token: Option<String>,
    /// Key id in the provider token of the requests that the scope covers.
    pub(crate) key_id: Option<String>,
}

impl Scope {
    /// `true` if the scope covers a request, which is described by its device token and key id.
    pub(crate) fn means(&self, request: &Self) -> bool {
        let agrees =
            |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        agrees(&self.device_token, &request.device_token) && agrees(&self.key_id, &request.key_id)
    }
}

/// Effect of a fault.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Effect on a connection, before its first request.
    Connection(ConnectionEffect),
    /// Effect on a request.
    Request(RequestEffect),
}

impl From<ConnectionEffect> for Effect {
    fn from(effect: ConnectionEffect) -> Self {
        Self::Connection(effect)
    }
}

impl From<RequestEffect> for Effect {
    fn from(effect: RequestEffect) -> Self {
        Self::Request(effect)
    }
}

impl Effect {
    /// `true` if the answer, if there is one, is the fault's own and not the simulator's judgement.
    pub(crate) fn answers(&self) -> bool {
        match self {
            Self::Request(
                RequestEffect::Refuse { .. }
                | RequestEffect::Answer(..)
                | RequestEffect::BodyUnfinished { .. },
            ) => true,
            Self::Request(RequestEffect::Goaway(goaway)) => goaway.refuse.is_some(),
            _ => false,
        }
    }
}

/// Effect on a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConnectionEffect {
    /// The connection ends before TLS.
    HangUp(CloseMode),
    /// The connection ends after TLS.
    HangUpAfterTls(CloseMode),
    /// TLS is never answered.
    TlsStall,
    /// The server shows another certificate.
    Certificate(BadCertificate),
    /// TLS does not agree on HTTP/2.
    Alpn(Alpn),
    /// The server sends nothing after TLS.
    SettingsNever,
    /// The first SETTINGS frame holds these settings.
    Settings(Vec<Setting>),
    /// The server sends its bytes slowly, at this pace.
    Slow(Pace),
    /// No PING is answered.
    PingSilence,
    /// Few streams are allowed until the first valid provider token, and streams above the limit
    /// are refused; afterwards more are allowed.
    TrustSlowly {
        /// Maximum number of streams at first.
        limit: u32,
        /// Maximum number of streams afterwards.
        then: u32,
    },
}

/// Defect of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BadCertificate {
    /// The certificate names another host.
    WrongName,
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate is self-signed.
    SelfSigned,
    /// An authority that no client knows signed the certificate.
    UnknownAuthority,
}

/// Protocol that TLS agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Alpn {
    /// No protocol, as with servers that do not support ALPN.
    #[serde(rename = "none")]
    Nothing,
    /// HTTP/1.1, which a client that offers only HTTP/2 cannot accept.
    #[serde(rename = "http/1.1")]
    Http1,
}

/// Judgement of a push beside a fault. If the push is judged as if there were no fault, an accepted
/// one rings and is in the journal, whatever its sender sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// The push is judged.
    Yes,
    /// The push is not judged.
    No,
}

impl Judged {
    /// Reads `judged` of a script. `usual` is the default, which depends on the fault.
    pub(super) fn or(given: Option<bool>, usual: bool) -> Self {
        match given.unwrap_or(usual) {
            true => Self::Yes,
            false => Self::No,
        }
    }
}

/// Effect on a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RequestEffect {
    /// Refusal with a reason of APNs.
    Refuse {
        /// The reason.
        reason: Reason,
        /// Timestamp in the answer, in milliseconds since 1970.
        timestamp: Option<u64>,
        /// `true` if every later request on the connection is refused too.
        sticks: bool,
    },
    /// Answer that APNs would not give.
    Answer(Box<FalseAnswer>, Judged),
    /// Judgement, and an answer after this delay.
    Delay(Duration),
    /// Neither judgement nor answer.
    Silence,
    /// Judgement without an answer.
    AnswerLost,
    /// Answer whose body never ends.
    BodyUnfinished {
        /// Status of the answer.
        status: u16,
    },
    /// Reset of the stream.
    Reset {
        /// The error code.
        code: u32,
        /// Judgement of the push before the reset.
        judged: Judged,
    },
    /// GOAWAY on the connection.
    Goaway(Goaway),
    /// End of the connection.
    HangUp(CloseMode, Moment),
    /// End of the connection in the middle of the answer.
    Cut {
        /// Number of bytes that are still sent.
        after: usize,
        /// Way in which the connection then ends.
        close_mode: CloseMode,
    },
    /// Connection that goes silent but stays open.
    HalfOpen(Judged),
    /// Change of settings while the request waits for its answer.
    SettingsChange(Vec<Setting>),
    /// Frames that no server should send.
    Hostile {
        /// Kind of the frames.
        frames: Hostile,
        /// Number of frames.
        count: usize,
        /// Bytes of each frame.
        bytes: usize,
    },
    /// Restart of the server.
    Restart {
        /// Time for which the server is down.
        down: Duration,
        /// Judgement of the push before the restart.
        judged: Judged,
    },
}

/// Moment at which a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// After the headers of the request.
    Headers,
    /// After the push was judged, before its answer.
    Judged,
    /// After the answer.
    Answered,
}

/// Answer that APNs would not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FalseAnswer {
    /// The status.
    pub(crate) status: u16,
    /// Status from 100 to 199 that is sent first.
    pub(crate) informational: Option<u16>,
    /// The `apns-id`.
    pub(crate) apns_id: AnsweredId,
    /// Further headers, checked to be legal.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub(crate) body: Option<FalseBody>,
}

/// Body of a false answer. The bytes are created only when needed, because a short script may ask
/// for a large body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FalseBody {
    /// Text of the body.
    Text(String),
    /// Number of filler bytes.
    Filler(usize),
    /// Number of nested arrays.
    Nested(usize),
}

impl FalseBody {
    /// Creates the bytes of the body.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Filler(bytes) => vec![b'x'; *bytes],
            Self::Nested(depth) => ["[".repeat(*depth), "]".repeat(*depth)]
                .concat()
                .into_bytes(),
        }
    }
}

/// The `apns-id` of a false answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnsweredId {
    /// The `apns-id` of the request.
    Same,
    /// No `apns-id`.
    Missing,
    /// Another `apns-id`.
    Different,
}

/// GOAWAY frame, sent once or several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goaway {
    /// Last stream that the frame names.
    pub(crate) last: LastStream,
    /// Time of the answer to the request.
    pub(crate) answer: AnswerTime,
    /// Number of times the frame is sent.
    pub(crate) times: usize,
    /// The error code.
    pub(crate) code: u32,
    /// The debug data.
    pub(crate) debug: Vec<u8>,
    /// Reason of the refusal that answers the request; `None` if the simulator judges it.
    pub(crate) refuse: Option<Reason>,
    /// `true` if the connection ends.
    pub(crate) closes: bool,
}

/// Last stream that a GOAWAY names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LastStream {
    /// The largest stream id, above every stream there is.
    Above,
    /// The stream of the request.
    At,
    /// A stream below that of the request, so that the request is not judged.
    Below,
}

/// Time of the answer to a request whose connection gets a GOAWAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnswerTime {
    /// Before the GOAWAY, so that the connection is idle.
    Before,
    /// After the GOAWAY.
    After,
    /// Never.
    Never,
}

/// Kind of frames that no server should send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hostile {
    /// CONTINUATION frames, none of which ends the headers.
    ContinuationFlood,
    /// A header of very many bytes.
    HugeHeader,
    /// RST_STREAM frames.
    ResetFlood,
    /// Empty DATA frames.
    EmptyDataFlood,
    /// PING frames, each of which requires an answer.
    PingFlood,
    /// SETTINGS frames, each of which requires an answer.
    SettingsFlood,
    /// WINDOW_UPDATE frames that exceed the largest window.
    WindowOverflow,
    /// PUSH_PROMISE, which no client allows.
    PushPromise,
    /// DATA on a stream that nobody opened.
    DataOnIdle,
    /// A frame larger than the client accepts.
    OversizedFrame,
    /// A frame that breaks off because the connection ends.
    TruncatedFrame,
    /// Frames of an unknown type, which the client has to ignore.
    UnknownFrames,
    /// Random bytes.
    Junk,
}
