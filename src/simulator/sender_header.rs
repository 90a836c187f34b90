//! Header in which the relay of the same program names the party on whose behalf it sends a push.
//! Nobody else can name one, because the value begins with a secret that never leaves the program.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

use http::HeaderValue;

use super::push_header::PushHeader;
use super::random;
use super::request::Request;
use crate::caller::{Caller, Party};

/// Separator of the parts. A header value may contain it, and no name does.
const BETWEEN: char = '\t';

/// Writer and reader of the sender header.
pub(crate) struct SenderHeader {
    secret: String,
    /// Hasher for comparing secrets: keyed hashes do not reveal how much of a guess was right.
    hasher: RandomState,
}

impl Default for SenderHeader {
    fn default() -> Self {
        let secret = random::bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            secret,
            hasher: RandomState::new(),
        }
    }
}

impl SenderHeader {
    /// Returns the header value that names a sender.
    pub(crate) fn write(&self, sender: &Party) -> Option<HeaderValue> {
        let name = if let Caller::Guest(name) = &sender.caller {
            name
        } else {
            ""
        };
        let text = format!("{}{BETWEEN}{name}{BETWEEN}{}", self.secret, sender.account);
        let mut value = HeaderValue::from_bytes(text.as_bytes()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Returns the party that a request names; `None` unless the request comes from the relay of
    /// this program.
    pub(crate) fn read(&self, request: &Request) -> Option<Party> {
        let text = str::from_utf8(request.header(PushHeader::Sender)?).ok()?;
        let mut parts = text.split(BETWEEN);
        if self.hasher.hash_one(parts.next()?) != self.hasher.hash_one(self.secret.as_str()) {
            return None;
        }
        let (name, account) = (parts.next()?, parts.next()?);
        let caller = if name.is_empty() {
            Caller::Owner
        } else {
            Caller::guest(name)
        };
        Some(Party {
            caller,
            account: Arc::from(account),
        })
    }
}
