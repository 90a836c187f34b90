//! Description of the relay, as `GET /api/relay` returns it.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::Shared;
use super::client::Client;
use super::guard::origin_guard;
use super::identity::{self, Identity};
use super::millis;
use super::phones::Phones;
use super::reply::{self, Reply};
use crate::apns::Environment;

/// Describes this relay to an authenticated client.
pub(super) fn relay(shared: &Shared, client: &Client) -> Reply {
    let environments = Environment::ALL
        .map(|name| json!({ "name": name.as_str(), "host": shared.upstream.authority(name) }));
    let identities: Vec<_> = shared
        .config
        .identities
        .iter()
        .map(|identity| offer(identity, shared.now().as_secs()))
        .collect();
    let deadlines = &shared.config.deadlines;
    let mut limits = shared.config.limits.to_json();
    limits.insert("body_bytes".to_owned(), json!(origin_guard::LONGEST_BODY));
    limits.insert("answer_ms".to_owned(), json!(millis(deadlines.answer)));
    limits.insert("send_ms".to_owned(), json!(millis(deadlines.send)));
    reply::json(
        StatusCode::OK,
        &json!({
            "version": env!("CARGO_PKG_VERSION"),
            "instance": shared.simulator.events().instance(),
            "clock": millis(shared.now()),
            "environments": environments,
            "identities": identities,
            "access": shared.authenticator.describe(Some(client)),
            "policy": shared.config.policy.to_json(),
            "presets": shared.config.policy.presets,
            "limits": limits,
            "phones_url": shared.phones.as_ref().map(Phones::url),
        }),
    )
}

/// Describes this relay to a client that is not authenticated.
pub(super) fn entrance(shared: &Shared) -> Reply {
    reply::json(
        StatusCode::OK,
        &json!({ "version": env!("CARGO_PKG_VERSION"), "access": shared.authenticator.describe(None) }),
    )
}

/// Describes an identity without its key.
fn offer(identity: &Identity, now: u64) -> Value {
    let mut offer = Map::from_iter([("name".to_owned(), json!(identity.name()))]);
    offer.extend(identity::describe(identity.certificate(), now));
    offer.insert("warning".to_owned(), json!(identity.warning(now)));
    Value::Object(offer)
}
