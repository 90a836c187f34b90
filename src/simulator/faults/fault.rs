//! The fault: what goes wrong, how often, and for whom.

use std::time::Duration;

use serde_json::Value;

use super::seeded_random;
use crate::apns::Reason;
use crate::http2_frames::Setting;
use crate::simulator::transport::wire_control::{CloseMode, Pace};

/// One entry of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    /// Its name in the script.
    pub(crate) name: &'static str,
    /// What goes wrong.
    pub(crate) effect: Effect,
    /// How often.
    pub(crate) trigger: Trigger,
    /// For whom.
    pub(crate) scope: Scope,
    /// The entry as it was written, with its seed.
    pub(crate) source: Value,
}

/// How often a fault strikes: always, unless something here says less.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trigger {
    /// At most so many times in all.
    pub(crate) next: Option<u64>,
    /// By chance, at this rate.
    pub(crate) rate: Option<f64>,
    /// Where chance begins: the same seed strikes the same ones again.
    pub(crate) seed: u64,
}

impl Trigger {
    /// Whether a fault strikes that was asked and struck so many times before.
    pub(crate) fn allow(&self, asked: u64, fired: u64) -> bool {
        self.next.is_none_or(|next| fired < next)
            && self
                .rate
                .is_none_or(|rate| seeded_random::falls(self.seed, asked, rate))
    }
}

/// For whom a fault is: for everybody, unless something here says less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Requests to this device, in lower case.
    pub(crate) device_token: Option<String>,
    /// Requests whose provider token names this key.
    pub(crate) key_id: Option<String>,
}

impl Scope {
    /// Whether a request, told by the same two, is meant.
    pub(crate) fn means(&self, request: &Self) -> bool {
        let agrees =
            |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        agrees(&self.device_token, &request.device_token) && agrees(&self.key_id, &request.key_id)
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// With a connection, before anybody has asked for anything on it.
    Connection(ConnectionEffect),
    /// With a request.
    Request(RequestEffect),
}

impl Effect {
    /// Whether the answer, if one comes, is the fault's own and not the simulator's judgement.
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

/// What goes wrong with a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConnectionEffect {
    /// It ends before TLS.
    HangUp(CloseMode),
    /// It ends after TLS.
    HangUpAfterTls(CloseMode),
    /// TLS is never answered.
    TlsStall,
    /// TLS shows another certificate.
    Certificate(BadCertificate),
    /// TLS agrees on something else than HTTP/2.
    Alpn(Alpn),
    /// Nothing comes after TLS.
    SettingsNever,
    /// The first SETTINGS say something else.
    Settings(Vec<Setting>),
    /// Bytes drip.
    Slow(Pace),
    /// No PING is answered.
    PingSilence,
    /// Few streams until the first valid provider token, and those over them are refused; then more.
    TrustSlowly {
        /// Streams at first.
        limit: u32,
        /// Streams afterwards.
        then: u32,
    },
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadCertificate {
    /// It is for somebody else.
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

/// What TLS agrees on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alpn {
    /// Nothing, as servers do that never heard of it.
    Nothing,
    /// HTTP/1.1, which a client that offers HTTP/2 alone cannot take.
    Http1,
}

/// Whether the simulator judges the push as if nothing were wrong: an accepted push then rings and
/// stands in the journal, whatever its sender sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It does.
    Yes,
    /// It never looks at it.
    No,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RequestEffect {
    /// It is refused with a reason of APNs.
    Refuse {
        /// The reason.
        reason: Reason,
        /// The time in the answer, in milliseconds since 1970.
        timestamp: Option<u64>,
        /// Whether every later request on its connection is refused too.
        sticks: bool,
    },
    /// It is answered in a way APNs would not.
    Answer(Box<FalseAnswer>, Judged),
    /// It is answered late.
    Delay(Duration),
    /// It is neither judged nor answered.
    Silence,
    /// It is judged, but never answered.
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
        /// Whether after the push was judged.
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
        /// Which.
        frames: Hostile,
        /// How many.
        count: usize,
        /// How long each.
        bytes: usize,
    },
    /// The server dies and comes back.
    Restart {
        /// After so long.
        down: Duration,
        /// Whether the push was judged before.
        judged: Judged,
    },
}

/// When a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// When the headers of the request are there.
    Headers,
    /// When the push is judged, before its answer.
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
    /// So many bytes.
    Filler(usize),
    /// So many arrays in one another.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Where its last stream lies.
    pub(crate) last: LastStream,
    /// When the request is answered.
    pub(crate) answer: AnswerTime,
    /// How often the frame is sent.
    pub(crate) times: usize,
    /// The error code.
    pub(crate) code: u32,
    /// The debug data.
    pub(crate) debug: Vec<u8>,
    /// The answer, when it is not the simulator's own.
    pub(crate) refuse: Option<Reason>,
    /// Whether the connection ends.
    pub(crate) closes: bool,
}

/// Where the last stream of a GOAWAY lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastStream {
    /// Above every stream there is.
    Above,
    /// At the stream of the request.
    At,
    /// Below it: the request is not judged.
    Below,
}

/// When a request is answered whose connection is told to go away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerTime {
    /// Before, so that the connection is idle.
    Before,
    /// Afterwards.
    After,
    /// Never.
    Never,
}

/// Frames that nobody should send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
