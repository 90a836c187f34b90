//! Armour: the BEGIN and END lines around a PEM key (RFC 7468), also with damaged dashes, and the
//! first bytes of other key files.

use std::ops::Range;
use std::sync::LazyLock;

use super::needle::Needle;

/// Word that occurs in the label of every private key.
pub(super) const WORD: &[u8] = b"PRIVATE";
/// Separators between the words of a label: in plain text, in a URL, and in form data.
const SPACES: [&[u8]; 4] = [b" ", b"%20", b"+", b"\t"];
/// Maximum length in bytes from BEGIN to the word, enough for `ENCRYPTED`, `OPENSSH`, `RSA` and the
/// like.
const LONGEST_LABEL: usize = 40;
const END: &[u8] = b"-----END ";
const BEGIN: &str = "-----BEGIN ";
/// First bytes of a Java key store.
const JAVA_KEY_STORE: &[u8] = b"\xfe\xed\xfe\xed";

static PRIVATE: LazyLock<Needle<'static>> = LazyLock::new(|| Needle::new(WORD));

/// Range of a private key's armour and the text it encloses. If lower case is to match too, `text`
/// is in upper case; `original` is the unchanged text.
pub(super) fn find(text: &[u8], original: &[u8]) -> Option<Range<usize>> {
    PRIVATE.find_iter(text).find_map(|word| {
        let label_end = label_end(&text[word..])? + word;
        let start = label_start(&text[..word]);
        let is_closed = starts_with_dashes(&text[label_end..]);
        // Lower-case words without dashes are part of ordinary prose.
        let is_capital = start.is_some() && original[word..].starts_with(WORD);
        (is_closed || is_capital).then(|| start.unwrap_or(word)..end(text, label_end))
    })
}

/// Whole range of a text that starts with the armour of any PEM block. Such a text belongs where
/// keys are read, which reports its kind.
pub(super) fn alone(text: &str) -> Option<Range<usize>> {
    let is_edge =
        |character: char| character.is_whitespace() || "\u{feff}\"'`“”‘’".contains(character);
    text.trim_start_matches(is_edge)
        .starts_with(BEGIN)
        .then_some(0..text.len())
}

/// Returns `true` if these are the bytes of a Java key store.
pub(super) fn is_key_store(bytes: &[u8]) -> bool {
    bytes.starts_with(JAVA_KEY_STORE)
}

/// Length of `PRIVATE KEY` or `PRIVATE KEY BLOCK`.
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

/// Start of the BEGIN or END before the word, dashes included.
fn label_start(before: &[u8]) -> Option<usize> {
    let from = before.len().saturating_sub(LONGEST_LABEL);
    let near = &before[from..];
    let last = |word: &[u8]| near.windows(word.len()).rposition(|found| found == word);
    let word = last(b"BEGIN").or_else(|| last(b"END"))?;
    let dashes = near[..word]
        .rsplit(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace())
        .next()
        .unwrap_or_default();
    let start = (0..dashes.len())
        .find(|start| dash(&dashes[*start..]) > 0)
        .unwrap_or(dashes.len());
    Some(from + word - (dashes.len() - start))
}

/// Length in bytes of a hyphen or a longer dash in UTF-8; 0 if there is none.
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

/// End of the armour: after its END line, or else after the base64 that follows the label.
fn end(text: &[u8], label_end: usize) -> usize {
    if let Some(line) = Needle::new(END).find(&text[label_end..]) {
        let label = label_end + line + END.len();
        let dashes = Needle::new(b"-----")
            .find(&text[label..])
            .map_or(text.len(), |dashes| label + dashes);
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
