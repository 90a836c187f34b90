//! Send log: stores each send while there is a push server, without its payload. A send never waits
//! for the store, and does not depend on it.

use std::sync::Arc;

use super::event::publish_registration;
use crate::apns::headers::APNS_ID;
use crate::apns::{ApnsId, Environment};
use crate::relay::client::Client;
use crate::relay::send::answer::{SendResult, outcome};
use crate::relay::upstream::Outgoing;
use crate::relay::{Shared, millis};
use crate::store::{Gone, KeptResult, KeptSend, KeyedHash};

/// A send in flight.
pub(crate) struct LoggedSend {
    account: KeyedHash,
    environment: Environment,
    device_token: String,
    call: Option<String>,
    apns_id: Option<String>,
    sent_ms: u64,
}

impl LoggedSend {
    /// Stores a push that is about to leave, so that its first receipt finds it. `None` without a
    /// push server.
    pub(crate) fn begin(
        shared: &Shared,
        client: &Client,
        push: &Outgoing,
        call: Option<String>,
    ) -> Option<Self> {
        let phones = shared.phones.as_ref()?;
        let apns_id = push.headers.get(APNS_ID).and_then(|id| id.to_str().ok());
        let send = Self {
            account: phones.account(client),
            environment: push.environment,
            device_token: push.device_token.to_ascii_lowercase(),
            call,
            apns_id: apns_id.and_then(canonical),
            sent_ms: millis(shared.now()),
        };
        send.save(shared, None);
        Some(send)
    }

    /// Stores the result of the push. A device that APNs says is gone is marked.
    pub(crate) fn end(mut self, shared: &Arc<Shared>, answer: &SendResult) {
        let now = millis(shared.now());
        let status = match answer {
            Ok(said) => said.status(),
            Err(problem) => problem.status(),
        };
        if let (None, Ok(said)) = (&self.apns_id, answer) {
            let apns_id = said.apns_id().and_then(|id| id.to_str().ok());
            self.apns_id = apns_id.and_then(canonical);
        }
        let result = KeptResult {
            answered_ms: now,
            outcome: outcome(answer).as_str().to_owned(),
            status: status.as_u16(),
        };
        self.save(shared, Some(result));
        if let Ok(said) = answer
            && let (410, Some(at_ms)) = (status.as_u16(), said.answer().timestamp)
        {
            tokio::spawn(self.unregister(Arc::clone(shared), at_ms));
        }
    }

    fn save(&self, shared: &Shared, result: Option<KeptResult>) {
        let (Some(phones), Some(apns_id)) = (&shared.phones, &self.apns_id) else {
            return;
        };
        // It is queued at once, and nobody waits for the result.
        drop(phones.store.save_send(KeptSend {
            account: self.account,
            environment: self.environment,
            apns_id: apns_id.clone(),
            call: self.call.clone(),
            device_hash: phones.device_hash(&self.device_token),
            sent_ms: self.sent_ms,
            result,
        }));
    }

    /// Marks the device in the apps that the sender may see: APNs has refused it since `at_ms`.
    async fn unregister(self, shared: Arc<Shared>, at_ms: u64) {
        let Some(phones) = &shared.phones else {
            return;
        };
        let apps = phones.apps.visible(self.account);
        let gone = Gone {
            app_ids: apps.iter().map(|app| app.app.id.clone()).collect(),
            device_token: self.device_token,
            environment: self.environment,
            at_ms,
        };
        let Ok(devices) = phones.store.unregister(gone).await else {
            return;
        };
        for device in devices {
            if let Some(app) = phones.apps.with_id(&device.app_id) {
                publish_registration(&shared, &app, &device, "unregistered");
            }
        }
    }
}

fn canonical(apns_id: &str) -> Option<String> {
    ApnsId::parse(apns_id).map(|id| id.as_str().to_owned())
}
