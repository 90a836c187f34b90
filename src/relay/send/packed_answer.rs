//! Packed answer: the stored answer to a push, in few bytes because thousands are stored.
//!
//! Headers with three values take half a kilobyte; packed, the usual two take 35 bytes. If an
//! answer is longer than any of APNs, only its status is stored. The time that the first send took
//! is not stored, because it is not the time of a repeat.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::answer::{ApnsAnswer, SERVER_TIMING, SendResult};
use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};
use crate::relay::header_list::HeaderList;
use crate::relay::problem::Problem;

/// Longest headers and body that are stored, in bytes. APNs's answers to accepted pushes are
/// shorter.
const MOST_BYTES: usize = 1_024;
/// Headers whose value is usually a UUID.
const IDS: [&str; 2] = [APNS_ID, APNS_UNIQUE_ID];
/// Marks a header in full: `name:value` and a line end. The marks of [`IDS`] are their places there,
/// and in upper case their places behind them; 16 bytes follow.
const IN_FULL: u8 = 2 * IDS.len() as u8;
/// Marks the end of the headers.
const END: u8 = IN_FULL + 1;
const UUID_BYTES: usize = 16;

/// An answer in compact form.
pub(crate) enum PackedAnswer {
    /// Answer of APNs: the status, and the packed headers and the body.
    Apns(StatusCode, Box<[u8]>),
    /// Problem that Trill returned instead.
    Problem(Box<Problem>),
}

impl PackedAnswer {
    /// Packs an answer.
    pub(crate) fn of(answer: &SendResult) -> Self {
        let said = match answer {
            Ok(said) => said,
            Err(problem) => return Self::Problem(Box::new(problem.clone())),
        };
        let (status, headers, body) = said.parts();
        let mut packed = Vec::with_capacity(IDS.len() * (1 + UUID_BYTES) + 1 + body.len());
        for (name, value) in headers.iter().filter(|(name, _)| **name != SERVER_TIMING) {
            pack(&mut packed, name, value);
        }
        packed.push(END);
        packed.extend_from_slice(body);
        if packed.len() > MOST_BYTES {
            packed = vec![END];
        }
        Self::Apns(status, packed.into())
    }

    /// Unpacks the answer.
    pub(crate) fn answer(&self) -> SendResult {
        let (status, mut rest) = match self {
            Self::Apns(status, packed) => (*status, &packed[..]),
            Self::Problem(problem) => return Err((**problem).clone()),
        };
        let mut headers = HeaderList::default();
        while let Some((name, value, others)) = unpack(rest) {
            headers.push(name, value);
            rest = others;
        }
        let body = rest.strip_prefix(&[END]).unwrap_or_default();
        Ok(ApnsAnswer::from_parts(
            status,
            headers,
            Bytes::copy_from_slice(body),
        ))
    }
}

/// Adds a header: 17 bytes for an id that is a UUID in one case, and all of it otherwise.
fn pack(packed: &mut Vec<u8>, name: &HeaderName, value: &HeaderValue) {
    let place = IDS.iter().position(|id| name == id);
    if let Some(place) = place
        && let Some((uuid, is_upper)) = uuid(value.as_bytes())
    {
        let mark = if is_upper { place + IDS.len() } else { place };
        packed.push(mark as u8);
        packed.extend_from_slice(uuid.as_bytes());
        return;
    }
    packed.push(IN_FULL);
    // Header names and values contain no line ends.
    for part in [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"] {
        packed.extend_from_slice(part);
    }
}

/// Takes the first header off. Returns `None` at the end of the headers.
fn unpack(packed: &[u8]) -> Option<(HeaderName, HeaderValue, &[u8])> {
    let (mark, rest) = packed.split_first()?;
    if *mark == IN_FULL {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, others) = (&rest[..end], &rest[end + 1..]);
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(&line[colon + 1..]).ok()?;
        return Some((name, value, others));
    }
    let place = usize::from(*mark);
    let name = IDS.get(place % IDS.len()).filter(|_| *mark < IN_FULL)?;
    let (bytes, others) = rest.split_first_chunk::<UUID_BYTES>()?;
    let mut text = [0; Hyphenated::LENGTH];
    let text = written(Uuid::from_bytes(*bytes), place >= IDS.len(), &mut text);
    let value = HeaderValue::from_str(text).ok()?;
    Some((HeaderName::from_static(name), value, others))
}

