//! The leak finder: looks for any twelve consecutive bytes of a secret, however they were written down.
//!
//! Twelve bytes are too many to be there by chance and few enough that a piece of a secret is found
//! too. Each such window is looked for raw, in hex, in base64 and base64url as it looks at all three
//! alignments, and as a list of decimal numbers, which is how serde writes bytes as JSON.

use std::collections::HashMap;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

/// The bytes of a window.
const WINDOW: usize = 12;
/// By so many bytes a needle is looked up: all are longer.
const START: usize = 8;

/// The secret to look for, in every form it is looked for, by how that begins.
pub(crate) struct LeakFinder(HashMap<[u8; START], Vec<Needle>>);

struct Needle {
    form: &'static str,
    bytes: Vec<u8>,
}

impl LeakFinder {
    /// Prepares the search, for the secret number of a key or for a text.
    pub(crate) fn new(secret: &[u8]) -> Self {
        assert!(secret.len() >= WINDOW, "too short to be told from chance");
        let mut needles: HashMap<_, Vec<_>> = HashMap::new();
        for needle in secret.windows(WINDOW).flat_map(self::needles) {
            needles
                .entry(start(&needle.bytes).expect("it is longer"))
                .or_default()
                .push(needle);
        }
        Self(needles)
    }

    /// The form in which a piece of the key stands in these bytes, if one does.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        let unescaped = percent_decoded(bytes);
        let views = [
            bytes.to_vec(),
            joined(bytes),
            unescaped.clone(),
            joined(&unescaped),
        ];
        views.iter().find_map(|view| {
            let lower = view.to_ascii_lowercase();
            self.find_in(view, false)
                .or_else(|| self.find_in(&lower, true))
        })
    }

    /// The form of a needle in this view, which is in small letters where hex is looked for.
    fn find_in(&self, view: &[u8], is_lower: bool) -> Option<&'static str> {
        (0..view.len()).find_map(|index| {
            let rest = &view[index..];
            let needles = self.0.get(&start(rest)?)?;
            needles
                .iter()
                .find(|needle| {
                    (needle.form == "hex") == is_lower && rest.starts_with(&needle.bytes)
                })
                .map(|needle| needle.form)
        })
    }
}

fn start(bytes: &[u8]) -> Option<[u8; START]> {
    bytes.get(..START)?.try_into().ok()
}

fn needles(window: &[u8]) -> Vec<Needle> {
    let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
    let decimals: Vec<String> = window.iter().map(u8::to_string).collect();
    let mut needles = vec![
        Needle {
            form: "raw",
            bytes: window.to_vec(),
        },
        Needle {
            form: "hex",
            bytes: hex.into_bytes(),
        },
        Needle {
            form: "decimal",
            bytes: decimals.join(",").into_bytes(),
        },
    ];
    for alignment in 0..3 {
        needles.push(Needle {
            form: "base64",
            bytes: base64_core(window, alignment, Base64Unpadded::encode_string),
        });
        needles.push(Needle {
            form: "base64url",
            bytes: base64_core(window, alignment, Base64UrlUnpadded::encode_string),
        });
    }
    needles
}

/// The characters that a window alone decides when `alignment` bytes stand before it in its group
/// of three; the ones it shares with its neighbours are left out.
fn base64_core(window: &[u8], alignment: usize, encode: fn(&[u8]) -> String) -> Vec<u8> {
    let text = encode(&[&[0; 3][..alignment], window].concat());
    let first = (alignment * 8).div_ceil(6);
    let end = (alignment + window.len()) * 8 / 6;
    text.as_bytes()[first..end].to_vec()
}

/// Without what text is folded and grouped with: white space, colons, and line breaks as JSON
/// writes them.
fn joined(bytes: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = match (first, after.first()) {
            (b'\\', Some(b'n' | b'r' | b't')) => &after[1..],
            (b'\\' | b':', _) => after,
            (byte, _) if byte.is_ascii_whitespace() => after,
            (byte, _) => {
                joined.push(*byte);
                after
            }
        };
    }
    joined
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let escape = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = &after[2..];
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key without a pattern in it.
    fn scalar() -> [u8; 32] {
        std::array::from_fn(|index| (index as u8).wrapping_mul(89) ^ 0xa5)
    }

    fn check(form: Option<&str>, text: impl AsRef<[u8]>) {
        assert_eq!(
            LeakFinder::new(&scalar()).find(text.as_ref()),
            form,
            "{:?}",
            String::from_utf8_lossy(text.as_ref())
        );
    }

    #[test]
    fn finds_every_window_raw_and_in_hex_of_either_case() {
        for window in scalar().windows(WINDOW) {
            check(Some("raw"), [b"before", window, b"after"].concat());
            let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
            check(Some("hex"), format!("{{\"k\":\"00{hex}ff\"}}"));
            check(Some("hex"), hex.to_uppercase());
            let spaced: Vec<String> = window.iter().map(|byte| format!("{byte:02X}")).collect();
            check(Some("hex"), spaced.join(":"));
        }
    }

    #[test]
    fn finds_every_window_in_base64_at_every_alignment() {
        for window in scalar().windows(WINDOW) {
            for alignment in 0..3 {
                let bytes = [&b"abcd"[..alignment + 1], window, b"tail"].concat();
                let forms = [Some("base64"), Some("base64url")];
                let found = LeakFinder::new(&scalar())
                    .find(Base64Unpadded::encode_string(&bytes).as_bytes());
                assert!(forms.contains(&found), "{found:?}");
                let found = LeakFinder::new(&scalar())
                    .find(Base64UrlUnpadded::encode_string(&bytes).as_bytes());
                assert!(forms.contains(&found), "{found:?}");
            }
        }
    }

    #[test]
    fn finds_what_was_folded_escaped_or_listed() {
        let key = Base64Unpadded::encode_string(&scalar());
        let (first, second) = key.split_at(9);
        let (second, third) = second.split_at(12);
        check(Some("base64"), format!("{first}\n{second}\n{third}"));
        check(Some("base64"), format!("{first}\\n{second}\\r\\n{third}"));
        check(Some("base64"), format!("k={first}%0A{second}%0a{third}"));
        check(
            Some("decimal"),
            serde_json::to_string_pretty(&scalar()).unwrap(),
        );
        let percent: String = scalar().iter().map(|byte| format!("%{byte:02X}")).collect();
        check(Some("raw"), percent);
    }

    #[test]
    fn says_nothing_about_eleven_bytes_or_another_key() {
        check(None, &scalar()[..WINDOW - 1]);
        let other: [u8; 32] = std::array::from_fn(|index| (index as u8).wrapping_mul(57) ^ 0x3c);
        check(None, other);
        check(None, Base64Unpadded::encode_string(&other));
        check(None, "");
    }
}
