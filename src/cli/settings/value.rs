//! Parsers of values. An error is a phrase that begins with a verb, such as "is not a rate", and
//! never repeats the text, which may be a secret.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::{HeaderName, Uri};

use crate::apns::Environment;
use crate::relay::access::{Network, PublicUrl};
use crate::relay::config::{DEFAULT_APNS_PORT, OTHER_APNS_PORT};
use crate::relay::{Override, Proxy, Rate};

/// Maximum of a count, more than a machine can have of any limited resource.
const MOST: usize = 1_000_000;
/// Maximum of a deadline in seconds, which the page's own deadline exceeds.
const MOST_SECONDS: u64 = 15;

/// Headers that cannot carry a user's name: they have a meaning to the relay or to a proxy.
const OTHER_HEADERS: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "origin",
    "sec-fetch-site",
    "transfer-encoding",
];

/// Parses an IP address, or `localhost`, with a port.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text
        .strip_prefix("localhost:")
        .and_then(|port| port.parse().ok());
    match port {
        Some(port) => Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        None => text
            .parse()
            .map_err(|_| "is not an address and port, such as 127.0.0.1:7464".to_owned()),
    }
}

/// Parses a loopback address with a port.
pub(crate) fn local_address(text: &str) -> Result<SocketAddr, String> {
    let address = address(text)?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    Err(format!("can be reached from other machines; use {local}"))
}

/// Parses a host name or address that a certificate can have.
pub(crate) fn host_name(text: &str) -> Result<String, String> {
    match rustls::pki_types::ServerName::try_from(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("is no host name or address, such as apns.test".to_owned()),
    }
}

/// Parses a count, which is at least 1.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=MOST).contains(&number) => Ok(number),
        _ => Err(format!("is not a whole number from 1 to {MOST}")),
    }
}

/// Parses a rate.
pub(crate) fn rate(text: &str) -> Result<Rate, String> {
    Rate::parse(text).ok_or_else(|| "is not a rate, such as 60/min:20, 1/s or off".to_owned())
}

/// Parses a deadline in seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (1..=MOST_SECONDS).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!(
            "is not a whole number of seconds from 1 to {MOST_SECONDS}"
        )),
    }
}

/// Parses the URL at which others reach the page.
pub(crate) fn public_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(text).map_err(|what| format!("{what}; write it as https://trill.corp.example"))
}

/// Parses the name of a header that carries a user's name.
pub(crate) fn user_header(text: &str) -> Result<HeaderName, String> {
    const HINT: &str = "use one such as X-Forwarded-User";
    let Ok(name) = text.parse::<HeaderName>() else {
        return Err(format!("is no name of a header; {HINT}"));
    };
    let is_taken = OTHER_HEADERS.contains(&name.as_str())
        || name.as_str().starts_with("apns-")
        || name.as_str().starts_with("trill-");
    if is_taken {
        return Err(format!("is a header that has another meaning; {HINT}"));
    }
    Ok(name)
}

/// Parses an address or a network.
pub(crate) fn network(text: &str) -> Result<Network, String> {
    Network::parse(text)
}

/// Parses the server that replaces one of Apple's.
pub(crate) fn upstream(text: &str) -> Result<Override, String> {
    let wrong = |what: &str| format!("{what}, such as sandbox=https://localhost:8443");
    let Some((word, url)) = text.split_once('=') else {
        return Err(wrong("is not of the form ENV=URL"));
    };
    let environment = match Environment::parse(word) {
        Some(environment) if environment.is_simulator() => {
            return Err(wrong(
                "names the simulator, which is inside and cannot be replaced; use sandbox or production",
            ));
        }
        Some(environment) => environment,
        None => return Err(wrong("does not begin with sandbox= or production=")),
    };
    let uri: Uri = url.parse().map_err(|_| wrong("has a malformed URL"))?;
    let authority = match uri.authority() {
        Some(authority) if uri.scheme_str() == Some("https") => authority,
        _ => return Err(wrong("has a URL that does not begin with https://")),
    };
    if authority.as_str().contains('@') || uri.path().len() > 1 || uri.query().is_some() {
        return Err(wrong("has a URL with more than a host and a port"));
    }
    let port = match authority.as_str().rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port
            .parse()
            .map_err(|_| wrong("has a port that is not a number up to 65535"))?,
        _ => 443,
    };
    Ok(Override {
        environment,
        host: without_brackets(authority.host()).to_owned(),
        port,
    })
}

/// Parses one of the two ports of Apple's hosts.
pub(crate) fn apns_port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(port) if [DEFAULT_APNS_PORT, OTHER_APNS_PORT].contains(&port) => Ok(port),
        _ => Err(format!(
            "is no port of Apple's; use {DEFAULT_APNS_PORT} or {OTHER_APNS_PORT}, or --upstream for another host"
        )),
    }
}

/// Parses the URL of a proxy, which must not contain credentials.
pub(crate) fn proxy(text: &str) -> Result<Proxy, String> {
    if text.contains('@') {
        return Err(
            "may hold no user or password; put user:password into a file for --proxy-credentials-file"
                .to_owned(),
        );
    }
    let wrong = |what: &str| format!("{what}, such as http://proxy.example:3128");
    let uri: Uri = text.parse().map_err(|_| wrong("is a malformed URL"))?;
    let authority = match uri.authority() {
        Some(authority) if uri.scheme_str() == Some("http") => authority,
        _ => return Err(wrong("is not a URL that begins with http://")),
    };
    if uri.path().len() > 1 || uri.query().is_some() {
        return Err(wrong("is a URL with more than a host and a port"));
    }
    match authority.port_u16() {
        Some(port) if port > 0 => Ok(Proxy::new(without_brackets(authority.host()), port)),
        _ => Err(wrong("does not name the port of the proxy")),
    }
}

/// Returns the host of a URL without the brackets of an IPv6 address.
fn without_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}
