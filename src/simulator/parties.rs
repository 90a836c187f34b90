//! Parties of a request: its sender, the holder of its key and the holder of its phone. On a shared
//! page these may be several guests, and no guest may act for another.

use std::sync::Arc;

use super::credential::Credential;
use super::enrolled::enrolment::Enrolment;
use super::visibility::Visibility;
use crate::caller::{Caller, Party};

/// Parties of one request.
pub(crate) struct Parties {
    /// Sender, as named by the relay; absent if the request does not come from the relay.
    pub(crate) sender: Option<Party>,
    /// Credential of the request.
    pub(crate) credential: Arc<Credential>,
    /// `true` if a client certificate takes the place of the credential.
    pub(crate) has_certificate: bool,
    /// Phone that the push is for, if it is enrolled.
    pub(crate) device: Option<Arc<Enrolment>>,
}

impl Parties {
    /// `true` if the caller on whose behalf the request is made may not use the phone.
    pub(crate) fn is_strangers_device(&self) -> bool {
        let speaker = self.speaker();
        self.phone()
            .is_some_and(|holder| !speaker.may_touch(holder))
    }

    /// Returns the visibility of the request. The holder of a phone does not see the requests of
    /// strangers to it.
    pub(crate) fn visibility(&self) -> Visibility {
        let sender = self.sender.as_ref().map(|sender| &sender.caller);
        let key = self.credential.speaker().or(self.credential.key.as_deref());
        let phone = self.phone().filter(|_| !self.is_strangers_device());
        Visibility::of_push(sender, key.map(|key| &key.ownership.holder), phone)
    }

    /// Returns the account that the decision counts against: that of the sender or else of the
    /// signer, never of somebody who has neither sent nor signed the request.
    pub(crate) fn account(&self) -> Arc<str> {
        let signer = self.credential.speaker().map(|key| &key.ownership.account);
        let account = self
            .sender
            .as_ref()
            .map(|sender| &sender.account)
            .or(signer);
        account.cloned().unwrap_or_default()
    }

    /// Marks the key that made the signature as used, and the phone unless the request comes from a
    /// stranger.
    pub(crate) fn touch(&self, at_ms: u64) {
        if let Some(key) = self.credential.speaker() {
            key.ownership.touch(at_ms);
        }
        if let Some(device) = self.device.as_ref().filter(|_| !self.is_strangers_device()) {
            device.ownership.touch(at_ms);
        }
    }

    /// Returns the caller on whose behalf the request may ring the phone: the holder of the key or,
    /// if no key made the signature, the sender.
    fn speaker(&self) -> Caller {
        let is_anybodys = self.has_certificate || self.credential.is_unchecked;
        match (self.credential.speaker(), &self.sender) {
            (Some(key), _) => key.ownership.holder.clone(),
            (None, Some(sender)) => sender.caller.clone(),
            (None, None) if is_anybodys => Caller::Owner,
            // The holder of the phone sees the refusal, because they may be waiting for their own
            // push.
            (None, None) => self.phone().cloned().unwrap_or_default(),
        }
    }

    fn phone(&self) -> Option<&Caller> {
        self.device.as_ref().map(|device| &device.ownership.holder)
    }
}
