//! Detection of a fragment in a request target: text after a `#`, which HTTP/1 does not allow there
//! (RFC 9112 §3.2).
//!
//! hyper removes the fragment from the target, so a push to `/sandbox/3/device/abc#def` would go to
//! `abc` without a trace. So the incoming bytes are searched for a `#` in the last word before the
//! version that ends a request line. The watcher does not parse requests; only hyper knows where
//! they end. A JSON body cannot contain such a line, because JSON strings contain no line ends. A
//! header that contains one is refused too.

use memchr::memchr;

/// Text between the target and the minor version, which is one digit before the end of the line.
const VERSION: &[u8] = b" HTTP/1.";
const VERSION_LENGTH: usize = VERSION.len();

/// Request extension: the target had a fragment.
#[derive(Clone, Copy)]
pub(crate) struct HasFragment;

/// Finds request lines whose target has a fragment, in bytes that arrive in pieces.
#[derive(Default)]
pub(crate) struct FragmentWatcher {
    seen: Seen,
    is_found: bool,
}

/// Part of such a line that has been matched.
#[derive(Clone, Copy, Default)]
enum Seen {
    #[default]
    Nothing,
    Fragment,
    /// Number of bytes of `VERSION` that have matched.
    Version(usize),
    Digit,
}

impl FragmentWatcher {
    /// Searches the next bytes.
    pub(crate) fn watch(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            if matches!(self.seen, Seen::Nothing) {
                let Some(place) = memchr(b'#', rest) else {
                    return;
                };
                rest = &rest[place + 1..];
                self.seen = Seen::Fragment;
                continue;
            }
            self.seen = self.next(*byte);
            rest = after;
        }
    }

    /// `true` once a fragment was found.
    pub(crate) fn is_found(&self) -> bool {
        self.is_found
    }

    fn next(&mut self, byte: u8) -> Seen {
        match (self.seen, byte) {
            (Seen::Digit, b'\r' | b'\n') => {
                self.is_found = true;
                Seen::Nothing
            }
            (_, b'\n') => Seen::Nothing,
            (_, b'#') => Seen::Fragment,
            (Seen::Fragment, b' ') => Seen::Version(1),
            (Seen::Fragment, _) => Seen::Fragment,
            (Seen::Version(VERSION_LENGTH), b'0'..=b'9') => Seen::Digit,
            (Seen::Version(count), _) if VERSION.get(count) == Some(&byte) => {
                Seen::Version(count + 1)
            }
            _ => Seen::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FragmentWatcher;

    fn is_found(pieces: &[&[u8]]) -> bool {
        let mut watcher = FragmentWatcher::default();
        pieces.iter().for_each(|piece| watcher.watch(piece));
        watcher.is_found()
    }

    #[test]
    fn a_fragment_is_found_however_the_bytes_are_cut() {
        let plain = "POST /a HTTP/1.1\r\nhost: x#y\r\ncontent-length: 9\r\n\r\n{\"a\":\"#\"}";
        for line in [
            "POST /a#b HTTP/1.1\r\n",
            "GET /# HTTP/1.0\n",
            "X #? HTTP/1.1\r\n",
            "POST /a?b=c#d#e HTTP/1.1\r\n",
        ] {
            for text in [
                line.to_owned(),
                format!("\r\n{line}"),
                format!("{plain}{line}"),
                format!("{plain}\r\n{line}host: x\r\n\r\n"),
            ] {
                for cut in 0..=text.len() {
                    let (before, after) = text.as_bytes().split_at(cut);
                    assert!(is_found(&[before, after]), "{text:?} cut at {cut}");
                }
                let pieces: Vec<_> = text.as_bytes().chunks(1).collect();
                assert!(is_found(&pieces), "{text:?}");
            }
        }
    }

    #[test]
    fn text_that_looks_like_a_fragment_is_not_reported() {
        for text in [
            "POST /a HTTP/1.1\r\nhost: x\r\nx-color: #fff\r\n\r\n",
            "POST /a%23b HTTP/1.1\r\n\r\n{\"url\":\"/a#b HTTP/1.1\"}",
            "POST /a HTTP/1.1\r\n\r\n{\n  \"name\": \"GET /#x HTTP/1.1\",\n  \"b\": 1 }\n",
            "POST /a HTTP/1.1 #\r\n\r\n",
            "POST /a#b HTTP/2.0\r\n",
            "/a# b HTTP/1.1\r\n",
            "#",
            "",
        ] {
            for cut in 0..=text.len() {
                let (before, after) = text.as_bytes().split_at(cut);
                assert!(!is_found(&[before, after]), "{text:?} cut at {cut}");
            }
        }
    }
}
