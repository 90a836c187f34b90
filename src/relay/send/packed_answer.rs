//! Packed answer: the stored answer to a push, in few bytes because thousands are stored.
//!
//! Headers with three values take half a kilobyte; packed they take a hundred and fifty bytes. If
//! an answer is longer than any of APNs, only its status is stored.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use super::answer::{ApnsAnswer, SendResult};
use crate::relay::header_list::HeaderList;
use crate::relay::problem::Problem;

/// Longest headers and body that are stored, in bytes. APNs's answers to accepted pushes are
/// shorter.
const MOST_BYTES: usize = 1_024;

/// An answer in compact form.
pub(crate) enum PackedAnswer {
    /// Answer of APNs: the status, and the headers as lines of `name:value`, an empty line and the
    /// body.
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
        // Header names and values contain no line ends.
        let lines = headers
            .iter()
            .flat_map(|(name, value)| [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"]);
        let packed = lines.chain([&b"\n"[..], body]).collect::<Vec<_>>().concat();
        Self::Apns(
            status,
            if packed.len() <= MOST_BYTES {
                packed.into()
            } else {
                (*b"\n").into()
            },
        )
    }

    /// Unpacks the answer.
    pub(crate) fn answer(&self) -> SendResult {
        let (status, mut rest) = match self {
            Self::Apns(status, packed) => (*status, &packed[..]),
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

#[cfg(test)]
mod tests {
    use super::{
        ApnsAnswer, Bytes, HeaderList, HeaderName, HeaderValue, PackedAnswer, Problem, StatusCode,
    };
    use crate::apns::Outcome;

    const APNS_ID: HeaderName = HeaderName::from_static("apns-id");

    #[test]
    fn an_answer_of_apns_is_unpacked_unchanged() {
        let mut headers = HeaderList::default();
        headers.push(APNS_ID, HeaderValue::from_static("a:b c"));
        headers.push(
            HeaderName::from_static("server-timing"),
            HeaderValue::from_bytes(b"\xff").expect("legal"),
        );
        for body in ["", "\n\n", "{\"reason\":\n\"x:y\"}"] {
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
