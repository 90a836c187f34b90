//! Tests of the phone store against its trait, and of the SQLite file behind it.

#![allow(clippy::unwrap_used)] // a test may fail

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use rusqlite::Connection;

use super::*;
use crate::call::{CallError, Receipt, ReceiptEvent};
use crate::store::hash_key::HashKey;
use crate::store::phone_store::{DeviceDetails, KeptResult, PhoneStoreError, SENDS_KEPT_MS};

const NOW: u64 = 1_795_911_861_123;

/// A folder for one test, which removes it at its end.
struct TestFolder(PathBuf);

impl TestFolder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("trill-phones-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join(NAME)
    }

    fn open(&self) -> SqliteStore {
        self.open_with(MOST_PAGES).0
    }

    fn open_with(&self, most_pages: u32) -> (SqliteStore, Vec<String>) {
        let mut notices = Vec::new();
        let folder = Folder::open(&self.0).map(Arc::new);
        let store =
            folder.and_then(|folder| SqliteStore::open_with(folder, most_pages, &mut notices));
        (store.unwrap_or_else(|error| panic!("{error}")), notices)
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn hashed(text: &str) -> KeyedHash {
    HashKey::from_bytes(&[7; 32]).hash(&[text.as_bytes()])
}

fn app(id: &str) -> RegisteredApp {
    RegisteredApp {
        id: id.to_owned(),
        name: "Calls".to_owned(),
        owner: hashed("owner"),
        bundle_ids: vec!["com.example.calls".to_owned()],
        viewers: vec!["bob".to_owned()],
        secret_hash: Some("ab".to_owned()),
        created_ms: NOW,
    }
}

fn device(app_id: &str, token: &str) -> Device {
    Device {
        app_id: app_id.to_owned(),
        device_token: token.to_owned(),
        device_hash: hashed(token),
        bundle_id: "com.example.calls".to_owned(),
        environment: Environment::Sandbox,
        kinds: vec!["voip".to_owned()],
        details: DeviceDetails {
            device_name: Some("<b>Ann’s iPhone</b>".to_owned()),
            ..DeviceDetails::default()
        },
        registered_ms: NOW,
        unregistered_ms: None,
    }
}

fn send(apns_id: &str, token: &str, sent_ms: u64) -> KeptSend {
    KeptSend {
        account: hashed("owner"),
        environment: Environment::Sandbox,
        apns_id: apns_id.to_owned(),
        call: Some("call-1".to_owned()),
        device_hash: hashed(token),
        sent_ms,
        result: None,
    }
}

fn receipt(app_id: &str, event: ReceiptEvent) -> NewReceipt {
    NewReceipt {
        app_id: app_id.to_owned(),
        call: "call-1".to_owned(),
        device_hash: None,
        receipt: Receipt {
            event,
            error: (event == ReceiptEvent::Failed).then(|| CallError::incoming(3)),
            device_ms: Some(-5),
            arrived_ms: NOW + 1_200,
        },
    }
}

fn gone(token: &str, at_ms: u64) -> Gone {
    Gone {
        app_ids: vec!["a".to_owned()],
        device_token: token.to_owned(),
        environment: Environment::Sandbox,
        at_ms,
    }
}

/// A store with the app `a`, which has the device `aa`.
async fn filled(folder: &TestFolder) -> SqliteStore {
    let store = folder.open();
    store.save_app(app("a")).await.unwrap();
    let added = store.register(device("a", "aa"), 10).await;
    assert_eq!(added, Ok(Registered::New));
    store
}

async fn tokens(store: &dyn PhoneStore) -> Vec<String> {
    let devices = store.devices(vec!["a".to_owned()]).await.unwrap();
    devices
        .into_iter()
        .map(|device| device.device_token)
        .collect()
}

#[tokio::test]
async fn apps_and_devices_are_there_again() {
    let folder = TestFolder::new();
    let store: Box<dyn PhoneStore> = Box::new(filled(&folder).await);
    let changed = RegisteredApp {
        secret_hash: None,
        ..app("a")
    };
    store.save_app(changed.clone()).await.unwrap();
    store.save_app(app("b")).await.unwrap();
    assert_eq!(
        store.register(device("a", "aa"), 1).await,
        Ok(Registered::Again),
        "a full app may renew a device"
    );
    assert_eq!(
        store.register(device("a", "bb"), 1).await,
        Ok(Registered::TooMany)
    );
    drop(store);
    let store = folder.open();
    assert_eq!(store.apps().await, Ok(vec![changed, app("b")]));
    let all = store.devices(vec!["a".to_owned(), "b".to_owned()]).await;
    assert_eq!(all, Ok(vec![device("a", "aa")]));
    assert_eq!(store.withdraw("b".into(), "aa".into()).await, Ok(None));
    let withdrawn = store.withdraw("a".into(), "aa".into()).await;
    assert_eq!(withdrawn, Ok(Some(device("a", "aa"))));
    assert!(tokens(&store).await.is_empty());
}

#[tokio::test]
async fn only_a_later_answer_of_apns_unregisters_a_device_and_it_may_come_back() {
    let folder = TestFolder::new();
    let store = filled(&folder).await;
    let other = Gone {
        environment: Environment::Production,
        ..gone("aa", NOW + 1)
    };
    let foreign = Gone {
        app_ids: vec!["b".to_owned()],
        ..gone("aa", NOW + 1)
    };
    for gone in [gone("aa", NOW), gone("aa", NOW - 1), other, foreign] {
        assert_eq!(
            store.unregister(gone.clone()).await,
            Ok(Vec::new()),
            "{gone:?}"
        );
    }
    let marked = store.unregister(gone("aa", NOW + 1)).await.unwrap();
    assert_eq!(marked[0].unregistered_ms, Some(NOW + 1));
    store.remove_old(NOW + SENDS_KEPT_MS).await.unwrap();
    assert_eq!(tokens(&store).await, ["aa"]);
    let again = store.register(device("a", "aa"), 10).await;
    assert_eq!(again, Ok(Registered::Again));
    store.remove_old(NOW + 10 * SENDS_KEPT_MS).await.unwrap();
    assert_eq!(tokens(&store).await, ["aa"], "it is back");
    store.unregister(gone("aa", NOW + 1)).await.unwrap();
    store.remove_old(NOW + 10 * SENDS_KEPT_MS).await.unwrap();
    assert!(tokens(&store).await.is_empty());
}

#[tokio::test]
async fn a_receipt_belongs_to_the_newest_call_of_its_app() {
    let folder = TestFolder::new();
    let store = filled(&folder).await;
    store.save_app(app("b")).await.unwrap();
    store.save_send(send("1", "aa", NOW)).await.unwrap();
    store.save_send(send("2", "aa", NOW + 5)).await.unwrap();
    let owner = vec![hashed("owner")];
    let save = |new: NewReceipt| store.save_receipt(new, owner.clone());
    let saved = save(receipt("a", ReceiptEvent::Failed))
        .await
        .unwrap()
        .expect("it is known");
    assert_eq!(
        (
            saved.report.send.apns_id.as_str(),
            saved.is_new,
            saved.device_token.as_deref()
        ),
        ("2", true, Some("aa"))
    );
    assert_eq!(
        saved.report.receipts,
        [receipt("a", ReceiptEvent::Failed).receipt]
    );
    let again = save(receipt("a", ReceiptEvent::Failed))
        .await
        .unwrap()
        .expect("it is known");
    assert_eq!((again.is_new, again.report.receipts.len()), (false, 1));
    let elsewhere = NewReceipt {
        device_hash: Some(hashed("bb")),
        ..receipt("a", ReceiptEvent::Reported)
    };
    assert_eq!(save(elsewhere).await, Ok(None));
    assert_eq!(save(receipt("b", ReceiptEvent::Reported)).await, Ok(None));
    let strangers = store.save_receipt(receipt("a", ReceiptEvent::Reported), vec![hashed("x")]);
    assert_eq!(strangers.await, Ok(None), "another account made the call");

    let result = Some(KeptResult {
        answered_ms: NOW + 9,
        outcome: "accepted".to_owned(),
        status: 200,
    });
    let ended = KeptSend {
        result,
        ..send("2", "aa", NOW + 5)
    };
    store.save_send(ended.clone()).await.unwrap();
    drop(store);
    let store = folder.open();
    let report = store
        .send(hashed("owner"), "2".into())
        .await
        .unwrap()
        .expect("it is there");
    assert_eq!((report.send, report.receipts.len()), (ended, 1));
    assert_eq!(store.send(hashed("x"), "2".into()).await, Ok(None));
    let newest = store.sends(hashed("owner"), 1).await.unwrap();
    assert_eq!(newest[0].send.apns_id, "2");

    store.remove_old(NOW + SENDS_KEPT_MS + 1).await.unwrap();
    let left = store.sends(hashed("owner"), 9).await.unwrap();
    assert_eq!(left.len(), 1);
    store.delete_app("a".into()).await.unwrap();
    assert_eq!(store.sends(hashed("owner"), 9).await, Ok(Vec::new()));
    assert!(tokens(&store).await.is_empty());
}

#[tokio::test]
async fn a_full_store_refuses_and_loses_nothing() {
    let folder = TestFolder::new();
    drop(filled(&folder).await);
    let pages = 60;
    let (store, _) = folder.open_with(pages);
    let mut saved = vec!["aa".to_owned()];
    let mut full = 0;
    while full < 5 {
        let batch: Vec<_> = (0..16)
            .map(|number| format!("{:04x}", saved.len() * 16 + full + number))
            .collect();
        let results = batch
            .iter()
            .map(|token| store.register(device("a", token), 100_000));
        for (token, result) in batch.iter().zip(join_all(results).await) {
            match result {
                Ok(Registered::New) => saved.push(token.clone()),
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error, PhoneStoreError::Full);
                    full += 1;
                }
            }
        }
    }
    assert!(saved.len() > 100, "{}", saved.len());
    drop(store);
    let left = tokens(&folder.open()).await;
    for token in &saved {
        assert!(left.contains(token), "{token}");
    }
}

