//! PEM: a tolerant reader for PEM text (RFC 7468). It repairs and reports the damage that copying
//! does, so that the code after it only handles bytes.

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use super::cleaned::push_note;
use super::finding::Finding;
use super::pem_error::PemError;

/// Label of a block without BEGIN and END lines.
pub(crate) const NO_LABEL: &str = "(none)";

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// Length of every line but the last in an unmodified file, in characters.
const COLUMNS: usize = 64;
/// Minimum length of a base64 body, which is less than that of the shortest key.
const SHORTEST_BODY: usize = 60;
const QUOTES: [char; 7] = ['"', '\'', '`', '“', '”', '‘', '’'];

/// Labels that a sentence may repeat. Others are not repeated, because a damaged line might contain
/// the key.
const LABELS: [&str; 13] = [
    "PRIVATE KEY",
    "EC PRIVATE KEY",
    "RSA PRIVATE KEY",
    "DSA PRIVATE KEY",
    ENCRYPTED,
    "OPENSSH PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
    "PUBLIC KEY",
    "EC PARAMETERS",
    "CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "CERTIFICATE REQUEST",
    "PKCS7",
];

/// Label of a key with a passphrase.
pub(crate) const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// Block of a PEM text: its label and the bytes inside.
pub(crate) struct Block {
    /// Text between `BEGIN` and the dashes, such as `PRIVATE KEY`; empty if the label is unknown.
    pub(crate) label: &'static str,
    /// Decoded body, which is zeroed on drop.
    pub(crate) der: Zeroizing<Vec<u8>>,
    /// Corrections that were made.
    pub(crate) notes: Vec<Finding>,
}

/// Position of a block in the text.
struct Span {
    label: &'static str,
    start: usize,
    body: (usize, usize),
    end: usize,
}

/// Reads the private key of `text`, or its only block.
///
/// Accepts a byte order mark, surrounding quotes, indentation, any line length, any mixture of CR
/// and LF, text before and after the block, a literal `\n` from an environment file, and a body
/// without BEGIN and END lines.
pub(crate) fn read(typed: &str) -> Result<Block, PemError> {
    let mut notes = Vec::new();
    if typed.starts_with('\u{feff}') {
        push_note(
            &mut notes,
            "key_bom",
            "A byte order mark at the start was left out.",
        );
    }
    if typed.contains("\\n") {
        push_note(
            &mut notes,
            "key_escaped_newlines",
            "“\\n” was written out, as in an environment file; it was read as line breaks.",
        );
    }
    if typed.contains('\r') {
        push_note(
            &mut notes,
            "key_line_ends",
            "Windows or old Mac line ends were read as plain ones.",
        );
    }
    let text = plain_lines(typed);
    let Some(span) = only(&text)? else {
        return bare(&text, notes);
    };
    surroundings(&text[..span.start], &text[span.end..], &mut notes);
    layout(&text, &span, &mut notes);
    let der = decode(&text, (after_headers(&text, span.body)?, span.body.1))?;
    Ok(Block {
        label: span.label,
        der,
        notes,
    })
}

/// Reads all blocks of `text`, as tolerantly as [`read`]. An encrypted block of the older form has
/// the label of the newer one, and no bytes. The page reads no file with several blocks.
#[cfg(feature = "relay")]
pub(crate) fn read_all(typed: &str) -> Result<Vec<Block>, PemError> {
    let text = plain_lines(typed);
    if !text.contains(BEGIN) {
        return read(typed).map(|block| vec![block]);
    }
    let mut blocks = Vec::new();
    let mut from = 0;
    while let Some(begin) = text[from..].find(BEGIN) {
        let span = span(&text, from + begin)?;
        from = span.end;
        let (label, der) = match after_headers(&text, span.body) {
            Ok(start) => (span.label, decode(&text, (start, span.body.1))?),
            Err(PemError::Encrypted) => (ENCRYPTED, Zeroizing::default()),
            Err(error) => return Err(error),
        };
        blocks.push(Block {
            label,
            der,
            notes: Vec::new(),
        });
    }
    Ok(blocks)
}

/// Decodes a file that was encoded in base64 as a whole, as in environment variables; `None` if the
/// text is not such a file.
pub(crate) fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let value = match text.split_once(['=', ':']) {
        // The name of a variable, and the quotes around its value.
        Some((name, value)) if name.len() < SHORTEST_BODY && !value.trim().is_empty() => value,
        _ => text,
    };
    let is_base64 =
        |character: &char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/');
    let encoded: Zeroizing<String> = Zeroizing::new(value.chars().filter(is_base64).collect());
    let bytes = Zeroizing::new(Base64Unpadded::decode_vec(&encoded).ok()?);
    let file = str::from_utf8(&bytes).ok()?;
    (file.contains(BEGIN) || file.contains(END) || file.starts_with('M'))
        .then(|| Zeroizing::new(file.to_owned()))
}

