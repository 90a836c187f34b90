//! A header that a request may have only once. Of two values, the relay and a proxy before it might
//! each believe another one.

use http::header::AsHeaderName;
use http::{HeaderMap, HeaderValue};

/// The header occurs more than once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Repeated;

/// Returns the value of a header, or `None` if it does not occur.
pub(crate) fn single(
    headers: &HeaderMap,
    name: impl AsHeaderName,
) -> Result<Option<&HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Repeated),
        (value, None) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use http::header::HOST;

    use super::*;

    #[test]
    fn a_header_counts_only_if_it_occurs_once() {
        let value = HeaderValue::from_static("example.com");
        let mut headers = HeaderMap::new();
        assert_eq!(single(&headers, HOST), Ok(None));
        headers.append(HOST, value.clone());
        assert_eq!(single(&headers, HOST), Ok(Some(&value)));
        headers.append(HOST, value);
        assert_eq!(single(&headers, HOST), Err(Repeated));
    }
}
