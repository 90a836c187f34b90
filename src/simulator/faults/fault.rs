//! Fault of a script: its effect, its trigger and its scope.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::seeded_random;
use crate::apns::Reason;
use crate::http2_frames::Setting;
use crate::simulator::transport::wire_control::{CloseMode, Pace};

/// One entry of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// Its name in the script.
    pub(crate) name: String,
    /// Its effect.
    pub(crate) effect: Effect,
    /// Its trigger.
    pub(crate) trigger: Trigger,
    /// Its scope.
    pub(crate) scope: Scope,
    /// The entry as it was written, with its seed.
    pub(crate) source: Value,
}

/// Trigger of a fault: it always fires, unless something here says less.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trigger {
    /// Most times it fires in all.
    pub(crate) next: Option<u64>,
    /// Share of the times at which it fires, by chance.
    pub(crate) rate: Option<f64>,
    /// Seed of that chance: the same seed fires at the same times again.
    pub(crate) seed: u64,
}

impl Trigger {
    /// True if a fault fires that was considered `asked` times and fired `fired` times before.
    pub(crate) fn allow(&self, asked: u64, fired: u64) -> bool {
        self.next.is_none_or(|next| fired < next)
            && self
                .rate
                .is_none_or(|rate| seeded_random::falls(self.seed, asked, rate))
    }
}

/// Scope of a fault: every request, unless something here says less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Requests to this device, in lower case.
    pub(crate) device_token: Option<String>,
    /// Requests whose provider token names this key.
    pub(crate) key_id: Option<String>,
}

impl Scope {
    /// True if it covers a request, which is described by the same two.
    pub(crate) fn means(&self, request: &Self) -> bool {
        let agrees =
            |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        agrees(&self.device_token, &request.device_token) && agrees(&self.key_id, &request.key_id)
    }
}

/// Effect of a fault.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// With a connection, before anybody has asked for anything on it.
    Connection(ConnectionEffect),
    /// With a request.
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
    /// True if the answer, if one comes, is the fault's own and not the simulator's judgement.
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
    /// End before TLS.
    HangUp(CloseMode),
    /// End after TLS.
    HangUpAfterTls(CloseMode),
    /// TLS is never answered.
    TlsStall,
    /// TLS shows another certificate.
    Certificate(BadCertificate),
    /// TLS agrees on something else than HTTP/2.
    Alpn(Alpn),
    /// Silence after TLS.
    SettingsNever,
    /// The first SETTINGS say something else.
    Settings(Vec<Setting>),
    /// Bytes drip.
    Slow(Pace),
    /// No PING is answered.
    PingSilence,
    /// Few streams until the first valid provider token, and those over them are refused; then
    /// more.
    TrustSlowly {
        /// Streams at first.
        limit: u32,
        /// Streams afterwards.
        then: u32,
    },
}

/// Defect of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BadCertificate {
    /// Name of somebody else.
    WrongName,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Nobody else signed it.
    SelfSigned,
    /// An authority signed it that nobody knows.
    UnknownAuthority,
}

/// Protocol that TLS agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Alpn {
    /// None, as with servers that never heard of ALPN.
    #[serde(rename = "none")]
    Nothing,
    /// HTTP/1.1, which a client that offers HTTP/2 alone cannot take.
    #[serde(rename = "http/1.1")]
    Http1,
}

/// Judgement of the push as if nothing were wrong. An accepted push then rings and
/// stands in the journal, whatever its sender sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// The push is judged.
    Yes,
    /// The push is not looked at.
    No,
}

impl Judged {
    /// Reads `judged` of a script, where what is usual depends on the fault.
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
        /// The time in the answer, in milliseconds since 1970.
        timestamp: Option<u64>,
        /// True if every later request on its connection is refused too.
        sticks: bool,
    },
    /// Answer that APNs would not give.
    Answer(Box<FalseAnswer>, Judged),
    /// Late answer.
    Delay(Duration),
    /// Neither judgement nor answer.
    Silence,
    /// Judgement without an answer.
    AnswerLost,
    /// The body of its answer never ends.
    BodyUnfinished {
        /// The status of that answer.
        status: u16,
    },
    /// Its stream is reset.
    Reset {
        /// The error code.
        code: u32,
        /// Judgement of the push before that.
        judged: Judged,
    },
    /// Its connection is told to go away.
    Goaway(Goaway),
    /// Its connection ends.
    HangUp(CloseMode, Moment),
    /// Its answer breaks off.
    Cut {
        /// After so many bytes.
        after: usize,
        /// And then.
        close_mode: CloseMode,
    },
    /// Its connection falls silent, but stays.
    HalfOpen(Judged),
    /// Settings change while it waits for its answer.
    SettingsChange(Vec<Setting>),
    /// Frames come that nobody should send.
    Hostile {
        /// Kind of the frames.
        frames: Hostile,
        /// Number of frames.
        count: usize,
        /// Bytes of each frame.
        bytes: usize,
    },
    /// The server dies and comes back.
    Restart {
        /// After so long.
        down: Duration,
        /// Judgement of the push before that.
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

/// An answer that is not APNs's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FalseAnswer {
    /// The status.
    pub(crate) status: u16,
    /// A status from 100 to 199 that comes first.
    pub(crate) informational: Option<u16>,
    /// The `apns-id`.
    pub(crate) apns_id: AnsweredId,
    /// Further headers, checked to be legal.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub(crate) body: Option<FalseBody>,
}

/// The body of a false answer, made when it is needed: a script is short, what it asks for may be
/// large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FalseBody {
    /// This text.
    Text(String),
    /// Number of filler bytes.
    Filler(usize),
    /// Number of arrays inside one another.
    Nested(usize),
}

impl FalseBody {
    /// Makes it.
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
    /// The one of the request.
    Same,
    /// None.
    Missing,
    /// Another one.
    Different,
}

/// A GOAWAY, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goaway {
    /// Place of its last stream.
    pub(crate) last: LastStream,
    /// Time of the answer to the request.
    pub(crate) answer: AnswerTime,
    /// Number of times the frame is sent.
    pub(crate) times: usize,
    /// The error code.
    pub(crate) code: u32,
    /// The debug data.
    pub(crate) debug: Vec<u8>,
    /// The answer, when it is not the simulator's own.
    pub(crate) refuse: Option<Reason>,
    /// True if the connection ends.
    pub(crate) closes: bool,
}

/// Place of the last stream of a GOAWAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LastStream {
    /// Above every stream there is.
    Above,
    /// At the stream of the request.
    At,
    /// Below it: the request is not judged.
    Below,
}

/// Time of the answer to a request whose connection gets a GOAWAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnswerTime {
    /// Before, so that the connection is idle.
    Before,
    /// Afterwards.
    After,
    /// Never.
    Never,
}

/// Frames that nobody should send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hostile {
    /// CONTINUATION frames without an end.
    ContinuationFlood,
    /// One header in very many bytes.
    HugeHeader,
    /// RST_STREAM frames.
    ResetFlood,
    /// Empty DATA frames.
    EmptyDataFlood,
    /// PING frames, each of which wants an answer.
    PingFlood,
    /// SETTINGS frames, each of which wants an answer.
    SettingsFlood,
    /// More window than there may be.
    WindowOverflow,
    /// A push that no client allows.
    PushPromise,
    /// DATA on a stream that nobody opened.
    DataOnIdle,
    /// A frame larger than the client takes.
    OversizedFrame,
    /// A frame that breaks off, and the connection with it.
    TruncatedFrame,
    /// Frames of a type that nobody knows, which are to be ignored.
    UnknownFrames,
    /// Random bytes.
    Junk,
}
