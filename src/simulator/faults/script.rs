//! The script: a JSON list of faults. It is the body of `PUT /api/simulator/faults`, and a file
//! for those who start the simulator alone.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::entry::{Entry, malformed, wrong_type};
use super::fault::{
    Alpn, AnswerTime, AnsweredId, BadCertificate, ConnectionEffect, Effect, FalseAnswer, FalseBody,
    Fault, Goaway, Hostile, Judged, LastStream, Moment, RequestEffect, Scope, Trigger,
};
use super::seeded_random;
use crate::apns::{DeviceToken, Reason};
use crate::http2_frames::{
    INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE, Setting,
};
use crate::simulator::control_error::ControlError;
use crate::simulator::transport::wire_control::{CloseMode, Pace};

/// More than anybody keeps an overview of.
const MOST_FAULTS: usize = 100;
const MOST_TIMES: u64 = 1_000_000;
/// JSON numbers are exact up to here, in every language.
const LARGEST_SEED: u64 = (1 << 53) - 1;
const LONGEST_PAUSE_MS: u64 = 600_000;
const LARGEST: u64 = 16 * 1024 * 1024;
const DEEPEST: u64 = 100_000;
/// A GOAWAY with more debug data is longer than any client has to take.
const LONGEST_DEBUG: u64 = 64 * 1024;
const COMMON: [&str; 6] = ["fault", "next", "rate", "seed", "device_token", "key_id"];

type Read<T> = Result<T, ControlError>;

/// A name, the fields that go with it, and how they are read.
struct Kind {
    name: &'static str,
    fields: &'static [&'static str],
    read: fn(&Entry<'_>, u64) -> Read<Effect>,
}

const fn kind(
    name: &'static str,
    fields: &'static [&'static str],
    read: fn(&Entry<'_>, u64) -> Read<Effect>,
) -> Kind {
    Kind { name, fields, read }
}

const SETTINGS: [(&str, u16); 4] = [
    ("max_concurrent_streams", MAX_CONCURRENT_STREAMS),
    ("initial_window_size", INITIAL_WINDOW_SIZE),
    ("max_frame_size", MAX_FRAME_SIZE),
    ("max_header_list_size", MAX_HEADER_LIST_SIZE),
];
const SETTING_NAMES: &[&str] = &[SETTINGS[0].0, SETTINGS[1].0, SETTINGS[2].0, SETTINGS[3].0];

#[rustfmt::skip] // one kind a line
static KINDS: [Kind; 24] = [
    // With a connection.
    kind("tls-stall", &[], |_, _| Ok(Effect::Connection(ConnectionEffect::TlsStall))),
    kind("tls-certificate", &["certificate"], tls_certificate),
    kind("tls-alpn", &["alpn"], tls_alpn),
    kind("settings-never", &[], |_, _| Ok(Effect::Connection(ConnectionEffect::SettingsNever))),
    kind("settings", SETTING_NAMES, |entry, _| Ok(Effect::Connection(ConnectionEffect::Settings(settings(entry)?)))),
    kind("slow", &["bytes", "pause_ms"], slow),
    kind("ping-silence", &[], |_, _| Ok(Effect::Connection(ConnectionEffect::PingSilence))),
    kind("trust-slowly", &["limit", "then"], trust_slowly),
    // With a connection or a request.
    kind("hang-up", &["how", "when"], hang_up),
    // With a request.
    kind("refuse", &["reason", "timestamp", "sticks"], refuse),
    kind("answer", &["status", "informational", "apns_id", "headers", "reason", "body", "body_bytes", "body_nesting", "judged"], answer),
    kind("delay", &["ms"], delay),
    kind("silence", &[], |_, _| Ok(Effect::Request(RequestEffect::Silence))),
    kind("answer-lost", &[], |_, _| Ok(Effect::Request(RequestEffect::AnswerLost))),
    kind("body-unfinished", &["status"], body_unfinished),
    kind("reset", &["code", "judged"], reset),
    kind("goaway", &["last", "answer", "times", "code", "reason", "debug", "junk_bytes", "closes"], goaway),
    kind("shutdown", &[], shutdown),
    kind("cut", &["after_bytes", "how"], cut),
    kind("half-open", &["judged"], |entry, _| Ok(Effect::Request(RequestEffect::HalfOpen(judged(entry, Judged::Yes)?)))),
    kind("settings-change", SETTING_NAMES, |entry, _| Ok(Effect::Request(RequestEffect::SettingsChange(settings(entry)?)))),
    kind("window-zero", &[], |_, _| Ok(Effect::Connection(ConnectionEffect::Settings(vec![(INITIAL_WINDOW_SIZE, 0)])))),
    kind("hostile", &["frames", "count", "bytes"], hostile),
    kind("restart", &["down_ms", "judged"], restart),
];

