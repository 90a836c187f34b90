//! Routes for devices: an app registers and withdraws its own, and the page lists and removes them.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::apps::App;
use super::device_body::DeviceBody;
use super::event::publish_registration;
use super::kinds::add_kinds;
use super::{MOST_DEVICES, Phones, device_token, phones, unstored};
use crate::relay::client::Client;
use crate::relay::json_body::read_body;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::{Shared, millis};
use crate::store::{Device, Registered};

/// Registers a device of an app, or renews its registration.
pub(super) async fn register(
    shared: &Shared,
    app: &App,
    token: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let token = device_token(token)?;
    let registration = read_body::<DeviceBody>(body)?.check()?;
    if !app.app.bundle_ids.contains(&registration.bundle_id) {
        return Err(foreign_bundle_id());
    }
    let device = Device {
        app_id: app.app.id.clone(),
        device_token: token.as_str().to_owned(),
        device_hash: phones.device_hash(token.as_str()),
        bundle_id: registration.bundle_id,
        environment: registration.environment,
        kinds: registration.kinds,
        details: registration.details,
        registered_ms: millis(shared.now()),
        unregistered_ms: None,
    };
    let registered = phones.store.register(device.clone(), MOST_DEVICES).await;
    let status = match registered.map_err(unstored)? {
        Registered::New => StatusCode::CREATED,
        Registered::Again => StatusCode::OK,
        Registered::TooMany => return Err(too_many_devices()),
    };
    let document = document(&device, &app.app.name);
    publish_registration(shared, app, &device, "registered");
    Ok(reply::json(status, &document))
}

/// Withdraws a device of an app.
pub(super) async fn withdraw(shared: &Shared, app: &App, token: &str) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let token = device_token(token)?;
    if remove(shared, phones, app, token.as_str()).await? {
        Ok(reply::api(StatusCode::NO_CONTENT, Bytes::new()))
    } else {
        Err(not_registered())
    }
}

/// Lists the devices that a client may see, or only those with a token.
pub(super) async fn list(
    shared: &Shared,
    client: &Client,
    token: Option<&str>,
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let token = token.map(device_token).transpose()?;
    let apps = phones.apps.visible(phones.account(client));
    let ids = apps.iter().map(|app| app.app.id.clone()).collect();
    let devices = phones.store.devices(ids).await.map_err(unstored)?;
    let mut documents = Vec::new();
    for device in &devices {
        let is_wanted = token
            .as_ref()
            .is_none_or(|token| token.as_str() == device.device_token);
        let app = apps.iter().find(|app| app.app.id == device.app_id);
        if let (true, Some(app)) = (is_wanted, app) {
            let mut document = document(device, &app.app.name);
            add_kinds(&mut document, device, &devices);
            documents.push(document);
        }
    }
    if token.is_some() && documents.is_empty() {
        return Err(not_registered());
    }
    Ok(reply::json(
        StatusCode::OK,
        &json!({ "devices": documents }),
    ))
}

/// Removes a device from all apps that a client owns.
pub(super) async fn delete(
    shared: &Shared,
    client: &Client,
    token: &str,
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let token = device_token(token)?;
    let account = phones.account(client);
    let mut is_removed = false;
    for app in phones.apps.visible(account) {
        if app.app.owner == account {
            is_removed |= remove(shared, phones, &app, token.as_str()).await?;
        }
    }
    if is_removed {
        Ok(reply::api(StatusCode::NO_CONTENT, Bytes::new()))
    } else {
        Err(not_registered())
    }
}

async fn remove(shared: &Shared, phones: &Phones, app: &App, token: &str) -> Result<bool, Problem> {
    let withdrawn = phones
        .store
        .withdraw(app.app.id.clone(), token.to_owned())
        .await
        .map_err(unstored)?;
    if let Some(device) = &withdrawn {
        publish_registration(shared, app, device, "withdrawn");
    }
    Ok(withdrawn.is_some())
}

/// Describes a device.
pub(super) fn document(device: &Device, app_name: &str) -> Value {
    let details = &device.details;
    json!({
        "app_id": device.app_id,
        "app_name": app_name,
        "device_token": device.device_token,
        "bundle_id": device.bundle_id,
        "environment": device.environment.as_str(),
        "kinds": device.kinds,
        "device_id": details.device_id,
        "device_name": details.device_name,
        "system_version": details.system_version,
        "app_version": details.app_version,
        "region": details.region,
        "state": if device.unregistered_ms.is_some() { "unregistered" } else { "registered" },
        "registered_at_ms": device.registered_ms,
        "unregistered_at_ms": device.unregistered_ms,
    })
}

fn foreign_bundle_id() -> Problem {
    let cause = "The field “bundle_id” names an app that this secret is not for.";
    let fix = "Use the secret of the registered app with this bundle ID, or add one on the page.";
    Problem::new(StatusCode::FORBIDDEN, "foreign_bundle_id", cause, fix).with_field("bundle_id")
}

fn too_many_devices() -> Problem {
    let cause = format!("This app has {MOST_DEVICES} devices, the most it may have.");
    let fix = "Its owner removes devices that are no longer needed.";
    Problem::new(StatusCode::CONFLICT, "too_many_devices", cause, fix)
}

fn not_registered() -> Problem {
    let cause = "No device with the token in the path is registered here.";
    let fix = "Register it with PUT; a device that was withdrawn needs no further request.";
    Problem::new(StatusCode::NOT_FOUND, "device_not_registered", cause, fix)
        .with_field("device_token")
}
