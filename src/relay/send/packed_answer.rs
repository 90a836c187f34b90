//! Packed answer: the stored answer to a push, in few bytes because thousands are stored.
//!
//! Headers with three values take half a kilobyte. The usual answer has two ids and no body: it
//! takes 24 bytes, and none of its own on the heap, where thousands of small pieces would keep
//! large ones from being given back to the system. If an answer is longer than any of APNs, only
//! its status is stored. The time that the first send took is not stored, because it is not the
//! time of a repeat.

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

/// An answer in compact form.
pub(crate) enum PackedAnswer {
    /// The usual answer of APNs: the status, the `apns-id` of the push in this case of its digits,
    /// and an `apns-unique-id`.
    Usual(StatusCode, Digits, Option<UuidText>),
    /// Any other answer of APNs: the status, and the headers as lines of `name:value`, an empty
    /// line and the body.
    Other(StatusCode, Box<[u8]>),
    /// Problem that Trill returned instead.
    Problem(Box<Problem>),
}

/// Text of a UUID, with hyphens.
#[derive(Clone, Copy)]
pub(crate) struct UuidText {
    digits: Digits,
    id: [u8; 16],
}

/// Case of the digits of a UUID.
#[derive(Clone, Copy)]
pub(crate) enum Digits {
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
}

impl PackedAnswer {
    /// Packs the answer to the push with this `apns-id`.
    pub(crate) fn of(answer: &SendResult, apns_id: [u8; 16]) -> Self {
        let said = match answer {
            Ok(said) => said,
            Err(problem) => return Self::Problem(Box::new(problem.clone())),
        };
        let (status, headers, body) = said.parts();
        let headers = || headers.iter().filter(|(name, _)| **name != SERVER_TIMING);
        if body.is_empty()
            && let Some((digits, unique_id)) = usual(headers(), apns_id)
        {
            return Self::Usual(status, digits, unique_id);
        }
        // Header names and values contain no line ends.
        let lines = headers()
            .flat_map(|(name, value)| [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"]);
        let mut packed = lines.chain([&b"\n"[..], body]).collect::<Vec<_>>().concat();
        if packed.len() > MOST_BYTES {
            packed = b"\n".to_vec();
        }
        Self::Other(status, packed.into())
    }

    /// Unpacks the answer to the push with this `apns-id`.
    pub(crate) fn answer(&self, apns_id: [u8; 16]) -> SendResult {
        let (status, mut rest) = match self {
            Self::Usual(status, digits, unique_id) => {
                let apns_id = UuidText {
                    digits: *digits,
                    id: apns_id,
                };
                let headers = ids(apns_id, *unique_id);
                return Ok(ApnsAnswer::from_parts(*status, headers, Bytes::new()));
            }
            Self::Other(status, packed) => (*status, &packed[..]),
            Self::Problem(problem) => return Err((**problem).clone()),
        };
        let mut headers = HeaderList::default();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line = &rest[..end];
            rest = &rest[end + 1..];
            let Some(colon) = line.iter().position(|byte| *byte == b':') else {
                break;
            };
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(&line[..colon]),
                HeaderValue::from_bytes(&line[colon + 1..]),
            ) {
                headers.push(name, value);
            }
        }
        Ok(ApnsAnswer::from_parts(
            status,
            headers,
            Bytes::copy_from_slice(rest),
        ))
    }
}

/// Reads the headers of the usual answer: this `apns-id`, perhaps an `apns-unique-id`, and no more.
fn usual<'a>(
    mut headers: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>,
    apns_id: [u8; 16],
) -> Option<(Digits, Option<UuidText>)> {
    let (name, value) = headers.next()?;
    let UuidText { digits, id } = UuidText::read(value)?;
    if name != APNS_ID || id != apns_id {
        return None;
    }
    let unique_id = match headers.next() {
        None => None,
        Some((name, value)) if name == APNS_UNIQUE_ID => Some(UuidText::read(value)?),
        Some(_) => return None,
    };
    headers.next().is_none().then_some((digits, unique_id))
}

/// Headers of the usual answer.
fn ids(apns_id: UuidText, unique_id: Option<UuidText>) -> HeaderList {
    let mut headers = HeaderList::default();
    for (name, id) in [(APNS_ID, Some(apns_id)), (APNS_UNIQUE_ID, unique_id)] {
        let mut text = [0; Hyphenated::LENGTH];
        if let Some(id) = id
            && let Ok(value) = HeaderValue::from_str(id.write(&mut text))
        {
            headers.push(HeaderName::from_static(name), value);
        }
    }
    headers
}

