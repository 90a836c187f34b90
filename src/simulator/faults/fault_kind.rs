//! Kinds of fault, with the fields that a script may give to each.

use std::time::Duration;

use serde::Deserialize;

use super::answer_fields::AnswerFields;
use super::bounded::{LARGEST_EXACT, LARGEST_SETTING, MOST_BYTES, MOST_TIMES, Status, Whole};
use super::fault::{
    Alpn, BadCertificate, ConnectionEffect, Effect, Hostile, Judged, Moment, RequestEffect,
};
use super::goaway_fields::{ErrorCode, GoawayFields, shutdown};
use super::settings_fields::SettingsFields;
use crate::apns::Reason;
use crate::http2_frames::INITIAL_WINDOW_SIZE;
use crate::simulator::control_error::ControlError;
use crate::simulator::json_body::bad_value;
use crate::simulator::transport::wire_control::{CloseMode, Pace};

const LONGEST_PAUSE_MS: u64 = 600_000;
/// Largest frame payload in bytes, because the length field of a frame has three bytes.
const LONGEST_FRAME: u64 = MOST_BYTES - 1;

/// Kind of a fault and its fields.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum FaultKind {
    // Faults of a connection.
    TlsStall {},
    TlsCertificate {
        certificate: BadCertificate,
    },
    TlsAlpn {
        alpn: Option<Alpn>,
    },
    SettingsNever {},
    Settings(SettingsFields),
    Slow {
        bytes: Option<Whole<1, MOST_BYTES>>,
        pause_ms: Option<Whole<1, LONGEST_PAUSE_MS>>,
    },
    PingSilence {},
    TrustSlowly {
        limit: Option<Whole<1, LARGEST_SETTING>>,
        then: Option<Whole<1, LARGEST_SETTING>>,
    },
    // Fault of a connection or of a request.
    HangUp {
        how: Option<CloseMode>,
        when: HangUpTime,
    },
    // Faults of a request.
    Refuse {
        reason: String,
        timestamp: Option<Whole<0, LARGEST_EXACT>>,
        sticks: Option<bool>,
    },
    Answer(AnswerFields),
    Delay {
        ms: Whole<1, LONGEST_PAUSE_MS>,
    },
    Silence {},
    AnswerLost {},
    BodyUnfinished {
        status: Option<Status>,
    },
    Reset {
        code: ErrorCode,
        judged: Option<bool>,
    },
    Goaway(GoawayFields),
    Shutdown {},
    Cut {
        after_bytes: Option<Whole<0, MOST_BYTES>>,
        how: Option<CloseMode>,
    },
    HalfOpen {
        judged: Option<bool>,
    },
    SettingsChange(SettingsFields),
    WindowZero {},
    Hostile {
        frames: Hostile,
        count: Option<Whole<1, MOST_TIMES>>,
        bytes: Option<Whole<0, LONGEST_FRAME>>,
    },
    Restart {
        down_ms: Option<Whole<0, LONGEST_PAUSE_MS>>,
        judged: Option<bool>,
    },
}

/// Time at which a connection is hung up.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum HangUpTime {
    Connect,
    Tls,
    Headers,
    Judged,
    Answered,
}

