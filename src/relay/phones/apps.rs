//! Registered apps: a copy in memory of those in the store, so that a wrong secret never reaches
//! the disk. An app is in it as soon as it is stored, and no longer than that.

use std::sync::Arc;

use crate::relay::client::Account;
use crate::store::{HashKey, KeyedHash, RegisteredApp};
use crate::sync::Lock;

/// All registered apps.
pub(super) struct Apps {
    hash_key: HashKey,
    apps: Lock<Vec<Arc<App>>>,
}

/// A registered app, and the accounts that see its devices and receipts.
pub(super) struct App {
    pub(super) app: RegisteredApp,
    /// Hashes of the accounts, its owner's first.
    pub(super) accounts: Vec<KeyedHash>,
    /// Hashes of the accounts as texts, for events.
    pub(super) audience: Arc<[Arc<str>]>,
}

impl Apps {
    /// Creates the copy of stored apps.
    pub(super) fn new(apps: Vec<RegisteredApp>, hash_key: HashKey) -> Self {
        let all = apps
            .into_iter()
            .map(|app| Arc::new(App::new(app, &hash_key)));
        let apps = Lock::new(all.collect());
        Self { hash_key, apps }
    }

    /// Returns the app with this hash of a secret.
    pub(super) fn with_secret(&self, hash: &str) -> Option<Arc<App>> {
        self.find(|app| app.app.secret_hash.as_deref() == Some(hash))
    }

    /// Returns the app with this id that an account owns.
    pub(super) fn owned(&self, owner: KeyedHash, id: &str) -> Option<Arc<App>> {
        self.find(|app| app.app.id == id && app.app.owner == owner)
    }

    /// Returns the app with this id.
    pub(super) fn with_id(&self, id: &str) -> Option<Arc<App>> {
        self.find(|app| app.app.id == id)
    }

    /// Returns the apps that an account owns or may see.
    pub(super) fn visible(&self, account: KeyedHash) -> Vec<Arc<App>> {
        let apps = self.apps.lock();
        apps.iter()
            .filter(|app| app.accounts.contains(&account))
            .cloned()
            .collect()
    }

    /// Number of all apps, and of those that an account owns.
    pub(super) fn count(&self, owner: KeyedHash) -> (usize, usize) {
        let apps = self.apps.lock();
        let own = apps.iter().filter(|app| app.app.owner == owner).count();
        (apps.len(), own)
    }

    /// Adds an app, or replaces the one with its id.
    pub(super) fn put(&self, app: RegisteredApp) -> Arc<App> {
        let app = Arc::new(App::new(app, &self.hash_key));
        let mut apps = self.apps.lock();
        match apps.iter_mut().find(|other| other.app.id == app.app.id) {
            Some(other) => *other = Arc::clone(&app),
            None => apps.push(Arc::clone(&app)),
        }
        app
    }

    /// Removes an app.
    pub(super) fn remove(&self, id: &str) {
        self.apps.lock().retain(|app| app.app.id != id);
    }

    fn find(&self, is_it: impl Fn(&App) -> bool) -> Option<Arc<App>> {
        let apps = self.apps.lock();
        apps.iter().find(|app| is_it(app)).cloned()
    }
}

impl App {
    fn new(app: RegisteredApp, hash_key: &HashKey) -> Self {
        let viewers = app.viewers.iter().map(|name| {
            let account = Account::User(name.as_str().into());
            account.hash(hash_key)
        });
        let accounts: Vec<_> = [app.owner].into_iter().chain(viewers).collect();
        let audience = accounts.iter().map(|account| account.to_string().into());
        Self {
            audience: audience.collect(),
            accounts,
            app,
        }
    }
}