impl UuidText {
    /// Reads a UUID with hyphens whose digits are in one case.
    fn read(value: &HeaderValue) -> Option<Self> {
        let id = Uuid::try_parse_ascii(value.as_bytes()).ok()?.into_bytes();
        let mut text = [0; Hyphenated::LENGTH];
        [Digits::Lower, Digits::Upper]
            .map(|digits| Self { digits, id })
            .into_iter()
            .find(|uuid| uuid.write(&mut text) == value)
    }

    fn write(self, text: &mut [u8; Hyphenated::LENGTH]) -> &str {
        let uuid = Uuid::from_bytes(self.id).hyphenated();
        match self.digits {
            Digits::Lower => uuid.encode_lower(text),
            Digits::Upper => uuid.encode_upper(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ApnsAnswer, Bytes, HeaderList, HeaderName, HeaderValue, PackedAnswer, Problem, StatusCode,
    };
    use crate::apns::Outcome;

    const APNS_ID: HeaderName = HeaderName::from_static("apns-id");
    const ID: [u8; 16] = 0xeabe_ae54_14a8_11e5_b60b_1697_f925_ec7b_u128.to_be_bytes();

    #[test]
    fn an_answer_of_apns_is_unpacked_unchanged() {
        let (lower, upper) = (
            "eabeae54-14a8-11e5-b60b-1697f925ec7b",
            "EABEAE54-14A8-11E5-B60B-1697F925EC7B",
        );
        let unique = ("apns-unique-id", lower.as_bytes());
        for (headers, body, is_usual) in [
            (
                &[
                    ("apns-id", lower.as_bytes()),
                    ("apns-unique-id", upper.as_bytes()),
                ][..],
                "",
                true,
            ),
            (&[("apns-id", upper.as_bytes()), unique], "", true),
            (&[("apns-id", upper.as_bytes())], "", true),
            (&[("apns-id", lower.as_bytes()), unique], "\n\n", false),
            (
                &[("apns-id", lower.as_bytes()), unique, ("retry-after", b"1")],
                "",
                false,
            ),
            (
                &[("apns-id", lower.as_bytes()), ("retry-after", b"1")],
                "",
                false,
            ),
            (
                &[("apns-id", b"00000000-0000-0000-0000-000000000000"), unique],
                "",
                false,
            ),
            (
                &[("apns-id", b"eabeae5414a811e5b60b1697f925ec7b"), unique],
                "",
                false,
            ),
            (
                &[("apns-id", b"Eabeae54-14a8-11e5-b60b-1697f925ec7b")],
                "",
                false,
            ),
            (&[unique], "", false),
            (
                &[("apns-id", b"a:b c"), ("apns-unique-id", b"\xff")],
                "{\"reason\":\n\"x:y\"}",
                false,
            ),
            (&[], "", false),
        ] {
            let mut list = HeaderList::default();
            for (name, value) in headers {
                let value = HeaderValue::from_bytes(value).expect("legal");
                list.push(HeaderName::from_static(name), value);
            }
            let mut timed = list.clone();
            timed.push(
                super::SERVER_TIMING,
                HeaderValue::from_static("apns;dur=1.2"),
            );
            let body = Bytes::from_static(body.as_bytes());
            let answer = Ok(ApnsAnswer::from_parts(StatusCode::OK, timed, body.clone()));
            let packed = PackedAnswer::of(&answer, ID);
            assert_eq!(
                matches!(packed, PackedAnswer::Usual(..)),
                is_usual,
                "{list:?}"
            );
            let again = packed.answer(ID).expect("APNs said it");
            assert_eq!(again.parts(), (StatusCode::OK, &list, &body));
        }
        assert!(size_of::<PackedAnswer>() <= 24);
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
        let again = PackedAnswer::of(&answer, ID)
            .answer(ID)
            .expect("APNs said it");
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
        let again = PackedAnswer::of(&Err(problem.clone()), ID)
            .answer(ID)
            .map(drop)
            .expect_err("Trill said it");
        assert_eq!(
            (again.to_json(), again.outcome()),
            (problem.to_json(), Outcome::Unknown)
        );
    }
}
