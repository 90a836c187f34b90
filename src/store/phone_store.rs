//! Phone store: registered apps, their devices, sends and receipts.
//!
//! Unlike the rest of the store it holds names and device tokens, because its purpose is to show
//! them. Secrets of apps and accounts are stored as hashes, and nothing of a payload is stored.

use super::{KeyedHash, Pending};
use crate::apns::Environment;
use crate::call::Receipt;

/// Time for which sends and their receipts are stored, in milliseconds: seven days.
pub(crate) const SENDS_KEPT_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Time for which a device stays in the list after APNs said that it is gone, in milliseconds.
pub(crate) const UNREGISTERED_KEPT_MS: u64 = SENDS_KEPT_MS;
/// Most sends of all accounts that are stored. Above that, the oldest are removed.
pub(crate) const MOST_SENDS: u64 = 200_000;

/// Result of an operation of the store.
pub(crate) type Stored<T> = Pending<'static, Result<T, PhoneStoreError>>;

/// Storage for registered apps, devices, sends and receipts. All times are in milliseconds since
/// 1970. A change is reported as done only when it outlives the process.
pub(crate) trait PhoneStore: Send + Sync {
    /// Returns all registered apps.
    fn apps(&self) -> Stored<Vec<RegisteredApp>>;

    /// Saves an app, in place of an earlier one with its id.
    fn save_app(&self, app: RegisteredApp) -> Stored<()>;

    /// Deletes an app with its devices, their sends and all receipts.
    fn delete_app(&self, app_id: String) -> Stored<()>;

    /// Saves a device, in place of an earlier registration of its token, and returns the effect.
    /// At most `most` devices of an app are saved.
    fn register(&self, device: Device, most: u64) -> Stored<Registered>;

    /// Removes a device. Returns it if it was there.
    fn withdraw(&self, app_id: String, device_token: String) -> Stored<Option<Device>>;

    /// Returns the devices of these apps, in the order of their registration.
    fn devices(&self, app_ids: Vec<String>) -> Stored<Vec<Device>>;

    /// Marks the devices with this token as unregistered that these apps registered before
    /// `at_ms`, and returns them.
    fn unregister(&self, gone: Gone) -> Stored<Vec<Device>>;

    /// Saves a send, in place of an earlier one with its account, environment and `apns-id`. The
    /// caller need not wait for the result.
    fn save_send(&self, send: KeptSend) -> Stored<()>;

    /// Returns the newest sends of an account with their receipts, newest first.
    fn sends(&self, account: KeyedHash, most: u64) -> Stored<Vec<SendReport>>;

    /// Returns the send of an account with this `apns-id`, and its receipts.
    fn send(&self, account: KeyedHash, apns_id: String) -> Stored<Option<SendReport>>;

    /// Saves a receipt, unless there is one for the same event of the send. Returns the send with
    /// all receipts, or `None` if none of these accounts made the call to a device of the app.
    fn save_receipt(
        &self,
        receipt: NewReceipt,
        accounts: Vec<KeyedHash>,
    ) -> Stored<Option<SavedReceipt>>;

    /// Removes what is stored longer than it may be.
    fn remove_old(&self, now: u64) -> Stored<()>;
}

/// Reason for which the store did not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneStoreError {
    /// There is no room: the disk or the store is full.
    Full,
    /// Another program uses the file, or too much waits to be stored.
    Busy,
    /// The file cannot be read.
    Broken,
}

/// App that may register devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegisteredApp {
    /// Random id, used in paths.
    pub(crate) id: String,
    /// Name that its owner gave it.
    pub(crate) name: String,
    /// Hash of the account that owns it.
    pub(crate) owner: KeyedHash,
    /// Bundle IDs that its devices may have.
    pub(crate) bundle_ids: Vec<String>,
    /// Names of further users who see its devices and receipts.
    pub(crate) viewers: Vec<String>,
    /// SHA-256 of its secret, in hex; `None` once it is revoked.
    pub(crate) secret_hash: Option<String>,
    /// Time of its creation.
    pub(crate) created_ms: u64,
}

/// Registration of one device token of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    /// Id of the app.
    pub(crate) app_id: String,
    /// Device token, in lower case.
    pub(crate) device_token: String,
    /// Keyed hash of the token, by which sends are found.
    pub(crate) device_hash: KeyedHash,
    /// Bundle ID of the app on the device.
    pub(crate) bundle_id: String,
    /// Environment that the token belongs to.
    pub(crate) environment: Environment,
    /// Kinds of pushes that the token is for.
    pub(crate) kinds: Vec<String>,
    /// Further details, as the device gave them.
    pub(crate) details: DeviceDetails,
    /// Time of the newest registration.
    pub(crate) registered_ms: u64,
    /// Time from which APNs says that the token is gone; `None` while it is in use.
    pub(crate) unregistered_ms: Option<u64>,
}

/// Details of a device. Each is optional, and is shown as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeviceDetails {
    /// Identifier that all tokens of one device share.
    pub(crate) device_id: Option<String>,
    /// Name of the device.
    pub(crate) device_name: Option<String>,
    /// Version of its system.
    pub(crate) system_version: Option<String>,
    /// Version of the app.
    pub(crate) app_version: Option<String>,
    /// Region setting.
    pub(crate) region: Option<String>,
}

/// Effect of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// The token is new.
    New,
    /// The token was registered before.
    Again,
    /// The app has as many devices as it may have.
    TooMany,
}

/// Device token that APNs says is gone.
#[derive(Clone, Debug)]
pub(crate) struct Gone {
    /// Apps whose devices may be marked.
    pub(crate) app_ids: Vec<String>,
    /// The token, in lower case.
    pub(crate) device_token: String,
    /// Environment that it was sent to.
    pub(crate) environment: Environment,
    /// Time of the answer's `timestamp`.
    pub(crate) at_ms: u64,
}

/// A send as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptSend {
    /// Hash of the sender's account.
    pub(crate) account: KeyedHash,
    /// Environment of the push.
    pub(crate) environment: Environment,
    /// Its `apns-id`, in lower case.
    pub(crate) apns_id: String,
    /// Name of the call, from `trill-call`.
    pub(crate) call: Option<String>,
    /// Keyed hash of the device token.
    pub(crate) device_hash: KeyedHash,
    /// Time at which the push left.
    pub(crate) sent_ms: u64,
    /// Its result; `None` while it is in flight.
    pub(crate) result: Option<KeptResult>,
}

/// Result of a send as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptResult {
    /// Time of the answer.
    pub(crate) answered_ms: u64,
    /// Word of the outcome.
    pub(crate) outcome: String,
    /// HTTP status.
    pub(crate) status: u16,
}

/// Receipt of an app, as it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewReceipt {
    /// Id of the app.
    pub(crate) app_id: String,
    /// Name of the call.
    pub(crate) call: String,
    /// Device that sends it, if it says so.
    pub(crate) device_hash: Option<KeyedHash>,
    /// The receipt.
    pub(crate) receipt: Receipt,
}

/// A send with its receipts, in the order of their arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SendReport {
    /// The send.
    pub(crate) send: KeptSend,
    /// Its receipts.
    pub(crate) receipts: Vec<Receipt>,
}

/// Effect of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SavedReceipt {
    /// The send that it belongs to, with all receipts.
    pub(crate) report: SendReport,
    /// `false` if the event was reported before.
    pub(crate) is_new: bool,
    /// Token of the device, if it is registered.
    pub(crate) device_token: Option<String>,
}
