//! Origin guard: the checks of `Host`, `Origin`, `Sec-Fetch-Site`, target, length and content type, in a fixed
//! order, before anything looks at what a request wants.
//!
//! The exact `Host` guards against DNS rebinding, after which a stranger's page is same-origin to the
//! browser, but its requests still name the stranger's host. `Origin` and `Sec-Fetch-Site` keep
//! out pages that send here openly, and what has neither must carry something no form can make.

use std::net::SocketAddr;

use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::relay::access::{Access, PublicUrl};
use crate::relay::problem::Problem;
use crate::relay::server::fragment::HasFragment;

/// A push has 5 KB; the rest is room for a payload that APNs itself is to refuse.
pub(crate) const LONGEST_BODY: u64 = 16 * 1024;

/// The most of a path and a query together.
const LONGEST_TARGET: usize = 8 * 1024;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Values of `Host` that this relay answers to.
pub(crate) struct AllowedHosts(Vec<Site>);

/// A value of `Host`, and the page there.
pub(crate) struct Site {
    host: String,
    /// The page's origin, as a browser writes it.
    pub(crate) origin: String,
    /// Whether it is reached over https.
    pub(crate) is_secure: bool,
}

impl AllowedHosts {
    /// The hosts of the public URLs, and the loopback names with the real port where it listens there.
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
                self.remedy(),
            )
        };
        let host = single(&parts.headers, header::HOST)
            .ok_or_else(missing)?
            .filter(|host| !host.is_empty())
            .ok_or_else(missing)?;
        let host = host.to_str().unwrap_or_default();
        // A request line may name a host too; the two must agree.
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
                self.remedy(),
            )
        })
    }

    fn remedy(&self) -> String {
        let origin = self
            .0
            .first()
            .map_or("the address it printed at its start", |site| &site.origin);
        format!("Reach it as {origin}.")
    }
}

/// URLs by which a browser on this machine reaches it.
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

/// The length of the body, which must be said beforehand and be small.
pub(crate) fn length(parts: &Parts) -> Result<u64, Problem> {
    if parts.headers.contains_key(header::TRANSFER_ENCODING) {
        // Two readings of where a body ends are how requests are smuggled.
        return Err(length_required("Chunked bodies are not taken."));
    }
    let Some(length) = single(&parts.headers, header::CONTENT_LENGTH)
        .ok_or_else(|| length_required("Content-Length stands there twice."))?
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

/// Whether everybody agrees where this request ends. If not, whoever stands between may see another request in what follows.
pub(crate) fn ends_clearly(parts: &Parts) -> bool {
    parts.method != Method::CONNECT && !has_fragment(parts) && length(parts).is_ok()
}

/// Whether something was cut off the target of this request, or of one that came with it.
fn has_fragment(parts: &Parts) -> bool {
    parts.extensions.get::<HasFragment>().is_some()
}

/// The target, which must be whole, and short: an honest one has under 200 characters.
pub(crate) fn target(parts: &Parts) -> Result<(), Problem> {
    if has_fragment(parts) {
        let cause = "The path of the request has a “#”, and what follows it would be lost.";
        let remedy = "Send the path without “#”; a device token has hex digits only.";
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "path_fragment",
            cause,
            remedy,
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
    let remedy =
        "A push goes to /{environment}/3/device/{device_token}, and its payload into the body.";
    Err(Problem::new(
        StatusCode::URI_TOO_LONG,
        "path_too_long",
        cause,
        remedy,
    ))
}

/// A body over the limit.
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

/// Checks that a request comes from this page, or from no page at all.
pub(crate) fn sender(parts: &Parts, origin: &str) -> Result<(), Problem> {
    let sender = Sender {
        origin: single(&parts.headers, header::ORIGIN).ok_or_else(origin_not_allowed)?,
        site: single(&parts.headers, SEC_FETCH_SITE).ok_or_else(cross_site)?,
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
        // A link on another site may open the page; the page's own policy keeps it out of frames.
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

/// Whether the request carries something that a form cannot, and a foreign page only after asking.
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
    let remedy = "Send from this relay's own page; a program adds an apns- header or content-type: application/json.";
    Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site",
        "The request may come from a page of another site.",
        remedy,
    )
}

/// JSON, nothing said, or what curl says when it is not told: Apple's own recipe uses that.
pub(crate) fn content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let plain = !headers.contains_key(header::CONTENT_ENCODING);
    let known = match single(headers, header::CONTENT_TYPE) {
        Some(None) => true,
        Some(Some(value)) => matches!(
            media_type(value).as_deref(),
            Some("application/json" | "application/x-www-form-urlencoded")
        ),
        None => false,
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

/// The media type, if its character set is UTF-8 or unsaid.
fn media_type(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.to_ascii_lowercase();
    let (media_type, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let parameters = parameters.trim();
    matches!(parameters, "" | "charset=utf-8" | "charset=\"utf-8\"")
        .then(|| media_type.trim().to_owned())
}

/// The value of a header that may stand there once: `None` when it does so more often.
fn single(headers: &HeaderMap, name: HeaderName) -> Option<Option<&HeaderValue>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    values.next().is_none().then_some(first)
}
