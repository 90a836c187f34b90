//! Profiles over HTTP: what Trill knows about one app, as the page loads it and scripts may.

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::problem::Problem;
use super::reply::{self, Reply};
use crate::call::profile::FILES;

/// Answers with the built-in profile that has this identifier.
pub(super) fn answer(id: &str) -> Result<Reply, Problem> {
    let Some((_, text)) = FILES.iter().find(|(known, _)| *known == id) else {
        let cause = "No app has this name.";
        let fix = "Use the identifier of a profile in docs/apps.md.";
        return Err(Problem::new(StatusCode::NOT_FOUND, "bad_app", cause, fix).with_field("app"));
    };
    let mut reply = reply::api(StatusCode::OK, text.as_bytes().into());
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(reply)
}
