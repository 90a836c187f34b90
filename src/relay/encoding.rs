//! Content encoding of answers: the codings a client takes, and gzip for long answers of the API.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Body as _;

use super::reply::Reply;

/// Bytes above which an answer is compressed. A shorter one gains less than its headers weigh.
const SHORTEST: u64 = 512;

/// Returns `true` if `accept-encoding` allows this coding.
///
/// RFC 9110 §12.5.3: a coding by its name, or else by `*`; a weight of 0 refuses it.
pub(crate) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING);
    let items = || {
        values
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
    };
    let weight = |wanted: &str| {
        items().find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then_some(weight.unwrap_or(0.0))
        })
    };
    weight(coding)
        .or_else(|| weight("*"))
        .is_some_and(|weight| weight > 0.0)
}

/// Compresses a long answer with gzip for a client that takes it. Streams stay as they are.
pub(crate) async fn compress(reply: Reply, headers: &HeaderMap) -> Reply {
    let is_long = reply
        .body()
        .size_hint()
        .exact()
        .is_some_and(|bytes| bytes > SHORTEST);
    if !is_long || reply.headers().contains_key(CONTENT_ENCODING) {
        return reply;
    }
    let (mut head, body) = reply.into_parts();
    head.headers
        .insert(VARY, HeaderValue::from_static("accept-encoding"));
    let body = match body {
        Either::Left(full) if accepts(headers, "gzip") => {
            let bytes = full
                .collect()
                .await
                .map_or_else(|never| match never {}, |all| all.to_bytes());
            match gzip(&bytes) {
                Ok(compressed) => {
                    head.headers
                        .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                    Either::Left(Full::new(compressed))
                }
                Err(_) => Either::Left(Full::new(bytes)),
            }
        }
        other => other,
    };
    Reply::from_parts(head, body)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use http::StatusCode;

    use super::*;
    use crate::relay::reply;

    fn accepting(codings: &str) -> HeaderMap {
        let value = HeaderValue::from_str(codings).expect("a header value");
        HeaderMap::from_iter([(ACCEPT_ENCODING, value)])
    }

    async fn answer(body: &str, codings: &str) -> (Option<HeaderValue>, Vec<u8>) {
        let reply = reply::api(StatusCode::OK, body.to_owned().into());
        let reply = compress(reply, &accepting(codings)).await;
        let coding = reply.headers().get(CONTENT_ENCODING).cloned();
        let bytes = reply
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        (coding, bytes.to_vec())
    }

    #[tokio::test]
    async fn a_long_answer_is_compressed_for_a_client_that_takes_gzip() {
        let long = "ring ".repeat(1000);
        let (coding, bytes) = answer(&long, "br, gzip").await;
        assert_eq!(coding, Some(HeaderValue::from_static("gzip")));
        let mut text = String::new();
        GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .expect("gzip");
        assert!(text == long && bytes.len() < 200);
        for codings in ["br", "identity", "gzip;q=0"] {
            assert_eq!(
                answer(&long, codings).await,
                (None, long.clone().into_bytes())
            );
        }
        let short = "ring ".repeat(100);
        assert_eq!(answer(&short, "gzip").await, (None, short.into_bytes()));
    }
}
