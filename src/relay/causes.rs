//! Causes over HTTP: what may be behind the outcome of a send, as the page loads it and scripts may.

use serde_json::{Value, json};

use super::reply::{self, Reply};
use crate::diagnosis::{Cause, causes};

/// Caches keep the answer for a day; the page asks with its version in the query.
const CACHE: &str = "private, max-age=86400";

/// Answers with the prose of every cause.
pub(super) fn answer() -> Reply {
    let all: Vec<Value> = causes().map(prose).collect();
    let body = json!({ "causes": all }).to_string();
    reply::asset("application/json", CACHE, body.into())
}

fn prose(cause: &Cause) -> Value {
    json!({ "id": cause.id, "why": cause.why, "fix": cause.fix, "source": cause.source })
}