/// The name of each kind of fault.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.name)
}

/// Reads a script. `seeds` gives a seed to a fault that has none.
pub(crate) fn read(body: &[u8], mut seeds: impl FnMut() -> u64) -> Read<Vec<Fault>> {
    let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    let Value::Array(entries) = value else {
        let remedy = "Send a list of faults, such as [{\"fault\": \"refuse\", \"reason\": \"TooManyRequests\", \"next\": 3}].";
        return Err(malformed(
            "not_a_list",
            "The script is JSON, but not a list.".into(),
            remedy.into(),
        ));
    };
    if entries.len() > MOST_FAULTS {
        let cause = format!("The script has more than {MOST_FAULTS} faults.");
        return Err(ControlError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_many_faults",
            cause,
            "Leave some out.",
        ));
    }
    entries
        .into_iter()
        .enumerate()
        .map(|(place, value)| fault(place, value, seeds()))
        .collect()
}

fn not_json(error: &serde_json::Error) -> ControlError {
    let cause = format!(
        "The script is not JSON: reading stopped at line {}, column {}.",
        error.line(),
        error.column()
    );
    malformed("not_json", cause, "Send one JSON list in UTF-8.".into())
}

fn fault(place: usize, mut source: Value, own_seed: u64) -> Read<Fault> {
    let place = format!("[{place}]");
    if !source.is_object() {
        return Err(wrong_type(&place, "an object"));
    }
    let entry = Entry::read(place, &source)?;
    let name = entry.required("fault", entry.text("fault")?)?;
    let kind = KINDS
        .iter()
        .find(|kind| kind.name == name)
        .ok_or_else(|| unknown_fault(&entry))?;
    let known: Vec<_> = COMMON.iter().chain(kind.fields).copied().collect();
    entry.only(&known)?;
    let seed = entry
        .number("seed", 0..=LARGEST_SEED)?
        .unwrap_or(own_seed & LARGEST_SEED);
    let trigger = Trigger {
        next: entry.number("next", 1..=MOST_TIMES)?,
        rate: entry.share("rate")?,
        seed,
    };
    let effect = (kind.read)(&entry, seed)?;
    let scope = scope(&entry, &effect)?;
    source["seed"] = json!(seed);
    Ok(Fault {
        name: kind.name,
        effect,
        trigger,
        scope,
        source,
    })
}

fn unknown_fault(entry: &Entry<'_>) -> ControlError {
    let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
    entry.refuse(
        "fault",
        "unknown_fault",
        "names no fault there is",
        format!("Use one of: {}.", names.join(", ")),
    )
}

fn scope(entry: &Entry<'_>, effect: &Effect) -> Read<Scope> {
    let (device_token, key_id) = (entry.text("device_token")?, entry.text("key_id")?);
    if matches!(effect, Effect::Connection(_))
        && let Some(name) = device_token
            .map(|_| "device_token")
            .or(key_id.map(|_| "key_id"))
    {
        let remedy =
            "Leave it out: this fault strikes before the client has said for whom it asks.";
        return Err(entry.refuse(
            name,
            "whom_unknown",
            "cannot narrow a fault of connections",
            remedy.into(),
        ));
    }
    let bad = || {
        entry.refuse(
            "device_token",
            "bad_device_token",
            "is not hex",
            "Use an even number of hex digits, usually 64.".into(),
        )
    };
    let device_token = device_token
        .map(|text| DeviceToken::parse(text).map_err(|_| bad()))
        .transpose()?;
    Ok(Scope {
        device_token: device_token.map(|token| token.as_str().to_owned()),
        key_id: key_id.map(str::to_owned),
    })
}

