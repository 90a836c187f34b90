//! Random bytes. `crypto.getRandomValues` exists on every page, secure context or not.

/// Returns `N` random bytes; `None` if the browser has no random source.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}
