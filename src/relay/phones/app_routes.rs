//! Routes of the page for registered apps: only the owner of an app may change it.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::app_body::{AppBody, ViewersBody, check_viewers};
use super::apps::App;
use super::qr_code::qr_code;
use super::{MOST_APPS, MOST_APPS_OF_ALL, Phones, phones, secret, unstored};
use crate::relay::access::{NoRandomness, random_text};
use crate::relay::client::Client;
use crate::relay::json_body::read_body;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::{Shared, millis};
use crate::store::{KeyedHash, RegisteredApp};

/// Lists the apps that a client owns or may see.
pub(super) fn list(shared: &Shared, client: &Client) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let account = phones.account(client);
    let apps = phones.apps.visible(account);
    let apps: Vec<_> = apps.iter().map(|app| document(app, account)).collect();
    let body = json!({ "apps": apps, "phones_url": phones.url() });
    Ok(reply::json(StatusCode::OK, &body))
}

/// Creates an app. The answer is the only one that shows its secret.
pub(super) async fn create(
    shared: &Shared,
    client: &Client,
    body: &[u8],
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let body: AppBody = read_body(body)?;
    body.check(client.who.user().is_some())?;
    let owner = phones.account(client);
    let _change = phones.changes.lock().await;
    let (all, own) = phones.apps.count(owner);
    if own >= MOST_APPS || all >= MOST_APPS_OF_ALL {
        return Err(too_many_apps(own >= MOST_APPS));
    }
    let secret = secret::make().map_err(no_randomness)?;
    let id = random_text().map_err(no_randomness)?;
    let app = RegisteredApp {
        id: id
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect(),
        name: body.name.trim().to_owned(),
        owner,
        bundle_ids: body.bundle_ids,
        viewers: body.viewers.unwrap_or_default(),
        secret_hash: Some(secret::hash(secret.as_bytes())),
        created_ms: millis(shared.now()),
    };
    let app = save(phones, app).await?;
    Ok(with_secret(StatusCode::CREATED, phones, &app, &secret))
}

/// Creates a new secret in place of the present one, which is revoked.
pub(super) async fn renew_secret(
    shared: &Shared,
    client: &Client,
    app_id: &str,
) -> Result<Reply, Problem> {
    let secret = secret::make().map_err(no_randomness)?;
    let hash = secret::hash(secret.as_bytes());
    let app = change(shared, client, app_id, |app| app.secret_hash = Some(hash)).await?;
    Ok(with_secret(StatusCode::OK, phones(shared)?, &app, &secret))
}

/// Revokes the secret of an app.
pub(super) async fn revoke_secret(
    shared: &Shared,
    client: &Client,
    app_id: &str,
) -> Result<Reply, Problem> {
    let app = change(shared, client, app_id, |app| app.secret_hash = None).await?;
    Ok(reply::json(StatusCode::OK, &document(&app, app.app.owner)))
}

/// Names the users who see the devices and receipts of an app.
pub(super) async fn set_viewers(
    shared: &Shared,
    client: &Client,
    app_id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    phones(shared)?;
    let ViewersBody { viewers } = read_body(body)?;
    check_viewers(&viewers, client.who.user().is_some())?;
    let app = change(shared, client, app_id, |app| app.viewers = viewers).await?;
    Ok(reply::json(StatusCode::OK, &document(&app, app.app.owner)))
}

/// Deletes an app with all its data.
pub(super) async fn delete(
    shared: &Shared,
    client: &Client,
    app_id: &str,
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let _change = phones.changes.lock().await;
    let app = owned(phones, phones.account(client), app_id)?;
    let id = app.app.id.clone();
    phones.store.delete_app(id).await.map_err(unstored)?;
    phones.apps.remove(app_id);
    Ok(reply::api(StatusCode::NO_CONTENT, Bytes::new()))
}

/// Changes an app of a client's own, and saves it.
async fn change(
    shared: &Shared,
    client: &Client,
    app_id: &str,
    change: impl FnOnce(&mut RegisteredApp),
) -> Result<Arc<App>, Problem> {
    let phones = phones(shared)?;
    let _change = phones.changes.lock().await;
    let mut app = owned(phones, phones.account(client), app_id)?.app.clone();
    change(&mut app);
    save(phones, app).await
}

async fn save(phones: &Phones, app: RegisteredApp) -> Result<Arc<App>, Problem> {
    phones.store.save_app(app.clone()).await.map_err(unstored)?;
    Ok(phones.apps.put(app))
}

fn owned(phones: &Phones, owner: KeyedHash, app_id: &str) -> Result<Arc<App>, Problem> {
    phones.apps.owned(owner, app_id).ok_or_else(|| {
        let cause = "You own no registered app with the id in the path.";
        let fix = "Use an id from GET /api/apps; only its owner may change an app.";
        Problem::new(StatusCode::NOT_FOUND, "app_not_found", cause, fix).with_field("app_id")
    })
}

/// Describes an app. Its owner also sees who else may see it.
fn document(app: &App, account: KeyedHash) -> Value {
    let RegisteredApp {
        id,
        name,
        owner,
        bundle_ids,
        viewers,
        secret_hash,
        created_ms,
    } = &app.app;
    let is_owner = *owner == account;
    json!({
        "id": id,
        "name": name,
        "bundle_ids": bundle_ids,
        "is_owner": is_owner,
        "viewers": is_owner.then_some(viewers),
        "has_secret": secret_hash.is_some(),
        "created_at_ms": created_ms,
    })
}

/// Answers the owner of an app with its new secret, also as QR code.
fn with_secret(
    status: StatusCode,
    phones: &Phones,
    app: &App,
    secret: &Zeroizing<String>,
) -> Reply {
    let mut document = document(app, app.app.owner);
    document["secret"] = secret.as_str().into();
    document["qr_code"] = qr_code(phones.url(), secret).unwrap_or_default();
    reply::json(status, &document)
}

fn too_many_apps(are_own: bool) -> Problem {
    let cause = if are_own {
        format!("You have registered {MOST_APPS} apps, the most of one account.")
    } else {
        format!("This relay has {MOST_APPS_OF_ALL} registered apps, the most it may have.")
    };
    let fix = "Delete an app that is no longer needed.";
    Problem::new(StatusCode::CONFLICT, "too_many_apps", cause, fix)
}

fn no_randomness(_: NoRandomness) -> Problem {
    let cause = "The system gives no random bytes for a secret.";
    let fix = "The operator sees to it that trill can read /dev/urandom.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no_randomness", cause, fix)
}
