//! The rules of the secret guard: they decide what happens to a text that contains a key or a
//! provider token, and what the page says about it.
//!
//! A key goes to the key holder, a provider token is discarded, and the field keeps its previous
//! text. If a secret is typed, its beginning is removed before the rest follows.

use zeroize::Zeroizing;

use super::form::Field;
use crate::apns::SigningKey;
use crate::apns::key_file;
use crate::apns::payload::command;
use crate::apns::secret::{self, Secret};
use crate::apns::signing_key::KeyError;

/// Extensions of the files that are read as keys wherever they are dropped.
const KEY_FILES: [&str; 9] = [
    ".p8", ".p12", ".pfx", ".pem", ".key", ".cer", ".crt", ".der", ".jks",
];

/// A place that refuses secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field of the form.
    Field(Field),
    /// A field of the simulator's inspector.
    Simulator,
    /// The sign-in dialog.
    SignIn,
    /// Any other place.
    Page,
}

/// The kind of thing that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptOut {
    /// A valid key, which the key holder took.
    Key,
    /// A key, or a text that looks like one, that the key holder cannot use.
    UselessKey,
    /// The beginning of a key that was typed.
    TypedKey,
    /// A provider token.
    ProviderToken,
    /// A secret in a command that was pasted into the payload's editor.
    InCommand,
    /// A text with a secret that a preset, a template or a fix would have inserted.
    Prepared,
    /// A secret stored by an older version of the page.
    Stored,
    /// A file that is no key and was not dropped on the payload.
    File,
}

impl KeptOut {
    /// Returns the message to the user: the event, and the next step.
    pub fn sentence(self, place: Place) -> &'static str {
        match (self, place) {
            (Self::Key, Place::Page) => {
                "The key was read into the key holder. It was not stored or sent."
            }
            (Self::Key, _) => {
                "This was a private key: it went to the key holder under “Signing key”. This field keeps what it held."
            }
            (Self::UselessKey, Place::Page) => {
                "This was kept out of the page. The key holder says what is wrong with it."
            }
            (Self::UselessKey, _) => {
                "This was key material, so it was kept out of this field. “Signing key” says what is wrong with it."
            }
            (Self::TypedKey, _) => {
                "A private key begins like this, so it was taken out. Drop or paste the whole key under “Signing key”."
            }
            (Self::ProviderToken, Place::Page) => {
                "This was a provider token, so it was dropped: the page signs one of its own with your key."
            }
            (Self::ProviderToken, _) => {
                "This was a provider token, so it was kept out: the page signs one of its own with your key."
            }
            (Self::InCommand, _) => {
                "The key or token in this command was cut out and dropped: the page signs with the key under “Signing key”."
            }
            (Self::Prepared, _) => {
                "The text that was to be put here holds a key or a provider token, so this keeps what it held."
            }
            (Self::Stored, _) => {
                "An older version had stored a key or a provider token in this browser. It was removed; if others use this browser, revoke the key."
            }
            (Self::File, _) => {
                "A file is read as payload in the editor, and as key under “Signing key”. Drop it there."
            }
        }
    }
}

/// A text that is refused in a field.
#[derive(Debug)]
pub struct Refused {
    /// Kind of the secret.
    pub secret: Secret,
    /// Text the field gets instead.
    pub keeps: String,
    /// Text that was inserted in one piece, for the key holder; `None` if it was typed.
    pub brought: Option<Zeroizing<String>>,
}

impl Refused {
    /// Returns the kind of the refusal, and the key for the key holder, if there is one.
    pub fn offer(&self) -> (KeptOut, Option<Offer>) {
        match (self.secret, &self.brought) {
            (Secret::ProviderToken, _) => (KeptOut::ProviderToken, None),
            (Secret::Key, None) => (KeptOut::TypedKey, None),
            (Secret::Key, Some(text)) => {
                let offer = key_file::read_text(text);
                (kind(&offer), Some(offer))
            }
        }
    }
}

/// A key for the key holder, or the reason why it is none.
pub type Offer = Result<SigningKey, KeyError>;

/// Returns the kind of the refusal of a key.
pub fn kind(offer: &Offer) -> KeptOut {
    if offer.is_ok() {
        KeptOut::Key
    } else {
        KeptOut::UselessKey
    }
}

/// Checks a field's new text; `before` is its previous text, if known. `None` means that the text
/// has no secret.
pub fn admit(before: Option<&str>, after: &str) -> Option<Refused> {
    let secret = secret::find(after)?.secret;
    let brought = inserted(before.unwrap_or_default(), after);
    if brought.chars().nth(1).is_none() {
        return Some(Refused {
            secret,
            keeps: secret::without(after),
            brought: None,
        });
    }
    let keeps = match before {
        Some(before) if secret::find(before).is_none() => before.to_owned(),
        _ => secret::without(after),
    };
    // A key may have been inserted in two pieces.
    let whole = if key_file::read_text(brought).is_err() && key_file::read_text(after).is_ok() {
        after
    } else {
        brought
    };
    Some(Refused {
        secret,
        keeps,
        brought: Some(Zeroizing::new(whole.to_owned())),
    })
}

/// Returns the text of a command without its secrets; `None` if the text is no command or holds
/// nothing else.
pub fn command_without_secrets(text: &str) -> Option<String> {
    let rest = secret::without(text);
    command::is_command(&rest).then_some(rest)
}

/// Returns `true` if a file of this name is read as a key, whatever its content.
pub fn is_key_file(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    KEY_FILES.iter().any(|ending| name.ends_with(ending))
}

/// Returns the part of `after` between the longest prefix and suffix it shares with `before`.
fn inserted<'a>(before: &str, after: &'a str) -> &'a str {
    let shared = |(one, other): &(char, char)| one == other;
    let head: usize = before
        .chars()
        .zip(after.chars())
        .take_while(shared)
        .map(|(one, _)| one.len_utf8())
        .sum();
    let (before, after) = (&before[head..], &after[head..]);
    let tail: usize = before
        .chars()
        .rev()
        .zip(after.chars().rev())
        .take_while(shared)
        .map(|(one, _)| one.len_utf8())
        .sum();
    &after[..after.len() - tail]
}
