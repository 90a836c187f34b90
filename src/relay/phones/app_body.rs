//! Bodies of the routes that create and change a registered app.

use http::StatusCode;
use serde::Deserialize;

use crate::apns::secret;
use crate::relay::problem::Problem;

const LONGEST_NAME: usize = 100;
const LONGEST_BUNDLE_ID: usize = 250;
const MOST_BUNDLE_IDS: usize = 20;
const LONGEST_USER: usize = 128;
const MOST_VIEWERS: usize = 100;

/// Body that creates an app.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppBody {
    pub(super) name: String,
    pub(super) bundle_ids: Vec<String>,
    pub(super) viewers: Option<Vec<String>>,
}

/// Body that names the users who see an app.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewersBody {
    pub(super) viewers: Vec<String>,
}

impl AppBody {
    /// Checks all values. `has_users` is `true` if users have names here.
    pub(super) fn check(&self, has_users: bool) -> Result<(), Problem> {
        if !is_text(&self.name, LONGEST_NAME) {
            let cause = "The field “name” is blank, longer than 100 characters, has control characters, or holds a secret.";
            return Err(unprocessable(
                "bad_name",
                cause,
                "Send the name that the list shows, such as “Calls”.",
                "name",
            ));
        }
        let are_ids = self.bundle_ids.iter().all(|id| is_bundle_id(id));
        if self.bundle_ids.is_empty() || self.bundle_ids.len() > MOST_BUNDLE_IDS || !are_ids {
            let cause = "The field “bundle_ids” is no list of 1 to 20 bundle IDs.";
            let fix = "Send bundle IDs such as com.example.calls, without .voip: letters, digits, hyphens and dots.";
            return Err(unprocessable("bad_bundle_ids", cause, fix, "bundle_ids"));
        }
        check_viewers(self.viewers.as_deref().unwrap_or_default(), has_users)
    }
}

/// Checks the names of users.
pub(super) fn check_viewers(viewers: &[String], has_users: bool) -> Result<(), Problem> {
    if !has_users && !viewers.is_empty() {
        let cause = "The field “viewers” names users, and nobody has a name on this relay.";
        let fix = "Leave it out; names come from a proxy, with --user-header.";
        return Err(unprocessable("no_users", cause, fix, "viewers"));
    }
    if viewers.len() <= MOST_VIEWERS && viewers.iter().all(|name| is_text(name, LONGEST_USER)) {
        return Ok(());
    }
    let cause = "The field “viewers” has more than 100 names, or one that is blank or too long.";
    Err(unprocessable(
        "bad_viewers",
        cause,
        "Send the names as the proxy passes them.",
        "viewers",
    ))
}

/// `true` for a bundle ID in the form that Apple allows.
pub(super) fn is_bundle_id(text: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !text.is_empty() && text.len() <= LONGEST_BUNDLE_ID && text.bytes().all(is_one)
}

/// `true` for a text of one line that is not blank and holds no secret.
pub(super) fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= longest
        && !text.contains(char::is_control)
        && secret::find(text).is_none()
}

/// Refusal of a value.
pub(super) fn unprocessable(
    code: &'static str,
    cause: impl Into<String>,
    fix: impl Into<String>,
    field: &str,
) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, fix).with_field(field)
}
