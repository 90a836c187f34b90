//! Crashes: a device whose registration was acknowledged is there after a restart.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{BUNDLE_ID, JSON, Stage};
use crate::support::http1;

const CLIENTS: usize = 16;
const DEVICES: usize = 1_000;
/// Registrations after which the program is killed.
const ENOUGH: usize = 300;

#[test]
fn a_killed_program_has_lost_no_device_that_it_acknowledged() {
    let start = Instant::now();
    let mut stage = Stage::new();
    let (_, secret) = stage.app();
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let next = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (acknowledged, next) = (Arc::clone(&acknowledged), Arc::clone(&next));
            let (address, secret) = (stage.phones, secret.clone());
            thread::spawn(move || {
                let body = json!({ "bundle_id": BUNDLE_ID, "environment": "sandbox" }).to_string();
                let headers = [JSON, ("trill-app", secret.as_str())];
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= DEVICES {
                        return;
                    }
                    let token = format!("{number:064x}");
                    let path = format!("/api/devices/{token}");
                    match http1::try_request(address, "PUT", &path, &headers, body.as_bytes()) {
                        Ok(answer) => {
                            assert_eq!(answer.status, 201, "{}", answer.text());
                            acknowledged.lock().unwrap().insert(token);
                        }
                        // The program was killed.
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    while acknowledged.lock().unwrap().len() < ENOUGH {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "registrations are slow"
        );
        thread::sleep(Duration::from_millis(2));
    }
    stage.trill.stop();
    for client in clients {
        client.join().expect("no client fails");
    }
    let stage = Stage::on(stage.folder, &[]);
    let devices = stage.get("/api/devices");
    let stored: BTreeSet<_> = devices["devices"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|device| device["device_token"].as_str().expect("a text").to_owned())
        .collect();
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(
        lost.is_empty(),
        "{} of {} are lost",
        lost.len(),
        acknowledged.len()
    );
    assert!(
        acknowledged.len() < DEVICES,
        "it was killed too late to show anything"
    );
}