#[tokio::test]
async fn every_older_schema_is_brought_to_the_newest() {
    for version in 0..=schema::CHANGES.len() {
        let folder = TestFolder::new();
        drop(Folder::open(&folder.0));
        let mut connection = Connection::open(folder.file()).unwrap();
        schema::migrate_to(&mut connection, version).unwrap();
        if version > 0 {
            apps::save(&connection, &app("a")).unwrap();
            devices::register(&connection, &device("a", "aa"), 10).unwrap();
        }
        drop(connection);
        let (store, notices) = folder.open_with(MOST_PAGES);
        assert_eq!(notices, [""; 0], "{version}");
        store.save_app(app("a")).await.unwrap();
        store.register(device("a", "aa"), 10).await.unwrap();
        store.save_send(send("1", "aa", NOW)).await.unwrap();
        let saved = store.save_receipt(receipt("a", ReceiptEvent::Reported), vec![hashed("owner")]);
        assert!(saved.await.unwrap().is_some(), "{version}");
    }
}

#[tokio::test]
async fn a_newer_file_is_not_touched() {
    let folder = TestFolder::new();
    drop(filled(&folder).await);
    let connection = Connection::open(folder.file()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let lock = Folder::open(&folder.0).map(Arc::new).unwrap();
    let opened = SqliteStore::open(lock, &mut Vec::new());
    assert!(matches!(opened, Err(StoreError::Newer(path)) if path == folder.file()));
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_the_rest_goes_on() {
    for damage in ["text", "cut", "holes"] {
        let folder = TestFolder::new();
        let store = filled(&folder).await;
        for number in 0..500 {
            store
                .register(device("a", &format!("{number:04x}")), 1_000)
                .await
                .unwrap();
        }
        drop(store);
        let mut bytes = fs::read(folder.file()).unwrap();
        match damage {
            "text" => {
                bytes =
                    b"this is no database, and long enough to be one of sixteen bytes".repeat(100)
            }
            "cut" => bytes.truncate(bytes.len() / 2 + 100),
            _ => bytes[8_192..].fill(0x55),
        }
        fs::write(folder.file(), &bytes).unwrap();
        for number in 1..=2 {
            let (store, notices) = folder.open_with(MOST_PAGES);
            assert!(
                notices.concat().contains(&format!("damaged-{number}")),
                "{damage}: {notices:?}"
            );
            let aside = folder.0.join(format!("{NAME}.damaged-{number}"));
            assert_eq!(fs::read(aside).unwrap(), bytes, "{damage}");
            assert_eq!(store.apps().await, Ok(Vec::new()));
            store.save_app(app("a")).await.unwrap();
            drop(store);
            fs::write(folder.file(), &bytes).unwrap();
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_deleted_in_use_is_written_again() {
    let folder = TestFolder::new();
    let store = filled(&folder).await;
    fs::remove_file(folder.file()).unwrap();
    store.register(device("a", "bb"), 10).await.unwrap();
    assert!(folder.file().exists());
    store.register(device("a", "cc"), 10).await.unwrap();
    drop(store);
    assert_eq!(tokens(&folder.open()).await, ["aa", "bb", "cc"]);
}

#[tokio::test]
async fn another_program_that_holds_the_file_is_waited_for_and_then_named() {
    let folder = TestFolder::new();
    let store = filled(&folder).await;
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.register(device("a", "bb"), 10).await;
    assert_eq!(refused, Err(PhoneStoreError::Busy));
    other.execute_batch("COMMIT").unwrap();
    let added = store.register(device("a", "bb"), 10).await;
    assert_eq!(added, Ok(Registered::New));
}

#[cfg(unix)]
#[tokio::test]
async fn files_belong_to_their_owner_alone_and_a_copy_is_complete() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TestFolder::new();
    let store = filled(&folder).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for entry in fs::read_dir(&folder.0).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    let other = TestFolder::new();
    drop(Folder::open(&other.0));
    let key = "5a".repeat(32);
    write_copy(&folder.file(), &other.file(), &key).unwrap();
    assert!(
        write_copy(&folder.file(), &other.file(), &key).is_err(),
        "nothing is overwritten"
    );
    assert_eq!(mode(&other.file()), 0o600);
    assert_eq!(
        (key_in_copy(&other.file()), key_in_copy(&folder.file())),
        (Some(key), None)
    );
    drop(store);
    assert_eq!(tokens(&other.open()).await, ["aa"]);
}
