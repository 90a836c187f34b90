//! Parties of a request: its sender, the holder of its key and the holder of its phone. On a shared
//! page these may be several guests, none of whom acts for another.

use std::sync::Arc;

use super::credential::Credential;
use super::enrolled::enrolment::Enrolment;
use super::visibility::Visibility;
use crate::caller::{Caller, Party};

/// Parties of one request.
pub(crate) struct Parties {
    /// The sender, as the relay names it; unknown when it comes from elsewhere.
    pub(crate) sender: Option<Party>,
    /// Its credential.
    pub(crate) credential: Arc<Credential>,
    /// True if a client certificate takes the place of that.
    pub(crate) has_certificate: bool,
    /// The phone it is for.
    pub(crate) device: Option<Arc<Enrolment>>,
}

impl Parties {
    /// True if the phone is a guest's, and the request speaks for somebody else.
    pub(crate) fn is_strangers_device(&self) -> bool {
        let speaker = self.speaker();
        self.phone()
            .is_some_and(|holder| !speaker.may_touch(holder))
    }

    /// Its visibility. The owner of a phone hears nothing of what somebody else tries with it.
    pub(crate) fn visibility(&self) -> Visibility {
        let sender = self.sender.as_ref().map(|sender| &sender.caller);
        let key = self.credential.speaker().or(self.credential.key.as_deref());
        let phone = self.phone().filter(|_| !self.is_strangers_device());
        Visibility::of_push(sender, key.map(|key| &key.ownership.holder), phone)
    }

    /// The account on which it takes room: never that of somebody who has not sent or signed it.
    pub(crate) fn account(&self) -> Arc<str> {
        let signer = self.credential.speaker().map(|key| &key.ownership.account);
        let account = self
            .sender
            .as_ref()
            .map(|sender| &sender.account)
            .or(signer);
        account.cloned().unwrap_or_default()
    }

    /// For the key that made the signature it is a sign of life, and for the phone it reaches.
    pub(crate) fn touch(&self, at_ms: u64) {
        if let Some(key) = self.credential.speaker() {
            key.ownership.touch(at_ms);
        }
        if let Some(device) = self.device.as_ref().filter(|_| !self.is_strangers_device()) {
            device.ownership.touch(at_ms);
        }
    }

    /// The caller on whose behalf it may ring: the key's holder. Where nobody's key is asked for,
    /// the sender.
    fn speaker(&self) -> Caller {
        let is_anybodys = self.has_certificate || self.credential.is_unchecked;
        match (self.credential.speaker(), &self.sender) {
            (Some(key), _) => key.ownership.holder.clone(),
            (None, Some(sender)) => sender.caller.clone(),
            (None, None) if is_anybodys => Caller::Owner,
            // Its refusal is for whoever waits for a push of theirs.
            (None, None) => self.phone().cloned().unwrap_or_default(),
        }
    }

    fn phone(&self) -> Option<&Caller> {
        self.device.as_ref().map(|device| &device.ownership.holder)
    }
}