fn tls_certificate(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let words = [
        ("wrong-name", BadCertificate::WrongName),
        ("expired", BadCertificate::Expired),
        ("not-yet-valid", BadCertificate::NotYetValid),
        ("self-signed", BadCertificate::SelfSigned),
        ("unknown-authority", BadCertificate::UnknownAuthority),
    ];
    let certificate = entry.required("certificate", entry.choice("certificate", &words)?)?;
    Ok(Effect::Connection(ConnectionEffect::Certificate(
        certificate,
    )))
}

fn tls_alpn(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let alpn = entry.choice(
        "alpn",
        &[("none", Alpn::Nothing), ("http/1.1", Alpn::Http1)],
    )?;
    Ok(Effect::Connection(ConnectionEffect::Alpn(
        alpn.unwrap_or(Alpn::Nothing),
    )))
}

fn settings(entry: &Entry<'_>) -> Read<Vec<Setting>> {
    let mut settings = Vec::new();
    for (name, identifier) in SETTINGS {
        if let Some(value) = entry.number(name, 0..=u64::from(u32::MAX))? {
            settings.push((identifier, clamp(value)));
        }
    }
    if settings.is_empty() {
        entry.required(SETTINGS[0].0, None::<u32>)?;
    }
    Ok(settings)
}

fn slow(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let bytes = size(entry.number("bytes", 1..=LARGEST)?.unwrap_or(1));
    let pause = Duration::from_millis(
        entry
            .number("pause_ms", 1..=LONGEST_PAUSE_MS)?
            .unwrap_or(10),
    );
    Ok(Effect::Connection(ConnectionEffect::Slow(Pace {
        bytes,
        pause,
    })))
}

fn trust_slowly(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let count = |name, default| {
        entry
            .number(name, 1..=u64::from(u32::MAX))
            .map(|count| clamp(count.unwrap_or(default)))
    };
    Ok(Effect::Connection(ConnectionEffect::TrustSlowly {
        limit: count("limit", 1)?,
        then: count("then", 1_000)?,
    }))
}

fn hang_up(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let how = close_mode(entry)?;
    let request = |moment| Effect::Request(RequestEffect::HangUp(how, moment));
    let connect = Effect::Connection(ConnectionEffect::HangUp(how));
    let tls = Effect::Connection(ConnectionEffect::HangUpAfterTls(how));
    let effects = [
        connect,
        tls,
        request(Moment::Headers),
        request(Moment::Judged),
        request(Moment::Answered),
    ];
    let words = [
        ("connect", 0),
        ("tls", 1),
        ("headers", 2),
        ("judged", 3),
        ("answered", 4),
    ];
    let when = entry.required("when", entry.choice("when", &words)?)?;
    Ok(effects[when].clone())
}

fn refuse(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let word = entry.required("reason", entry.text("reason")?)?;
    let remedy = "Use a reason Apple documents, such as BadDeviceToken; for other words there is the fault “answer”.";
    let reason = Reason::parse(word)
        .ok_or_else(|| entry.bad_value("reason", "is no reason of APNs", remedy.into()))?;
    let timestamp = entry.number("timestamp", 0..=LARGEST_SEED)?;
    Ok(Effect::Request(RequestEffect::Refuse {
        reason,
        timestamp,
        sticks: entry.flag("sticks")?.unwrap_or(false),
    }))
}

fn answer(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let status = status(entry, 200)?;
    let informational = entry
        .number("informational", 100..=199)?
        .and_then(|status| u16::try_from(status).ok());
    let ids = [
        ("same", AnsweredId::Same),
        ("missing", AnsweredId::Missing),
        ("different", AnsweredId::Different),
    ];
    let apns_id = entry.choice("apns_id", &ids)?.unwrap_or(AnsweredId::Same);
    let judged = judged(
        entry,
        if (200..300).contains(&status) {
            Judged::Yes
        } else {
            Judged::No
        },
    )?;
    let answer = FalseAnswer {
        status,
        informational,
        apns_id,
        headers: headers(entry)?,
        body: body(entry)?,
    };
    Ok(Effect::Request(RequestEffect::Answer(
        Box::new(answer),
        judged,
    )))
}