impl FaultKind {
    /// Returns the effect of a fault of this kind at `place` in its script.
    #[rustfmt::skip] // one kind per line where it fits
    pub(super) fn effect(self, place: &str, seed: u64) -> Result<Effect, ControlError> {
        Ok(match self {
            Self::TlsStall {} => ConnectionEffect::TlsStall.into(),
            Self::TlsCertificate { certificate } => ConnectionEffect::Certificate(certificate).into(),
            Self::TlsAlpn { alpn } => ConnectionEffect::Alpn(alpn.unwrap_or(Alpn::Nothing)).into(),
            Self::SettingsNever {} => ConnectionEffect::SettingsNever.into(),
            Self::Settings(fields) => ConnectionEffect::Settings(fields.settings(place)?).into(),
            Self::Slow { bytes, pause_ms } => {
                let (bytes, pause) = (bytes.map_or(1, Whole::size), milliseconds(pause_ms, 10));
                ConnectionEffect::Slow(Pace { bytes, pause }).into()
            }
            Self::PingSilence {} => ConnectionEffect::PingSilence.into(),
            Self::TrustSlowly { limit, then } => {
                let (limit, then) = (limit.map_or(1, Whole::word), then.map_or(1_000, Whole::word));
                ConnectionEffect::TrustSlowly { limit, then }.into()
            }
            Self::HangUp { how, when } => hang_up(mode(how), when),
            Self::Refuse { reason, timestamp, sticks } => {
                let (timestamp, sticks) = (timestamp.map(Whole::get), sticks.unwrap_or(false));
                let reason = documented_reason(&reason, place)?;
                RequestEffect::Refuse { reason, timestamp, sticks }.into()
            }
            Self::Answer(fields) => fields.effect(place)?.into(),
            Self::Delay { ms } => RequestEffect::Delay(Duration::from_millis(ms.get())).into(),
            Self::Silence {} => RequestEffect::Silence.into(),
            Self::AnswerLost {} => RequestEffect::AnswerLost.into(),
            Self::BodyUnfinished { status } => {
                RequestEffect::BodyUnfinished { status: status.map_or(400, Whole::status) }.into()
            }
            Self::Reset { code, judged } => {
                let judged = Judged::or(judged, code != ErrorCode::RefusedStream);
                RequestEffect::Reset { code: code.number(), judged }.into()
            }
            Self::Goaway(fields) => RequestEffect::Goaway(fields.goaway(place, seed)?).into(),
            Self::Shutdown {} => RequestEffect::Goaway(shutdown()).into(),
            Self::Cut { after_bytes, how } => {
                let after = after_bytes.map_or(5, Whole::size);
                RequestEffect::Cut { after, close_mode: mode(how) }.into()
            }
            Self::HalfOpen { judged } => RequestEffect::HalfOpen(Judged::or(judged, true)).into(),
            Self::SettingsChange(fields) => {
                RequestEffect::SettingsChange(fields.settings(place)?).into()
            }
            Self::WindowZero {} => {
                ConnectionEffect::Settings(vec![(INITIAL_WINDOW_SIZE, 0)]).into()
            }
            Self::Hostile { frames, count, bytes } => {
                let (usual_count, usual_bytes) = usual_amount(frames);
                let count = count.map_or(usual_count, Whole::size);
                let bytes = bytes.map_or(usual_bytes, Whole::size);
                RequestEffect::Hostile { frames, count, bytes }.into()
            }
            Self::Restart { down_ms, judged } => {
                let (down, judged) = (milliseconds(down_ms, 3_000), Judged::or(judged, true));
                RequestEffect::Restart { down, judged }.into()
            }
        })
    }
}

fn hang_up(mode: CloseMode, when: HangUpTime) -> Effect {
    let moment = match when {
        HangUpTime::Connect => return Effect::Connection(ConnectionEffect::HangUp(mode)),
        HangUpTime::Tls => return Effect::Connection(ConnectionEffect::HangUpAfterTls(mode)),
        HangUpTime::Headers => Moment::Headers,
        HangUpTime::Judged => Moment::Judged,
        HangUpTime::Answered => Moment::Answered,
    };
    Effect::Request(RequestEffect::HangUp(mode, moment))
}

fn documented_reason(word: &str, place: &str) -> Result<Reason, ControlError> {
    Reason::parse(word).ok_or_else(|| {
        bad_value(
            &format!("{place}.reason"),
            "is no reason of APNs",
            "Use a reason Apple documents, such as BadDeviceToken; for other words there is the fault “answer”.",
        )
    })
}

fn mode(how: Option<CloseMode>) -> CloseMode {
    how.unwrap_or(CloseMode::Close)
}

fn milliseconds<const MIN: u64>(
    given: Option<Whole<MIN, LONGEST_PAUSE_MS>>,
    usual: u64,
) -> Duration {
    Duration::from_millis(given.map_or(usual, Whole::get))
}

/// Returns the default number of frames and the default number of bytes of each frame.
fn usual_amount(frames: Hostile) -> (usize, usize) {
    match frames {
        Hostile::ContinuationFlood => (10_000, 16),
        Hostile::HugeHeader => (1_024, 16_384),
        Hostile::ResetFlood => (10_000, 4),
        Hostile::EmptyDataFlood | Hostile::SettingsFlood => (10_000, 0),
        Hostile::PingFlood => (10_000, 8),
        Hostile::WindowOverflow => (2, 4),
        Hostile::PushPromise => (1, 4),
        Hostile::DataOnIdle => (1, 16),
        Hostile::OversizedFrame => (1, 1_048_576),
        Hostile::TruncatedFrame => (1, 100),
        Hostile::UnknownFrames => (10, 16),
        Hostile::Junk => (1, 1_024),
    }
}
