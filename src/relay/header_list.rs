//! Header list: the few headers of a push or of its answer, in their order. For so few, a list is
//! made, searched and copied sooner than a `HeaderMap`, and takes half the memory.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers with different names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HeaderList(Vec<(HeaderName, HeaderValue)>);

impl HeaderList {
    /// Creates an empty list with room for this number of headers.
    pub(crate) fn with_capacity(number: usize) -> Self {
        Self(Vec::with_capacity(number))
    }

    /// Adds a header, whose name must be a new one.
    pub(crate) fn push(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// Value of the header with this name in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&HeaderValue> {
        let found = self.0.iter().find(|(header, _)| header.as_str() == name);
        found.map(|(_, value)| value)
    }

    /// Returns the headers in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Adds the headers to a map.
    pub(crate) fn copy_to(&self, map: &mut HeaderMap) {
        for (name, value) in self.iter() {
            map.insert(name, value.clone());
        }
    }
}