/// Converts every line break, whether literal or escaped, to a newline. Makes a single copy, which
/// is zeroed on drop.
fn plain_lines(typed: &str) -> Zeroizing<String> {
    const BREAKS: [(&str, &str); 6] = [
        ("\r\n", "\n"),
        ("\r", "\n"),
        ("\\\\n", "\n"),
        ("\\\\r", ""),
        ("\\n", "\n"),
        ("\\r", ""),
    ];
    let mut text = Zeroizing::new(String::with_capacity(typed.len()));
    let mut rest = typed;
    while let Some(character) = rest.chars().next() {
        match BREAKS
            .into_iter()
            .find(|(found, _)| rest.starts_with(found))
        {
            Some((found, plain)) => {
                text.push_str(plain);
                rest = &rest[found.len()..];
            }
            None => {
                text.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    text
}

/// Block to read: the private key if there is one; an error if there are two.
fn only(text: &str) -> Result<Option<Span>, PemError> {
    let mut chosen: Option<Span> = None;
    let mut from = 0;
    while let Some(begin) = text[from..].find(BEGIN) {
        let span = span(text, from + begin)?;
        from = span.end;
        let is_key = |span: &Span| span.label.contains("PRIVATE KEY");
        match &chosen {
            Some(first) if is_key(first) && is_key(&span) => return Err(PemError::TwoBlocks),
            Some(first) if is_key(first) || !is_key(&span) => {}
            _ => chosen = Some(span),
        }
    }
    match chosen {
        None if text.contains(END) => Err(changed(text).unwrap_or(PemError::CutStart)),
        None => changed(text).map_or(Ok(None), Err),
        some => Ok(some),
    }
}

fn span(text: &str, start: usize) -> Result<Span, PemError> {
    let label_start = start + BEGIN.len();
    let (label, mut body_start) = label(text, label_start)?;
    body_start += dashes(&text[body_start..]);
    let Some(length) = text[body_start..].find(END) else {
        return Err(changed(text).unwrap_or(PemError::CutEnd));
    };
    let mut body_end = body_start + length;
    if text[body_start..body_end].contains(BEGIN) {
        return Err(PemError::TwoBlocks);
    }
    let (end_label, end) = self::label(text, body_end + END.len())?;
    if end_label != label {
        return Err(PemError::LabelMismatch {
            begin: label,
            end: end_label,
        });
    }
    // A sixth dash at a BEGIN or END line is no part of the body.
    let body = &text[body_start..body_end];
    body_end -= body.len() - body.trim_end_matches('-').len();
    Ok(Span {
        label,
        start,
        body: (body_start, body_end),
        end,
    })
}

/// Number of dashes at the start of the text.
fn dashes(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'-').count()
}

/// Label that begins at `start`, and the end of the dashes after it.
fn label(text: &str, start: usize) -> Result<(&'static str, usize), PemError> {
    let length = text[start..].find(DASHES).ok_or(PemError::CutEnd)?;
    let label = text[start..start + length].trim();
    if label.contains('\n') {
        return Err(changed(text).unwrap_or(PemError::Dashes));
    }
    match LABELS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(label))
    {
        Some(known) if known != label => Err(PemError::LabelCase),
        known => Ok((known.unwrap_or_default(), start + length + DASHES.len())),
    }
}

/// Error for a BEGIN or END line that was modified, if one is recognised.
fn changed(text: &str) -> Option<PemError> {
    let is_dash = |character| {
        matches!(
            character,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}'
        )
    };
    let small = Zeroizing::new(text.to_ascii_lowercase());
    let names_a_key =
        small.contains("private key") && (small.contains("begin ") || small.contains("end "));
    let is_whole = |marker: &str| {
        text.matches(marker).count() == small.matches(&marker.to_ascii_lowercase()).count()
    };
    if names_a_key && text.contains(is_dash) {
        return Some(PemError::Dashes);
    }
    if !is_whole(BEGIN) || !is_whole(END) {
        return Some(PemError::LabelCase);
    }
    // A word is present, but its dashes are not.
    let is_bare = |marker: &str, word| !text.contains(marker) && text.contains(word);
    let is_changed = is_bare(BEGIN, "BEGIN ") || is_bare(END, "-END ") || is_bare(END, "\nEND ");
    (names_a_key && is_changed).then_some(PemError::Dashes)
}

