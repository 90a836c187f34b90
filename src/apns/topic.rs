//! Topic: the bundle ID of an app, with a suffix that depends on the push type.

use std::fmt;

use thiserror::Error;

use super::char_name::char_name;
use super::cleaned::Cleaned;
use super::finding::Finding;
use super::push_type::PushType;

/// Maximum length in characters.
const LONGEST: usize = 255;
/// Length of a team ID, which users copy along with the bundle ID from profiles and entitlements.
const TEAM_ID: usize = 10;

/// Value of `apns-topic`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic(String);

impl Topic {
    /// Makes the VoIP topic of an app: its bundle ID and `.voip`, which is added only once.
    ///
    /// Only a text that a header cannot contain is refused; APNs decides if a name is a bundle ID.
    pub fn voip(bundle_id: &str) -> Result<Self, TopicError> {
        Self::of(PushType::Voip, bundle_id)
    }

    /// Makes the topic of an app for pushes of one type. The suffix is added only once.
    pub fn of(push_type: PushType, bundle_id: &str) -> Result<Self, TopicError> {
        let typed = bundle_id.trim();
        refuse(typed, |character| {
            character.is_ascii_graphic() || character == ' '
        })?;
        let suffix = push_type.topic_suffix();
        // A VoIP topic typed for another push type means the same app.
        let bundle_id = without(without(typed, suffix), PushType::Voip.topic_suffix());
        Ok(Self([bundle_id, suffix].concat()))
    }

    /// Checks a typed bundle ID.
    pub fn check(bundle_id: &str) -> Result<(), TopicError> {
        let typed = bundle_id.trim();
        if typed.contains("://") {
            return Err(TopicError::Address);
        }
        if typed.ends_with(".*") || typed == "*" {
            return Err(TopicError::Wildcard);
        }
        refuse(typed, is_bundle_character)?;
        match typed.len() {
            characters if characters > LONGEST => Err(TopicError::Length { characters }),
            _ => Ok(()),
        }
    }

    /// Bundle ID that was meant by an invalid text, if it is unambiguous.
    pub fn fixed(bundle_id: &str) -> Option<String> {
        let typed = bundle_id.trim();
        let (is_value, value) = value_of_a_setting(typed);
        let bare: String = value
            .chars()
            .filter(|character| !is_wrapping(*character))
            .collect();
        let bare = bare.trim_matches([',', ';', ' ']);
        let (is_address, bare) = match bare.split_once("://") {
            Some((_, address)) => (true, address.trim_end_matches('/')),
            None => (false, bare),
        };
        let fixed = bare
            .split('.')
            .map(|part| part.split_whitespace().collect::<Vec<_>>().join("."))
            .collect::<Vec<_>>()
            .join(".");
        let is_rewritten = is_address || is_value || fixed != bare;
        let is_certain = !is_rewritten || begins_like_a_bundle_id(&fixed);
        (is_certain && fixed != typed && Self::check(&fixed).is_ok()).then_some(fixed)
    }

    /// Findings about a bundle ID that can be sent.
    pub fn bundle_id_notes(bundle_id: &str) -> Vec<Finding> {
        let typed = bundle_id.trim();
        let mut notes: Vec<Finding> = team_note(typed).into_iter().collect();
        let bare = without(typed, PushType::Voip.topic_suffix());
        let once = typed.strip_suffix(PushType::Voip.topic_suffix()) == Some(bare);
        if bare != typed && !once {
            notes.push(voip_form(bare.to_owned()));
        }
        notes
    }

    /// Parses a complete topic, as found in an existing request, for a push of this type.
    pub fn read(topic: &str, push_type: PushType) -> Result<Cleaned<Self>, TopicError> {
        let typed = topic.trim();
        Self::check(typed)?;
        let mut notes: Vec<Finding> = team_note(typed).into_iter().collect();
        let suffix = push_type.topic_suffix();
        let bare = without(typed, suffix);
        let right = [bare, suffix].concat();
        if bare == typed && !suffix.is_empty() {
            let note = match push_type {
                PushType::Voip => {
                    Finding::warning("topic_no_voip", "VoIP topics end in .voip. Add it?")
                }
                _ => {
                    let word = push_type.as_str();
                    Finding::warning(
                        "topic_suffix",
                        format!("Topics of {word} pushes end in {suffix}. Add it?"),
                    )
                }
            };
            notes.push(note.with_text(right));
        } else if right != typed {
            notes.push(voip_form(right));
        }
        Ok(Cleaned {
            value: Self(typed.to_owned()),
            notes,
        })
    }

