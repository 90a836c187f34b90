//! Push server for apps: devices register their tokens, and apps report their calls. Apps use a
//! listener of their own and show the secret of their registered app, which gives access to nothing
//! else; the page has further routes, which need the access of the page.

mod app_body;
mod app_routes;
mod apps;
mod device_body;
mod device_routes;
mod event;
mod kinds;
pub(crate) mod listener;
mod qr_code;
mod receipt_body;
mod receipt_routes;
pub(crate) mod routes;
mod secret;
pub(crate) mod send_log;
pub(crate) mod send_report;
pub(crate) mod settings;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::client::Client;
use super::guard::origin_guard::AllowedHosts;
use super::problem::Problem;
use crate::apns::DeviceToken;
use crate::store::{HashKey, KeyedHash, PhoneStore, PhoneStoreError};
use apps::Apps;
use http::StatusCode;
use listener::FloodLimits;
pub use settings::{PhonesError, PhonesSettings};

/// Most apps of one account.
const MOST_APPS: usize = 20;
/// Most apps of all accounts.
const MOST_APPS_OF_ALL: usize = 1_000;
/// Most devices of one app.
const MOST_DEVICES: u64 = 1_000;
/// Interval of removing what is stored longer than it may be.
const REMOVAL_PAUSE: Duration = Duration::from_secs(60 * 60);
/// Wait time after the store refused to write; a full disk seldom has room sooner.
const RETRY_WRITING: Duration = Duration::from_secs(10);

/// The push server.
pub(crate) struct Phones {
    store: Arc<dyn PhoneStore>,
    apps: Apps,
    hash_key: HashKey,
    /// Held while an app is changed, so that two changes do not undo each other.
    changes: tokio::sync::Mutex<()>,
    hosts: AllowedHosts,
    url: String,
    floods: FloodLimits,
}

impl Phones {
    /// Reads the apps from the store.
    pub(crate) async fn open(
        settings: &PhonesSettings,
        address: SocketAddr,
        is_secure: bool,
        store: Arc<dyn PhoneStore>,
        hash_key: HashKey,
    ) -> Result<Self, PhonesError> {
        let apps = store.apps().await.map_err(|_| PhonesError::Store)?;
        let url = settings.url_at(address, is_secure)?;
        Ok(Self {
            store,
            apps: Apps::new(apps, hash_key.clone()),
            hash_key,
            changes: tokio::sync::Mutex::default(),
            hosts: settings.hosts(address, is_secure, &url),
            url: url.to_string(),
            floods: FloodLimits::new(),
        })
    }

    /// URL at which apps reach the push server.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Name of a client's account, which decides the events that it sees.
    pub(crate) fn account_name(&self, client: &Client) -> String {
        self.account(client).to_string()
    }

    fn account(&self, client: &Client) -> KeyedHash {
        client.account.hash(&self.hash_key)
    }

    fn device_hash(&self, device_token: &str) -> KeyedHash {
        let token = device_token.to_ascii_lowercase();
        self.hash_key.hash(&[b"device", token.as_bytes()])
    }
}

/// Removes what is stored longer than it may be, now and then.
pub(crate) async fn remove_old(shared: Arc<Shared>) {
    let mut closing = shared.closing.clone();
    while let Some(phones) = &shared.phones {
        // A failure is logged by the store, and the next time makes up for it.
        let _ = phones.store.remove_old(super::millis(shared.now())).await;
        tokio::select! {
            () = tokio::time::sleep(REMOVAL_PAUSE) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

/// Reads the name of a call; `None` if it is not valid.
pub(crate) fn call_name(text: &str) -> Option<String> {
    receipt_body::call_name(text)
}

/// Refusal of a name of a call in the header of a push.
pub(crate) fn bad_call_header() -> Problem {
    receipt_body::bad_call("The header trill-call is blank or too long.", "trill-call")
}

/// Returns the push server, or the refusal of a relay without one.
fn phones(shared: &Shared) -> Result<&Phones, Problem> {
    shared.phones.as_ref().ok_or_else(|| {
        let cause = "This relay takes no registrations of devices.";
        let fix = "Its operator starts it with trill serve --phones ADDR.";
        Problem::new(StatusCode::NOT_FOUND, "phones_off", cause, fix)
    })
}

/// Reads the device token in a path, in either case.
fn device_token(text: &str) -> Result<DeviceToken, Problem> {
    let refuse = |cause: String| {
        let fix = "Send the bytes of the token as hex digits, usually 64, in either case.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "device_token", cause, fix)
            .with_field("device_token")
    };
    match DeviceToken::from_hex(text) {
        Some(token) if token.as_str().len() <= LONGEST_TOKEN => Ok(token),
        Some(_) => Err(refuse(format!(
            "The device token in the path has more than {LONGEST_TOKEN} digits."
        ))),
        None => Err(refuse(
            "The device token in the path is not hex, or half a byte is missing.".to_owned(),
        )),
    }
}

/// Twice the longest token that Apple ever announced, in hex digits.
const LONGEST_TOKEN: usize = 400;

/// Converts an error of the store.
fn unstored(error: PhoneStoreError) -> Problem {
    let problem = |status, code, cause: &str, fix: &str| Problem::new(status, code, cause, fix);
    match error {
        PhoneStoreError::Full => problem(
            StatusCode::INSUFFICIENT_STORAGE,
            "store_full",
            "The data folder of this relay has no room, so nothing was stored.",
            "Send it again after retry-after; the operator makes room on the disk.",
        ),
        PhoneStoreError::Busy => problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_busy",
            "Another program uses the file of devices, so nothing was stored.",
            "Send it again after retry-after; the operator ends the other program.",
        ),
        PhoneStoreError::Broken => problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "store_broken",
            "The file of devices cannot be read, so nothing was stored.",
            "The operator starts trill anew: it sets a damaged file aside and says so.",
        ),
    }
    .with_retry_after(RETRY_WRITING)
}
