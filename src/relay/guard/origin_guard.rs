//! Origin guard: checks of `Host`, `Origin`, `Sec-Fetch-Site`, target, length and content type, in
//! a fixed order, before a request is routed.
//!
//! The exact check of `Host` prevents DNS rebinding: a foreign page then has the same origin to the
//! browser, but its requests still name the foreign host. `Origin` and `Sec-Fetch-Site` keep out
//! other foreign pages. A request with neither header must contain something that no HTML form can
//! send.

use std::net::SocketAddr;

use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::relay::access::{Access, PublicUrl};
use crate::relay::problem::Problem;
use crate::relay::server::fragment::HasFragment;
use crate::relay::single_header::{Repeated, single};

/// Longest body in bytes. A push has 5 KB; the rest lets APNs itself reject larger payloads.
pub(crate) const LONGEST_BODY: u64 = 16 * 1024;

/// Longest path and query together, in bytes.
const LONGEST_TARGET: usize = 8 * 1024;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Values of `Host` that this relay accepts.
pub(crate) struct AllowedHosts(Vec<Site>);

/// A value of `Host`, and the page's origin there.
pub(crate) struct Site {
    host: String,
    /// Origin of the page, in the form that browsers use.
    pub(crate) origin: String,
    /// `true` if the page is reached over HTTPS.
    pub(crate) is_secure: bool,
}

impl AllowedHosts {
    /// Returns the hosts of the public URLs, and the loopback names with the actual port if the
    /// relay listens on loopback.
    pub(crate) fn of(address: SocketAddr, access: &Access) -> Self {
        let sites = |url: &PublicUrl| {
            let (origin, is_secure) = (url.to_string(), url.is_secure());
            url.hosts().into_iter().map(move |host| Site {
                host,
                origin: origin.clone(),
                is_secure,
            })
        };
        let own = if address.ip().is_loopback() {
            own_urls(address, access.tls.is_some())
        } else {
            Vec::new()
        };
        Self(
            access
                .public_urls
                .iter()
                .chain(&own)
                .flat_map(sites)
                .collect(),
        )
    }

    /// Checks `Host` and returns the page that goes with it.
    pub(crate) fn check(&self, parts: &Parts) -> Result<&Site, Problem> {
        let missing = || {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "host_missing",
                "The request needs exactly one Host header.",
                self.fix(),
            )
        };
        let Ok(Some(host)) = single(&parts.headers, header::HOST) else {
            return Err(missing());
        };
        if host.is_empty() {
            return Err(missing());
        }
        let host = host.to_str().unwrap_or_default();
        // The request line may contain a host too; the two must be equal.
        let agrees = parts
            .uri
            .authority()
            .is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host));
        let site = self
            .0
            .iter()
            .find(|site| site.host.eq_ignore_ascii_case(host))
            .filter(|_| agrees);
        site.ok_or_else(|| {
            Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host_not_allowed",
                "This relay does not go by the name in Host.",
                self.fix(),
            )
        })
    }

    fn fix(&self) -> String {
        let origin = self
            .0
            .first()
            .map_or("the address it printed at its start", |site| &site.origin);
        format!("Reach it as {origin}.")
    }
}

/// URLs under which a browser on this machine reaches the relay.
fn own_urls(address: SocketAddr, is_secure: bool) -> Vec<PublicUrl> {
    let port = address.port();
    let names = [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        address.to_string(),
    ];
    let scheme = if is_secure { "https" } else { "http" };
    names
        .iter()
        .filter_map(|name| PublicUrl::parse(&format!("{scheme}://{name}")).ok())
        .collect()
}

/// Returns the length of the body. Fails unless it is announced and within the limit.
pub(crate) fn length(parts: &Parts) -> Result<u64, Problem> {
    if parts.headers.contains_key(header::TRANSFER_ENCODING) {
        // Request smuggling exploits two different views of the end of a body.
        return Err(length_required("Chunked bodies are not taken."));
    }
    let Some(length) = single(&parts.headers, header::CONTENT_LENGTH)
        .map_err(|Repeated| length_required("Content-Length stands there twice."))?
    else {
        let needs_length = parts.method == Method::POST || parts.method == Method::PUT;
        return if needs_length {
            Err(length_required(
                "The request does not say how long its body is.",
            ))
        } else {
            Ok(0)
        };
    };
    let length = length.to_str().ok().and_then(|text| text.parse().ok());
    match length
        .filter(|length| *length <= LONGEST_BODY)
        .ok_or_else(too_large)?
    {
        1.. if parts.method == Method::GET || parts.method == Method::HEAD => {
            Err(unexpected_body())
        }
        length => Ok(length),
    }
}

/// `true` if the end of this request is unambiguous. Otherwise an intermediary may see another
/// request in the following bytes.
pub(crate) fn ends_clearly(parts: &Parts) -> bool {
    parts.method != Method::CONNECT && !has_fragment(parts) && length(parts).is_ok()
}

/// `true` if a fragment was removed from the target of this request, or of another one on its
/// connection.
fn has_fragment(parts: &Parts) -> bool {
    parts.extensions.get::<HasFragment>().is_some()
}

