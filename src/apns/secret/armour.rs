//! The armour: the BEGIN and END lines around a key in PEM (RFC 7468), also with damaged dashes,
//! and what begins other key files.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// The word every label of a private key has.
const WORD: &[u8] = b"PRIVATE";
/// Characters that may stand between the words of a label: plain, in an address, in a form.
const SPACES: [&[u8]; 4] = [b" ", b"%20", b"+", b"\t"];
/// Between BEGIN and the word there is room for `ENCRYPTED`, `OPENSSH`, `RSA` and the like.
const LONGEST_LABEL: usize = 40;
const END: &[u8] = b"-----END ";
const BEGIN: &str = "-----BEGIN ";
/// A key store of Java.
const JAVA_KEY_STORE: &[u8] = b"\xfe\xed\xfe\xed";

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(WORD));

/// A private key's armour, with what it encloses. `text` has capitals only where small letters
/// count too; `original` is as it stands.
pub(super) fn find(text: &[u8], original: &[u8]) -> Option<Range<usize>> {
    FINDER.find_iter(text).find_map(|word| {
        let label_end = label_end(&text[word..])? + word;
        let start = label_start(&text[..word]);
        let is_closed = starts_with_dashes(&text[label_end..]);
        // In small letters and without dashes these are words of some sentence.
        let is_capital = start.is_some() && original[word..].starts_with(WORD);
        (is_closed || is_capital).then(|| start.unwrap_or(word)..end(text, label_end))
    })
}

/// A text that is nothing but PEM, of whatever kind: it belongs where keys are read, which says
/// what it is.
pub(super) fn alone(text: &str) -> Option<Range<usize>> {
    let is_edge =
        |character: char| character.is_whitespace() || "\u{feff}\"'`“”‘’".contains(character);
    text.trim_start_matches(is_edge)
        .starts_with(BEGIN)
        .then_some(0..text.len())
}

/// True if these are the bytes of a key store.
pub(super) fn is_key_store(bytes: &[u8]) -> bool {
    bytes.starts_with(JAVA_KEY_STORE)
}

/// The length of `PRIVATE KEY` or `PRIVATE KEY BLOCK`.
fn label_end(text: &[u8]) -> Option<usize> {
    let key = WORD.len() + space(&text[WORD.len()..])?;
    let end = key + text[key..].strip_prefix(b"KEY").map(|_| 3)?;
    let block = space(&text[end..])
        .map(|space| end + space)
        .filter(|block| text[*block..].starts_with(b"BLOCK"));
    Some(block.map_or(end, |block| block + 5))
}

fn space(text: &[u8]) -> Option<usize> {
    SPACES
        .iter()
        .find(|space| text.starts_with(space))
        .map(|space| space.len())
}

/// Where the BEGIN or END before the word stands, with its dashes.
fn label_start(before: &[u8]) -> Option<usize> {
    let from = before.len().saturating_sub(LONGEST_LABEL);
    let near = &before[from..];
    let word = memmem::rfind(near, b"BEGIN").or_else(|| memmem::rfind(near, b"END"))?;
    let dashes = near[..word]
        .rsplit(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace())
        .next()
        .unwrap_or_default();
    let start = (0..dashes.len())
        .find(|start| dash(&dashes[*start..]) > 0)
        .unwrap_or(dashes.len());
    Some(from + word - (dashes.len() - start))
}

/// The length of a hyphen or a longer dash in UTF-8; 0 where there is none.
fn dash(text: &[u8]) -> usize {
    match text {
        [b'-', ..] => 1,
        [0xe2, 0x80, 0x90..=0x95, ..] | [0xe2, 0x88, 0x92, ..] => 3,
        _ => 0,
    }
}

fn starts_with_dashes(text: &[u8]) -> bool {
    matches!(dash(text), 3) || text.starts_with(b"--")
}

/// Where the armour ends: with its END line, or with the base64 behind the label.
fn end(text: &[u8], label_end: usize) -> usize {
    if let Some(line) = memmem::find(&text[label_end..], END) {
        let label = label_end + line + END.len();
        let dashes =
            memmem::find(&text[label..], b"-----").map_or(text.len(), |dashes| label + dashes);
        return after_dashes(text, dashes);
    }
    super::base64_key::end_of_body(text, after_dashes(text, label_end))
}

fn after_dashes(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while dash(&text[at..]) > 0 {
        at += dash(&text[at..]);
    }
    at
}