fn headers(entry: &Entry<'_>) -> Read<Vec<(String, String)>> {
    let headers = entry.texts("headers")?;
    let is_legal = |(name, value): &(&str, &str)| {
        let is_name = HeaderName::from_bytes(name.as_bytes())
            .is_ok_and(|name| !HOP_BY_HOP.contains(&name.as_str()));
        is_name && HeaderValue::from_str(value).is_ok()
    };
    if !headers.iter().all(is_legal) {
        return Err(entry.bad_value(
            "headers",
            "has a header that HTTP/2 cannot carry",
            "Mend or remove it.".into(),
        ));
    }
    Ok(headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// HTTP/2 forbids them (RFC 9113 §8.2.2).
const HOP_BY_HOP: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

fn body(entry: &Entry<'_>) -> Read<Option<FalseBody>> {
    entry.one_of(&["reason", "body", "body_bytes", "body_nesting"])?;
    let reason = entry
        .text("reason")?
        .map(|reason| FalseBody::Text(json!({ "reason": reason }).to_string()));
    let text = entry
        .text("body")?
        .map(|text| FalseBody::Text(text.to_owned()));
    let filler = entry
        .number("body_bytes", 0..=LARGEST)?
        .map(|bytes| FalseBody::Filler(size(bytes)));
    let nested = entry
        .number("body_nesting", 1..=DEEPEST)?
        .map(|depth| FalseBody::Nested(size(depth)));
    Ok(reason.or(text).or(filler).or(nested))
}

fn delay(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let ms = entry.required("ms", entry.number("ms", 1..=LONGEST_PAUSE_MS)?)?;
    Ok(Effect::Request(RequestEffect::Delay(
        Duration::from_millis(ms),
    )))
}

fn body_unfinished(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    Ok(Effect::Request(RequestEffect::BodyUnfinished {
        status: status(entry, 400)?,
    }))
}

const REFUSED_STREAM: u32 = 7;
/// RFC 9113 §7.
const CODES: [(&str, u32); 14] = [
    ("NO_ERROR", 0),
    ("PROTOCOL_ERROR", 1),
    ("INTERNAL_ERROR", 2),
    ("FLOW_CONTROL_ERROR", 3),
    ("SETTINGS_TIMEOUT", 4),
    ("STREAM_CLOSED", 5),
    ("FRAME_SIZE_ERROR", 6),
    ("REFUSED_STREAM", REFUSED_STREAM),
    ("CANCEL", 8),
    ("COMPRESSION_ERROR", 9),
    ("CONNECT_ERROR", 10),
    ("ENHANCE_YOUR_CALM", 11),
    ("INADEQUATE_SECURITY", 12),
    ("HTTP_1_1_REQUIRED", 13),
];

fn reset(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let code = entry.required("code", entry.choice("code", &CODES)?)?;
    let judged = judged(
        entry,
        if code == REFUSED_STREAM {
            Judged::No
        } else {
            Judged::Yes
        },
    )?;
    Ok(Effect::Request(RequestEffect::Reset { code, judged }))
}

fn goaway(entry: &Entry<'_>, seed: u64) -> Read<Effect> {
    let last = [
        ("above", LastStream::Above),
        ("at", LastStream::At),
        ("below", LastStream::Below),
    ];
    let last = entry.required("last", entry.choice("last", &last)?)?;
    let times = [
        ("before", AnswerTime::Before),
        ("after", AnswerTime::After),
        ("never", AnswerTime::Never),
    ];
    let default = if last == LastStream::Below {
        AnswerTime::Never
    } else {
        AnswerTime::After
    };
    let answer = entry.choice("answer", &times)?.unwrap_or(default);
    if last == LastStream::Below && answer != AnswerTime::Never {
        let remedy = "Use never, or leave it out: a stream above the last one is not processed.";
        return Err(entry.refuse(
            "answer",
            "contradiction",
            "contradicts “last”",
            remedy.into(),
        ));
    }
    Ok(Effect::Request(RequestEffect::Goaway(Goaway {
        last,
        answer,
        times: size(entry.number("times", 1..=100)?.unwrap_or(1)),
        code: entry.choice("code", &CODES)?.unwrap_or(0),
        debug: debug(entry, seed)?,
        refuse: None,
        closes: entry.flag("closes")?.unwrap_or(true),
    })))
}

fn debug(entry: &Entry<'_>, seed: u64) -> Read<Vec<u8>> {
    entry.one_of(&["reason", "debug", "junk_bytes"])?;
    if let Some(reason) = entry.text("reason")? {
        return Ok(json!({ "reason": reason }).to_string().into_bytes());
    }
    if let Some(text) = entry.text("debug")? {
        return Ok(text.as_bytes().to_vec());
    }
    let junk = entry.number("junk_bytes", 1..=LONGEST_DEBUG)?.unwrap_or(0);
    Ok(seeded_random::bytes(seed, size(junk)))
}

/// What APNs does before it is taken down.
fn shutdown(_: &Entry<'_>, _: u64) -> Read<Effect> {
    let debug = json!({ "reason": Reason::Shutdown.as_str() })
        .to_string()
        .into_bytes();
    let (last, answer, refuse) = (LastStream::At, AnswerTime::Before, Some(Reason::Shutdown));
    Ok(Effect::Request(RequestEffect::Goaway(Goaway {
        last,
        answer,
        times: 1,
        code: 0,
        debug,
        refuse,
        closes: true,
    })))
}

fn cut(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let after = size(entry.number("after_bytes", 0..=LARGEST)?.unwrap_or(5));
    Ok(Effect::Request(RequestEffect::Cut {
        after,
        close_mode: close_mode(entry)?,
    }))
}

fn hostile(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let words = [
        (
            "continuation-flood",
            (Hostile::ContinuationFlood, 10_000, 16),
        ),
        ("huge-header", (Hostile::HugeHeader, 1_024, 16_384)),
        ("reset-flood", (Hostile::ResetFlood, 10_000, 4)),
        ("empty-data-flood", (Hostile::EmptyDataFlood, 10_000, 0)),
        ("ping-flood", (Hostile::PingFlood, 10_000, 8)),
        ("settings-flood", (Hostile::SettingsFlood, 10_000, 0)),
        ("window-overflow", (Hostile::WindowOverflow, 2, 4)),
        ("push-promise", (Hostile::PushPromise, 1, 4)),
        ("data-on-idle", (Hostile::DataOnIdle, 1, 16)),
        ("oversized-frame", (Hostile::OversizedFrame, 1, 1_048_576)),
        ("truncated-frame", (Hostile::TruncatedFrame, 1, 100)),
        ("unknown-frames", (Hostile::UnknownFrames, 10, 16)),
        ("junk", (Hostile::Junk, 1, 1_024)),
    ];
    let (frames, count, bytes) = entry.required("frames", entry.choice("frames", &words)?)?;
    let count = entry.number("count", 1..=MOST_TIMES)?.map_or(count, size);
    // The length of a frame has three bytes.
    let bytes = entry.number("bytes", 0..=LARGEST - 1)?.map_or(bytes, size);
    Ok(Effect::Request(RequestEffect::Hostile {
        frames,
        count,
        bytes,
    }))
}

fn restart(entry: &Entry<'_>, _: u64) -> Read<Effect> {
    let down = Duration::from_millis(
        entry
            .number("down_ms", 0..=LONGEST_PAUSE_MS)?
            .unwrap_or(3_000),
    );
    Ok(Effect::Request(RequestEffect::Restart {
        down,
        judged: judged(entry, Judged::Yes)?,
    }))
}

fn status(entry: &Entry<'_>, default: u16) -> Read<u16> {
    Ok(entry
        .number("status", 200..=999)?
        .and_then(|status| u16::try_from(status).ok())
        .unwrap_or(default))
}

fn judged(entry: &Entry<'_>, default: Judged) -> Read<Judged> {
    Ok(entry.flag("judged")?.map_or(
        default,
        |judged| if judged { Judged::Yes } else { Judged::No },
    ))
}

fn close_mode(entry: &Entry<'_>) -> Read<CloseMode> {
    Ok(entry
        .choice(
            "how",
            &[("close", CloseMode::Close), ("reset", CloseMode::Reset)],
        )?
        .unwrap_or(CloseMode::Close))
}

/// Numbers are within bounds that fit.
fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