/// Reads a UUID that has hyphens and is in one case. Returns `true` with it if that is upper case.
fn uuid(value: &[u8]) -> Option<(Uuid, bool)> {
    let uuid = Uuid::try_parse_ascii(value).ok()?;
    let mut text = [0; Hyphenated::LENGTH];
    [false, true]
        .into_iter()
        .find(|is_upper| written(uuid, *is_upper, &mut text).as_bytes() == value)
        .map(|is_upper| (uuid, is_upper))
}

fn written(uuid: Uuid, is_upper: bool, text: &mut [u8; Hyphenated::LENGTH]) -> &str {
    let uuid = uuid.hyphenated();
    if is_upper {
        uuid.encode_upper(text)
    } else {
        uuid.encode_lower(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ApnsAnswer, Bytes, HeaderList, HeaderName, HeaderValue, PackedAnswer, Problem, StatusCode,
    };
    use crate::apns::Outcome;

    const APNS_ID: HeaderName = HeaderName::from_static("apns-id");
    const RETRY_AFTER: HeaderName = http::header::RETRY_AFTER;

    #[test]
    fn an_answer_of_apns_is_unpacked_unchanged() {
        for (id, unique_id, body) in [
            (&b"a:b c"[..], &b"\xff"[..], ""),
            (
                b"eabeae54-14a8-11e5-b60b-1697f925ec7b",
                b"EABEAE54-14A8-11E5-B60B-1697F925EC7B",
                "\n\n",
            ),
            (
                b"EABEAE54-14A8-11E5-B60B-1697F925EC7B",
                b"eabeae54-14a8-11e5-b60b-1697f925ec7b",
                "",
            ),
            (
                b"eabeae5414a811e5b60b1697f925ec7b",
                b"Eabeae54-14a8-11e5-b60b-1697f925ec7b",
                "{\"reason\":\n\"x:y\"}",
            ),
            (b"00000000-0000-0000-0000-000000000000", b"", "\u{5}"),
        ] {
            let mut headers = HeaderList::default();
            for (name, value) in [
                (APNS_ID, id),
                (HeaderName::from_static("apns-unique-id"), unique_id),
                (RETRY_AFTER, b"1"),
            ] {
                headers.push(name, HeaderValue::from_bytes(value).expect("legal"));
            }
            let answer = Ok(ApnsAnswer::from_parts(
                StatusCode::GONE,
                headers.clone(),
                Bytes::from_static(body.as_bytes()),
            ));
            let again = PackedAnswer::of(&answer).answer().expect("APNs said it");
            assert_eq!(
                again.parts(),
                (
                    StatusCode::GONE,
                    &headers,
                    &Bytes::from_static(body.as_bytes())
                )
            );
        }
    }

    #[test]
    fn the_usual_answer_takes_35_bytes_without_its_time() {
        let mut headers = HeaderList::default();
        for name in [APNS_ID, HeaderName::from_static("apns-unique-id")] {
            let id = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
            headers.push(name, HeaderValue::from_static(id));
        }
        let mut timed = headers.clone();
        timed.push(
            HeaderName::from_static("server-timing"),
            HeaderValue::from_static("apns;dur=1.2"),
        );
        let packed = PackedAnswer::of(&Ok(ApnsAnswer::from_parts(
            StatusCode::OK,
            timed,
            Bytes::new(),
        )));
        assert!(matches!(&packed, PackedAnswer::Apns(_, bytes) if bytes.len() == 35));
        let again = packed.answer().expect("APNs said it");
        assert_eq!(again.parts(), (StatusCode::OK, &headers, &Bytes::new()));
    }

    #[test]
    fn only_the_status_of_a_long_answer_is_stored() {
        let mut headers = HeaderList::default();
        headers.push(APNS_ID, HeaderValue::from_static("a"));
        let answer = Ok(ApnsAnswer::from_parts(
            StatusCode::ACCEPTED,
            headers,
            Bytes::from(vec![b'x'; super::MOST_BYTES]),
        ));
        let again = PackedAnswer::of(&answer).answer().expect("APNs said it");
        assert_eq!(
            again.parts(),
            (StatusCode::ACCEPTED, &HeaderList::default(), &Bytes::new())
        );
    }

    #[test]
    fn a_problem_is_unpacked_unchanged() {
        let problem = Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "no_answer",
            "It is late.",
            "Look.",
        )
        .with_outcome(Outcome::Unknown);
        let again = PackedAnswer::of(&Err(problem.clone()))
            .answer()
            .map(drop)
            .expect_err("Trill said it");
        assert_eq!(
            (again.to_json(), again.outcome()),
            (problem.to_json(), Outcome::Unknown)
        );
    }
}
