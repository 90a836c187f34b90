//! Rules of the linter over HTTP: why each is one, as the page loads it and scripts may.

use serde_json::{Value, json};

use super::reply::{self, Reply};
use crate::lint::{self, Prose};

/// Caches keep the answer for a day; the page asks with its version in the query.
const CACHE: &str = "private, max-age=86400";

/// Answers with the prose of every rule.
pub(super) fn answer() -> Reply {
    let all: Vec<Value> = lint::all().map(prose).collect();
    let body = json!({ "rules": all }).to_string();
    reply::asset("application/json", CACHE, body.into())
}

fn prose(rule: Prose) -> Value {
    json!({ "id": rule.id, "why": rule.why, "fix": rule.fix, "source": rule.source })
}