/// Checks that the target has no fragment and is short. An ordinary one has under 200 characters.
pub(crate) fn target(parts: &Parts) -> Result<(), Problem> {
    if has_fragment(parts) {
        let cause = "The path of the request has a “#”, and what follows it would be lost.";
        let fix = "Send the path without “#”; a device token has hex digits only.";
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "path_fragment",
            cause,
            fix,
        ));
    }
    let length = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if length <= LONGEST_TARGET {
        return Ok(());
    }
    let cause = format!("The path is longer than {LONGEST_TARGET} bytes.");
    let fix =
        "A push goes to /{environment}/3/device/{device_token}, and its payload into the body.";
    Err(Problem::new(
        StatusCode::URI_TOO_LONG,
        "path_too_long",
        cause,
        fix,
    ))
}

/// Refusal of a body over the limit.
fn too_large() -> Problem {
    let cause = "The body is longer than 16 KiB, the most the relay carries.";
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        cause,
        "A VoIP push may have 5,120 bytes: shorten the payload.",
    )
}

fn unexpected_body() -> Problem {
    let cause = "A GET request has a body.";
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unexpected_body",
        cause,
        "Send GET without a body, or POST if this is a push.",
    )
}

fn length_required(cause: &str) -> Problem {
    Problem::new(
        StatusCode::LENGTH_REQUIRED,
        "length_required",
        cause,
        "Send one Content-Length header, with 0 for no body.",
    )
}

/// Checks that a request comes from this page or from a program, and not from a foreign page.
pub(crate) fn sender(parts: &Parts, origin: &str) -> Result<(), Problem> {
    let sender = Sender {
        origin: single(&parts.headers, header::ORIGIN).map_err(|Repeated| origin_not_allowed())?,
        site: single(&parts.headers, SEC_FETCH_SITE).map_err(|Repeated| cross_site())?,
    };
    match parts.method {
        Method::GET | Method::HEAD => sender.may_read(parts, origin),
        _ => sender.may_write(parts, origin),
    }
}

struct Sender<'a> {
    origin: Option<&'a HeaderValue>,
    site: Option<&'a HeaderValue>,
}

impl Sender<'_> {
    fn may_read(&self, parts: &Parts, origin: &str) -> Result<(), Problem> {
        if self.origin.is_some_and(|value| value != origin) {
            return Err(origin_not_allowed());
        }
        // A link on another site may open the page; the page's own policy prevents framing.
        let opens_page = parts.uri.path() == "/"
            && parts
                .headers
                .get(SEC_FETCH_MODE)
                .is_some_and(|mode| mode == "navigate");
        match self.site {
            Some(site) if !opens_page && site != "same-origin" && site != "none" => {
                Err(cross_site())
            }
            _ => Ok(()),
        }
    }

    fn may_write(&self, parts: &Parts, origin: &str) -> Result<(), Problem> {
        if self.site.is_some_and(|site| site != "same-origin") {
            return Err(cross_site());
        }
        match self.origin {
            Some(value) if value == origin => Ok(()),
            None if self.site.is_none() && no_form_makes(parts) => Ok(()),
            None if self.site.is_none() => Err(cross_site()),
            _ => Err(origin_not_allowed()),
        }
    }
}

/// `true` if the request has something that a form cannot send, and a foreign page only after a
/// preflight request.
fn no_form_makes(parts: &Parts) -> bool {
    let headers = &parts.headers;
    let bearer = |value: &HeaderValue| {
        value
            .as_bytes()
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"bearer "))
    };
    matches!(parts.method, Method::PUT | Method::DELETE)
        || headers
            .keys()
            .any(|name| name.as_str().starts_with("apns-") || name.as_str().starts_with("trill-"))
        || headers.get(header::AUTHORIZATION).is_some_and(bearer)
        || headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| media_type(value).as_deref() == Some("application/json"))
}

fn origin_not_allowed() -> Problem {
    let cause = "The request comes from a page of another origin.";
    Problem::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        cause,
        "Send from this relay's own page, or from a program that sends no Origin.",
    )
}

fn cross_site() -> Problem {
    let fix = "Send from this relay's own page; a program adds an apns- header or content-type: application/json.";
    Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site",
        "The request may come from a page of another site.",
        fix,
    )
}

/// Accepts JSON, a missing content type, or curl's default: Apple's own example relies on that.
pub(crate) fn content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let plain = !headers.contains_key(header::CONTENT_ENCODING);
    let known = match single(headers, header::CONTENT_TYPE) {
        Ok(None) => true,
        Ok(Some(value)) if value == "application/json" => true,
        Ok(Some(value)) => matches!(
            media_type(value).as_deref(),
            Some("application/json" | "application/x-www-form-urlencoded")
        ),
        Err(Repeated) => false,
    };
    if plain && known {
        return Ok(());
    }
    let cause = "The body is not marked as plain JSON.";
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type",
        cause,
        "Send content-type: application/json, uncompressed, in UTF-8.",
    ))
}

/// Returns the media type, if the character set is UTF-8 or not given.
fn media_type(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.to_ascii_lowercase();
    let (media_type, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let parameters = parameters.trim();
    matches!(parameters, "" | "charset=utf-8" | "charset=\"utf-8\"")
        .then(|| media_type.trim().to_owned())
}
