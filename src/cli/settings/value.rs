//! The values: what stands behind a flag, in a variable or in the file, read as what it is meant to be.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderName, Uri};

use super::RawValue;
use crate::apns::Environment;
use crate::relay::access::{Network, PublicUrl};
use crate::relay::config::{DEFAULT_APNS_PORT, OTHER_APNS_PORT};
use crate::relay::{Override, Proxy, Rate};

/// More than a machine can have of anything that is limited.
const MOST: usize = 1_000_000;
/// A whole send has so many seconds, because the page gives up soon after.
const MOST_SECONDS: u64 = 15;

/// Headers that say something else, to the relay or to whoever stands before it.
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

/// A text.
pub(crate) fn text<'a>(raw: &RawValue<'a>) -> Result<&'a str, String> {
    raw.value
        .to_str()
        .ok_or_else(|| format!("the value of {} is not UTF-8", raw.name))
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(raw: &RawValue<'_>, choices: &[(&str, T)]) -> Result<T, String> {
    let text = text(raw)?;
    choices
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, meant)| *meant)
        .ok_or_else(|| {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            format!("{} {text:?} is not one of {}", raw.name, words.join(", "))
        })
}

/// An address with a port; `localhost` is one too.
pub(crate) fn address(raw: &RawValue<'_>) -> Result<SocketAddr, String> {
    let text = text(raw)?;
    let local = text
        .strip_prefix("localhost:")
        .and_then(|port| port.parse().ok());
    let local = local.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local.or_else(|| text.parse().ok()).ok_or_else(|| {
        format!(
            "{} {text:?} is not an address and port, such as 127.0.0.1:7464",
            raw.name
        )
    })
}

/// A number of things, and not none of them.
pub(crate) fn count(raw: &RawValue<'_>) -> Result<usize, String> {
    let text = text(raw)?;
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| {
        format!(
            "{} {text:?} is not a whole number from 1 to {MOST}",
            raw.name
        )
    })
}

/// How often something may happen.
pub(crate) fn rate(raw: &RawValue<'_>) -> Result<Rate, String> {
    let text = text(raw)?;
    Rate::parse(text).ok_or_else(|| {
        format!(
            "{} {text:?} is not a rate, such as 60/min:20, 1/s or off",
            raw.name
        )
    })
}

/// A time that fits into a send.
pub(crate) fn seconds(raw: &RawValue<'_>) -> Result<Duration, String> {
    let text = text(raw)?;
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (1..=MOST_SECONDS).contains(seconds))
        .map(Duration::from_secs);
    seconds.ok_or_else(|| {
        format!(
            "{} {text:?} is not a whole number of seconds from 1 to {MOST_SECONDS}",
            raw.name
        )
    })
}

/// A value, or the word that turns the limit off.
pub(crate) fn off_or<T>(
    raw: &RawValue<'_>,
    read: fn(&RawValue<'_>) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if raw.value == "off" {
        Ok(None)
    } else {
        read(raw).map(Some)
    }
}

/// A folder, whether it is there or not.
pub(crate) fn folder(raw: &RawValue<'_>) -> Result<PathBuf, String> {
    if raw.value.is_empty() {
        return Err(format!("{} is empty; name a folder, or say off", raw.name));
    }
    Ok(raw.value.into())
}

/// Where others reach the page.
pub(crate) fn public_url(raw: &RawValue<'_>) -> Result<PublicUrl, String> {
    let text = text(raw)?;
    PublicUrl::parse(text).map_err(|what| {
        format!(
            "{} {text:?} {what}; write it as https://trill.corp.example",
            raw.name
        )
    })
}

/// A header that names a user.
pub(crate) fn user_header(raw: &RawValue<'_>) -> Result<HeaderName, String> {
    let text = text(raw)?;
    let wrong = |what: &str| {
        format!(
            "{} {text:?} {what}; use one such as X-Forwarded-User",
            raw.name
        )
    };
    let name: HeaderName = text.parse().map_err(|_| wrong("is no name of a header"))?;
    let is_taken = OTHER_HEADERS.contains(&name.as_str())
        || name.as_str().starts_with("apns-")
        || name.as_str().starts_with("trill-");
    if is_taken {
        Err(wrong("is a header that says something else"))
    } else {
        Ok(name)
    }
}

/// An address or a network.
pub(crate) fn network(raw: &RawValue<'_>) -> Result<Network, String> {
    let text = text(raw)?;
    Network::parse(text).map_err(|what| format!("{} {text:?} {what}", raw.name))
}

/// A host for one of Apple's environments.
pub(crate) fn upstream(raw: &RawValue<'_>) -> Result<Override, String> {
    let text = text(raw)?;
    let wrong = |what: &str| {
        format!(
            "{} {text:?}: {what}, such as sandbox=https://localhost:8443",
            raw.name
        )
    };
    let (word, url) = text.split_once('=').ok_or_else(|| wrong("use ENV=URL"))?;
    let environment = match Environment::parse(word) {
        Some(environment) if environment.is_simulator() => {
            return Err(wrong(
                "the simulator is inside and cannot be replaced; use sandbox or production",
            ));
        }
        Some(environment) => environment,
        None => return Err(wrong("the environment is sandbox or production")),
    };
    let uri: Uri = url.parse().map_err(|_| wrong("the URL is malformed"))?;
    let authority = uri
        .authority()
        .ok_or_else(|| wrong("the URL begins with https://"))?;
    if uri.scheme_str() != Some("https") {
        return Err(wrong("the URL begins with https://"));
    }
    if authority.as_str().contains('@') || uri.path().len() > 1 || uri.query().is_some() {
        return Err(wrong("the URL has a host and a port and nothing else"));
    }
    let port = match authority.as_str().rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port
            .parse()
            .map_err(|_| wrong("the port is a number up to 65535"))?,
        _ => 443,
    };
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    Ok(Override {
        environment,
        host,
        port,
    })
}

/// One of the two ports where Apple listens.
pub(crate) fn apns_port(raw: &RawValue<'_>) -> Result<u16, String> {
    let text = text(raw)?;
    let port = text
        .parse()
        .ok()
        .filter(|port| [DEFAULT_APNS_PORT, OTHER_APNS_PORT].contains(port));
    port.ok_or_else(|| {
        format!(
            "{} {text:?} is no port of Apple's; use {DEFAULT_APNS_PORT} or {OTHER_APNS_PORT}, or --upstream for another host",
            raw.name
        )
    })
}

/// A proxy, without a word of who uses it.
pub(crate) fn proxy(raw: &RawValue<'_>) -> Result<Proxy, String> {
    let text = text(raw)?;
    if text.contains('@') {
        // Everybody on the machine can read the command line; the sentence does not repeat what stands there.
        return Err(format!(
            "{} may hold no user or password; put user:password into a file for --proxy-credentials-file",
            raw.name
        ));
    }
    let wrong = |what: &str| {
        format!(
            "{} {text:?}: {what}, such as http://proxy.example:3128",
            raw.name
        )
    };
    let uri: Uri = text.parse().map_err(|_| wrong("the URL is malformed"))?;
    let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"));
    let authority = authority
        .ok_or_else(|| wrong("the URL begins with http://, which is how a proxy is asked"))?;
    if uri.path().len() > 1 || uri.query().is_some() {
        return Err(wrong("the URL has a host and a port and nothing else"));
    }
    let port = authority
        .port_u16()
        .filter(|port| *port > 0)
        .ok_or_else(|| wrong("the URL names the port of the proxy"))?;
    Ok(Proxy::new(
        authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']'),
        port,
    ))
}
