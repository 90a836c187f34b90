//! Randomness. `crypto.getRandomValues` exists on every page, secure context or not.

/// `N` random bytes; `None` where the browser has none to give.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}
