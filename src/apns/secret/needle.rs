//! Needle: bytes to be found in a text.
//!
//! The relay looks through every push, so it has the search of `memmem`. The page looks through
//! what a person types, and would have to load that search first.

#[cfg(feature = "relay")]
pub(super) use memchr::memmem::Finder as Needle;

/// Bytes to be found, by the first of them.
#[cfg(not(feature = "relay"))]
pub(super) struct Needle<'n>(&'n [u8]);

#[cfg(not(feature = "relay"))]
impl<'n> Needle<'n> {
    /// Creates a needle of at least one byte.
    pub(super) const fn new(bytes: &'n [u8]) -> Self {
        Self(bytes)
    }

    /// Positions at which the bytes begin.
    pub(super) fn find_iter(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let first = self.0.first().copied().unwrap_or_default();
        memchr::memchr_iter(first, text).filter(|start| text[*start..].starts_with(self.0))
    }

    /// First position at which the bytes begin.
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        self.find_iter(text).next()
    }
}
