//! Checks of a send request. They only prevent leaks and ambiguity: a push that APNs would reject
//! with its own reason is passed on, so that the client gets Apple's answer.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::apns::DeviceToken;
use crate::apns::headers::{REQUEST_HEADERS, TRILL_CALL, TRILL_IDENTITY};
use crate::apns::secret;
use crate::relay::access::ACCESS;
use crate::relay::header_list::HeaderList;
use crate::relay::identity::Identity;
use crate::relay::phones;
use crate::relay::problem::{Problem, quote};
use crate::relay::single_header::{Repeated, single};
use crate::relay::upstream::Credential;

/// Header with the name of the client certificate to use.
const IDENTITY: HeaderName = HeaderName::from_static(TRILL_IDENTITY);

/// Header with the name of the call, for the receipts of its app.
const CALL: HeaderName = HeaderName::from_static(TRILL_CALL);

/// The checked parts of a request's head.
pub(crate) struct SendHead {
    /// Headers `apns-*` of the push.
    pub(crate) headers: HeaderList,
    /// Credential of the sender.
    pub(crate) credential: Credential,
    /// Name of the call, which does not go to APNs.
    pub(crate) call: Option<String>,
}

/// Checks the head of a send request.
pub(crate) fn head(
    parts: &Parts,
    device_token: &str,
    identities: &[Arc<Identity>],
) -> Result<SendHead, Problem> {
    let values = parts.headers.values().map(HeaderValue::as_bytes);
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    if values.chain([target.as_bytes()]).any(secret::holds_key) {
        return Err(secret_in_request());
    }
    if parts.uri.query().is_some() {
        return Err(unknown_field("The path of a push has no query."));
    }
    let checked = headers(&parts.headers, identities)?;
    check_device_token(device_token)?;
    Ok(checked)
}

/// Checks the body of a request with a payload for secrets.
pub(crate) fn body(body: &[u8]) -> Result<(), Problem> {
    if secret::holds_key(body) {
        return Err(secret_in_request());
    }
    if secret::holds_provider_token(body) {
        Err(token_in_body())
    } else {
        Ok(())
    }
}

fn headers(all: &HeaderMap, identities: &[Arc<Identity>]) -> Result<SendHead, Problem> {
    let mut checked = SendHead {
        headers: HeaderList::with_capacity(REQUEST_HEADERS.len() + 1),
        credential: credential(all, identities)?,
        call: call(all)?,
    };
    for name in all.keys() {
        let text = name.as_str();
        if REQUEST_HEADERS.contains(&text) {
            checked
                .headers
                .push(name.clone(), value(all, name)?.clone());
        } else if text.starts_with("apns-")
            || (text.starts_with("trill-") && ![IDENTITY, ACCESS, CALL].contains(name))
        {
            return Err(
                unknown_field(&format!("The header {} is not known.", quote(text)))
                    .with_field(text),
            );
        }
    }
    Ok(checked)
}

/// Reads the name of the call.
fn call(all: &HeaderMap) -> Result<Option<String>, Problem> {
    if !all.contains_key(CALL) {
        return Ok(None);
    }
    let name = value(all, &CALL)?.to_str().ok().and_then(phones::call_name);
    name.map(Some).ok_or_else(phones::bad_call_header)
}

/// Reads the provider token or the identity. Both together are refused, because APNs would silently
/// ignore the token.
fn credential(all: &HeaderMap, identities: &[Arc<Identity>]) -> Result<Credential, Problem> {
    match (all.contains_key(AUTHORIZATION), all.contains_key(IDENTITY)) {
        (false, false) => Ok(Credential::Missing),
        (true, false) => {
            let mut authorization = value(all, &AUTHORIZATION)?.clone();
            // Keeps the value out of debug output and of HPACK's index.
            authorization.set_sensitive(true);
            Ok(Credential::Authorization(authorization))
        }
        (true, true) => {
            let cause = "The request names an identity and holds a provider token as well.";
            let fix = "Send trill-identity or authorization: APNs looks at one of them only.";
            Err(
                Problem::new(StatusCode::BAD_REQUEST, "two_credentials", cause, fix)
                    .with_field(IDENTITY.as_str()),
            )
        }
        (false, true) => {
            let name = value(all, &IDENTITY)?;
            let identity = identities
                .iter()
                .find(|identity| identity.name().as_bytes() == name.as_bytes());
            identity
                .cloned()
                .map(Credential::Identity)
                .ok_or_else(|| unknown_identity(identities))
        }
    }
}

/// The answer does not repeat the name, because users have sent passwords there.
fn unknown_identity(identities: &[Arc<Identity>]) -> Problem {
    let cause = "There is no identity of the name in trill-identity.";
    let names: Vec<_> = identities.iter().map(|identity| identity.name()).collect();
    let fix = match names.as_slice() {
        [] => "This relay was started without one: trill serve --identity FILE.".to_owned(),
        names => format!("Use {}.", names.join(", ")),
    };
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unknown_identity",
        cause,
        fix,
    )
    .with_field(IDENTITY.as_str())
}

/// Returns the value of a header. Fails unless it occurs once and is printable ASCII.
fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a HeaderValue, Problem> {
    match single(headers, name) {
        Ok(Some(value)) if is_printable(value.as_bytes()) => Ok(value),
        Err(Repeated) => {
            let cause = format!("The header {name} stands there more than once.");
            Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "duplicate_field",
                cause,
                "Send each header of a push once.",
            )
            .with_field(name.as_str()))
        }
        Ok(_) => {
            let cause = format!("The header {name} holds a character that is not printable ASCII.");
            let problem = Problem::new(
                StatusCode::BAD_REQUEST,
                "illegal_characters",
                cause,
                "Type the value again, without line breaks or tabs.",
            );
            Err(problem.with_field(name.as_str()))
        }
    }
}

/// `true` for printable ASCII. It does not stop early, so that the compiler makes vector
/// instructions of it.
fn is_printable(bytes: &[u8]) -> bool {
    let is_one = |byte: &u8| matches!(byte, b' '..=b'~');
    bytes
        .iter()
        .fold(true, |are_all, byte| are_all & is_one(byte))
}

fn check_device_token(text: &str) -> Result<(), Problem> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    // The parser's own message, if it has one. It accepts some notations that are refused here.
    let fix = DeviceToken::parse(text).err().map_or_else(
        || "Send the hex digits alone.".to_owned(),
        |error| error.to_string(),
    );
    Err(Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "device_token",
        "The device token in the path is not hex.",
        fix,
    )
    .with_field("device_token"))
}

fn unknown_field(cause: &str) -> Problem {
    let fix = format!(
        "A push carries authorization or trill-identity, and {} only.",
        REQUEST_HEADERS.join(", ")
    );
    Problem::new(StatusCode::BAD_REQUEST, "unknown_field", cause, fix)
}

fn secret_in_request() -> Problem {
    let cause = "The request holds a private key, which must never leave the browser.";
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "secret_in_request",
        cause,
        "Sign with the key and send only the provider token. The key was not stored.",
    )
}

/// The payload reaches the device, and with the token anyone can send pushes for up to an hour.
fn token_in_body() -> Problem {
    let cause = "The body holds a provider token, which would reach the phone.";
    let fix = "Send the token in the header authorization alone, and the payload without it.";
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "secret_in_request",
        cause,
        fix,
    )
}