/// Adds notes about the text before and after the block.
fn surroundings(before: &str, after: &str, notes: &mut Vec<Finding>) {
    let is_edge = |character| QUOTES.contains(&character);
    let mut before = before.trim_start_matches('\u{feff}');
    let mut after = after;
    if let (Some(head), Some(tail)) = (
        before.trim_end().strip_suffix(is_edge),
        after.trim_start().strip_prefix(is_edge),
    ) {
        push_note(notes, "key_quotes", "The quotes around it were left out.");
        (before, after) = (head, tail);
    }
    if !before.trim().is_empty() || !after.trim().is_empty() {
        push_note(
            notes,
            "key_text_around",
            "Text before or after the key was left out.",
        );
    } else if before.contains('\n') || after.matches('\n').count() > 1 {
        push_note(
            notes,
            "key_blank_lines",
            "Blank lines before or after it were left out.",
        );
    }
    if before.ends_with([' ', '\t']) || after.starts_with([' ', '\t']) {
        push_spaces(notes);
    }
}

fn push_spaces(notes: &mut Vec<Finding>) {
    const CODE: &str = "key_spaces";
    if !notes.iter().any(|note| note.code == CODE) {
        push_note(notes, CODE, "Spaces at the ends of lines were left out.");
    }
}

/// Adds notes about the line breaks of the block.
fn layout(text: &str, span: &Span, notes: &mut Vec<Finding>) {
    let block = &text[span.start..span.end];
    if !block.contains('\n') {
        push_note(
            notes,
            "key_one_line",
            "Everything stood on one line; the line breaks were put back.",
        );
        return;
    }
    let is_padded = |line: &str| line.trim().len() != line.len();
    if block.lines().any(is_padded) {
        push_spaces(notes);
    }
    let mut lines = text[span.body.0..span.body.1]
        .lines()
        .map(|line| line.trim().len())
        .filter(|length| *length > 0);
    let last = lines.next_back().unwrap_or_default();
    if last > COLUMNS || lines.any(|length| length != COLUMNS) {
        push_note(
            notes,
            "key_line_length",
            "The lines were not 64 characters long; they were joined again.",
        );
    }
}

/// Start of the body after the headers that older tools write (RFC 1421). Fails if a header
/// declares the body encrypted.
fn after_headers(text: &str, (start, end): (usize, usize)) -> Result<usize, PemError> {
    let body = &text[start..end];
    if body.contains("DEK-Info:") || (body.contains("Proc-Type:") && body.contains("ENCRYPTED")) {
        return Err(PemError::Encrypted);
    }
    let is_header = |line: &str| {
        let name = line.split_once(": ").map(|(name, _)| name.trim_start());
        name.is_some_and(|name| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        })
    };
    let headers = body
        .split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || is_header(line));
    Ok(start + headers.map(str::len).sum::<usize>())
}

/// Reads a text that is only a base64 body. Its bytes are checked for a key later.
fn bare(text: &str, mut notes: Vec<Finding>) -> Result<Block, PemError> {
    let body = text
        .trim_start_matches('\u{feff}')
        .trim()
        .trim_matches(QUOTES);
    let is_body = |character: char| {
        character.is_ascii_alphanumeric()
            || character.is_ascii_whitespace()
            || "+/=-_".contains(character)
    };
    // In base64, every DER sequence of the size of a key begins with M.
    if body.len() < SHORTEST_BODY || !body.starts_with('M') || !body.chars().all(is_body) {
        return Err(PemError::NoBlock);
    }
    let start = text.find(body).unwrap_or_default();
    let der = decode(text, (start, start + body.len()))?;
    push_note(
        &mut notes,
        "key_no_armour",
        "The BEGIN and END lines were missing; the text between them was enough.",
    );
    Ok(Block {
        label: NO_LABEL,
        der,
        notes,
    })
}

fn decode(text: &str, (start, end): (usize, usize)) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let is_for_urls = is_for_urls(&text[start..end]);
    let mut body = Zeroizing::new(String::with_capacity(end - start));
    let mut padding = None;
    for (offset, character) in text[start..end].char_indices() {
        match character {
            _ if character.is_whitespace() => {}
            '=' => padding = padding.or(Some(offset)),
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' if padding.is_none() => {
                body.push(character)
            }
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => {
                let before = &text[..start + padding.unwrap_or(offset)];
                return Err(bad_character('=', before, false));
            }
            _ => {
                let before = &text[..start + offset];
                return Err(bad_character(character, before, is_for_urls));
            }
        }
    }
    Base64Unpadded::decode_vec(&body)
        .map(Zeroizing::new)
        .map_err(|_| PemError::CutMiddle)
}

/// Returns `true` for a body in base64url (RFC 4648 §5): it has `-` and `_` within its lines, and
/// neither `+` nor `/`.
fn is_for_urls(body: &str) -> bool {
    let is_digit = |character: char| character.is_ascii_alphanumeric() || "-_=".contains(character);
    let mut lines = body.lines().map(str::trim);
    body.len() >= SHORTEST_BODY
        && body.contains(['-', '_'])
        && lines.all(|line| line.chars().all(is_digit) && !line.starts_with('-'))
}

fn bad_character(character: char, before: &str, is_for_urls: bool) -> PemError {
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    PemError::BadCharacter {
        character,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        is_for_urls,
    }
}
