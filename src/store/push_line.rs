//! Push line: the line of one push in a push file. Its text has a fixed length and begins with a
//! keyed hash of the rest.

use super::hash_key::{HashKey, KeyedHash, digits};
use super::{EarlierPush, Ending, KeptPush};
use crate::apns::Environment;

/// Length in bytes. Each line lies within one memory page, so a killed process has written it
/// completely or not at all.
pub(super) const LINE_BYTES: usize = 256;

/// Digits of the hash at the beginning.
const HASH_DIGITS: usize = 32;
/// Represents a missing value.
const NONE: &str = "-";
const BEGUN: &str = "begun";
const UNKNOWN: &str = "unknown";

/// Stage of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The push may have been sent.
    Begun,
    /// The push has ended with this result.
    Ended(Ending),
}

/// A line that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The line is empty.
    Free,
    /// The line holds a push.
    Push(EarlierPush),
    /// The line is not valid.
    Damaged,
}

/// Formats the line of a push. It is empty if the push was certainly not delivered.
pub(super) fn write(push: &KeptPush, stage: Stage, at: u64, key: &HashKey) -> [u8; LINE_BYTES] {
    let status;
    let (outcome, apns_unique_id) = match stage {
        Stage::Begun => (BEGUN, None),
        Stage::Ended(Ending::Unknown) => (UNKNOWN, None),
        Stage::Ended(Ending::Answered {
            status: code,
            apns_unique_id,
        }) => {
            status = code.to_string();
            (status.as_str(), apns_unique_id)
        }
        Stage::Ended(Ending::Nothing) => return pad(""),
    };
    let mut line = LineInProgress::new();
    line.add(&push.account.digits());
    line.add(&push.share.digits());
    line.add(push.environment.as_str().as_bytes());
    line.add(&digits(push.apns_id));
    line.add(&push.fingerprint.digits());
    line.add(at.to_string().as_bytes());
    line.add(outcome.as_bytes());
    match apns_unique_id {
        Some(id) => line.add(&digits(id)),
        None => line.add(NONE.as_bytes()),
    }
    line.end(key)
}

/// Line to which words are added.
struct LineInProgress {
    line: [u8; LINE_BYTES],
    length: usize,
}

impl LineInProgress {
    /// Leaves room for the hash.
    fn new() -> Self {
        Self {
            line: pad(""),
            length: HASH_DIGITS,
        }
    }

    /// Adds a word after a space. One for which there is no room would be left out, and the line be
    /// invalid, but there is room for all.
    fn add(&mut self, word: &[u8]) {
        let start = self.length + 1;
        let end = start + word.len();
        if let Some(room) = self.line[..LINE_BYTES - 1].get_mut(start..end) {
            room.copy_from_slice(word);
            self.length = end;
        }
    }

    /// Puts the hash of the text before it.
    fn end(mut self, key: &HashKey) -> [u8; LINE_BYTES] {
        let hash = key.hash(&[&self.line[HASH_DIGITS + 1..self.length]]);
        self.line[..HASH_DIGITS].copy_from_slice(&hash.digits());
        self.line
    }
}

/// Pads a text to a line. A longer one would be cut off and be invalid, but no text is longer.
pub(super) fn pad(text: &str) -> [u8; LINE_BYTES] {
    let mut line = [b' '; LINE_BYTES];
    line[LINE_BYTES - 1] = b'\n';
    line.iter_mut()
        .take(LINE_BYTES - 1)
        .zip(text.bytes())
        .for_each(|(to, from)| *to = from);
    line
}

/// Reads a line.
pub(super) fn read(line: &[u8], key: &HashKey) -> Line {
    let Some(text) = line
        .strip_suffix(b"\n")
        .and_then(|line| str::from_utf8(line).ok())
    else {
        return Line::Damaged;
    };
    let text = text.trim_end();
    if text.is_empty() {
        return Line::Free;
    }
    let Some((hash, text)) = text.split_once(' ') else {
        return Line::Damaged;
    };
    if KeyedHash::parse(hash) != Some(key.hash(&[text.as_bytes()])) {
        return Line::Damaged;
    }
    read_push(text).map_or(Line::Damaged, Line::Push)
}

fn read_push(text: &str) -> Option<EarlierPush> {
    let mut words = text.split(' ');
    let push = KeptPush {
        account: KeyedHash::parse(words.next()?)?,
        share: KeyedHash::parse(words.next()?)?,
        environment: Environment::parse(words.next()?)?,
        apns_id: u128::from_str_radix(words.next()?, 16).ok()?,
        fingerprint: KeyedHash::parse(words.next()?)?,
    };
    let at = words.next()?.parse().ok()?;
    let (outcome, apns_unique_id) = (words.next()?, words.next()?);
    let ending = match outcome {
        BEGUN | UNKNOWN => Ending::Unknown,
        status => {
            let id = if apns_unique_id == NONE {
                None
            } else {
                Some(u128::from_str_radix(apns_unique_id, 16).ok()?)
            };
            Ending::Answered {
                status: status.parse().ok()?,
                apns_unique_id: id,
            }
        }
    };
    Some(EarlierPush { push, ending, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> HashKey {
        HashKey::from_bytes(&[7; 32])
    }

    fn push() -> KeptPush {
        let hash = |text: &[u8]| key().hash(&[text]);
        KeptPush {
            account: hash(b"a"),
            share: hash(b"s"),
            environment: Environment::Production,
            apns_id: u128::MAX,
            fingerprint: hash(b"f"),
        }
    }

    #[test]
    fn a_push_is_read_as_it_was_written() {
        let answered = |apns_unique_id| Ending::Answered {
            status: 200,
            apns_unique_id,
        };
        for (stage, ending) in [
            (Stage::Begun, Ending::Unknown),
            (Stage::Ended(Ending::Unknown), Ending::Unknown),
            (Stage::Ended(answered(None)), answered(None)),
            (
                Stage::Ended(answered(Some(u128::MAX))),
                answered(Some(u128::MAX)),
            ),
            (Stage::Ended(answered(Some(0))), answered(Some(0))),
        ] {
            let line = write(&push(), stage, u64::MAX, &key());
            assert_eq!(
                read(&line, &key()),
                Line::Push(EarlierPush {
                    push: push(),
                    ending,
                    at: u64::MAX
                }),
                "{stage:?}"
            );
        }
        assert_eq!(
            read(
                &write(&push(), Stage::Ended(Ending::Nothing), 1, &key()),
                &key()
            ),
            Line::Free
        );
    }

    #[test]
    fn a_changed_torn_or_foreign_line_is_no_push() {
        let line = write(&push(), Stage::Begun, 1_764_375_861_123, &key());
        let text_length = str::from_utf8(&line).expect("it is text").trim_end().len();
        for index in 0..text_length {
            let mut changed = line;
            changed[index] ^= 1;
            assert_eq!(read(&changed, &key()), Line::Damaged, "{index}");
        }
        for length in 1..LINE_BYTES {
            assert_eq!(read(&line[..length], &key()), Line::Damaged, "{length}");
        }
        assert_eq!(read(&line, &HashKey::from_bytes(&[8; 32])), Line::Damaged);
        assert_eq!(read(&[0; LINE_BYTES], &key()), Line::Damaged);
    }
}
