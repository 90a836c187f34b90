//! Handles files that were dropped, picked or pasted.

use web_sys::File;
use zeroize::Zeroizing;

use super::action::Action;
use super::browser::files;
use super::form::Field;
use super::message::{Link, Message};
use super::oversized_paste::{self, OversizedPaste};
use super::secret_guard::{self, KeptOut, Place};
use super::task;
use crate::apns::key_file;
use crate::apns::secret::{self, Secret};

/// Reads a file: a key goes to the key holder wherever it was dropped, a payload only into the
/// editor, and the profile of an app only into its field.
pub(super) fn read_file(link: &Link, place: Place, file: File) {
    let sender = link.clone();
    task::begin(link, async move {
        let size = file.size() as usize;
        let Some((name, bytes)) = files::read(file).await else {
            return Some(keep_out(place, KeptOut::File));
        };
        let bytes = Zeroizing::new(bytes);
        // Of a larger file only the beginning is shown, and none of it is kept.
        let found = secret::in_file(&bytes[..bytes.len().min(oversized_paste::LARGEST)]);
        if found.is_some()
            && place == Place::Field(Field::Payload)
            && let Ok(text) = str::from_utf8(&bytes)
            && let Some(command) = secret_guard::command_without_secrets(text)
        {
            sender.send_message(Message::Do(Action::Fix(Field::Payload, command)));
            return Some(keep_out(place, KeptOut::InCommand));
        }
        if found == Some(Secret::ProviderToken) {
            return Some(keep_out(place, KeptOut::ProviderToken));
        }
        if found.is_some() || secret_guard::is_key_file(&name) {
            let offer = key_file::read(&bytes);
            return Some(Message::Do(Action::KeepOut(
                place,
                secret_guard::kind(&offer),
                Some((name, offer)),
            )));
        }
        let text = String::from_utf8_lossy(&bytes);
        if place == Place::Field(Field::App) {
            return Some(Message::Do(Action::ImportApp(text.into_owned(), size)));
        }
        if place != Place::Field(Field::Payload) {
            return Some(keep_out(place, KeptOut::File));
        }
        Some(Message::Do(
            match OversizedPaste::of_size(&name, size, &text) {
                Some(oversized) => Action::Oversized(Some(oversized)),
                None => Action::Fix(Field::Payload, text.into_owned()),
            },
        ))
    });
}

fn keep_out(place: Place, kept_out: KeptOut) -> Message {
    Message::Do(Action::KeepOut(place, kept_out, None))
}

/// Reads a file as a signing key.
pub(super) fn read_key(link: &Link, file: File) {
    task::begin(link, async move {
        let (name, bytes) = files::read(file).await?;
        let bytes = Zeroizing::new(bytes);
        Some(Message::Do(Action::OfferKey(name, key_file::read(&bytes))))
    });
}