    /// Text of the header value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns `true` for a reversed domain name: three parts or more, of which the first is a
/// top-level domain and the last is not.
fn begins_like_a_bundle_id(text: &str) -> bool {
    const ENDS: [&str; 24] = [
        "com", "net", "org", "io", "co", "app", "dev", "me", "tv", "eu", "de", "at", "ch", "uk",
        "us", "fr", "nl", "it", "es", "se", "jp", "cn", "in", "ru",
    ];
    let parts: Vec<&str> = text.split('.').collect();
    let is_end = |part: &str| ENDS.iter().any(|end| end.eq_ignore_ascii_case(part));
    parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty())
        && is_end(parts[0])
        && !is_end(parts[parts.len() - 1])
}

/// Value in a line of settings, of JSON or of a property list, such as `apns-topic: com.acme.app`,
/// and whether there is more than the value.
fn value_of_a_setting(text: &str) -> (bool, &str) {
    const TAGS: [&str; 2] = ["<string>", "Optional("];
    let value = match text.split_once([':', '=']) {
        Some((_, value)) if !value.starts_with("//") => value.trim(),
        _ => text,
    };
    let value = TAGS
        .into_iter()
        .find_map(|tag| value.strip_prefix(tag))
        .unwrap_or(value);
    let value = value.strip_suffix("</string>").unwrap_or(value);
    (value.len() < text.len(), value)
}

/// Returns `true` for brackets, quotes, and characters without width.
fn is_wrapping(character: char) -> bool {
    matches!(
        character,
        '<' | '>'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '"'
            | '\''
            | '`'
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '«'
            | '»'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Returns `true` for letters, digits, hyphen and full stop (Apple, `CFBundleIdentifier`), and for
/// the underscore, which occurs in practice.
pub(crate) fn is_bundle_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

/// Removes all occurrences of `suffix` at the end of `text`, in either case.
fn without<'a>(text: &'a str, suffix: &str) -> &'a str {
    let mut rest = text;
    while let Some((head, tail)) = rest
        .len()
        .checked_sub(suffix.len())
        .and_then(|at| rest.split_at_checked(at))
    {
        if suffix.is_empty() || head.is_empty() || !tail.eq_ignore_ascii_case(suffix) {
            break;
        }
        rest = head;
    }
    rest
}

fn voip_form(fix: String) -> Finding {
    Finding::warning(
        "topic_voip_form",
        "The suffix is written once and in small letters. Correct it?",
    )
    .with_text(fix)
}

/// Finding about a team ID before the bundle ID, as in `ABCDE12345.com.acme.app`. It has capitals
/// and a digit, which a reversed domain name does not begin with.
fn team_note(typed: &str) -> Option<Finding> {
    let (team, rest) = typed.split_once('.')?;
    let is_team = team.len() == TEAM_ID
        && team
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (is_team && rest.contains('.')).then(|| {
        Finding::warning(
            "topic_has_team",
            "Leave out the Team ID at the front: the topic begins with the bundle ID.",
        )
        .with_text(rest.to_owned())
    })
}

fn refuse(typed: &str, allowed: impl Fn(char) -> bool) -> Result<(), TopicError> {
    if typed.is_empty() {
        return Err(TopicError::Missing);
    }
    match typed
        .chars()
        .enumerate()
        .find(|(_, character)| !allowed(*character))
    {
        Some((index, character)) => Err(TopicError::Character {
            character,
            position: index + 1,
        }),
        None => Ok(()),
    }
}

/// Reason why a text is not a bundle ID.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TopicError {
    /// The text is empty.
    #[error("Enter the bundle ID of your app, such as com.example.calls; .voip is added for you.")]
    Missing,
    /// A character is not allowed in a bundle ID.
    #[error(
        "{} at position {position} is not allowed in a bundle ID: letters, digits, “-” and “.” \
         only.",
        char_name(*character)
    )]
    Character {
        /// Character in question.
        character: char,
        /// Position of the character, from 1.
        position: usize,
    },
    /// The text is a web address.
    #[error(
        "This is a web address. A bundle ID is the app’s name as Xcode shows it, such as \
         com.example.calls."
    )]
    Address,
    /// The text is a wildcard such as `com.example.*`.
    #[error(
        "A wildcard stands for many apps, and a push goes to one. Write the whole bundle ID, as \
         Xcode shows it."
    )]
    Wildcard,
    /// The text is too long.
    #[error("{characters} characters; at most 255. Use the bundle ID as Xcode shows it.")]
    Length {
        /// Length in characters.
        characters: usize,
    },
}

impl TopicError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "topic_missing",
            Self::Character { .. } => "topic_char",
            Self::Length { .. } => "topic_length",
            Self::Address => "topic_address",
            Self::Wildcard => "topic_wildcard",
        }
    }
}
