//! Public URL: the address under which others reach the page. It determines the valid values of
//! `Host` and `Origin`, and whether the session cookie is restricted to HTTPS.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

/// An origin (RFC 6454): scheme, host and port, in the form that browsers use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    host: String,
    port: u16,
    is_secure: bool,
}

impl PublicUrl {
    /// Reads a URL such as `https://trill.corp.example`, with an optional port. The error completes
    /// a sentence that begins with the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let uri: Uri = text.parse().map_err(|_| "is no URL")?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("begins with neither https:// nor http://"),
        };
        let authority = uri
            .authority()
            .map(http::uri::Authority::as_str)
            .unwrap_or_default();
        if uri.path().len() > 1 || uri.query().is_some() || text.contains(['#', '@']) {
            return Err("has more than a host and a port: the page has an address of its own");
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                port.parse()
                    .ok()
                    .filter(|port| *port != 0)
                    .ok_or("has a port that is no number up to 65535")?,
            ),
            _ => (authority, default_port(is_secure)),
        };
        Ok(Self {
            host: canonical(host)?,
            port,
            is_secure,
        })
    }

    /// `true` if the scheme is https.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// `true` if both have a value of `Host` in common.
    pub(crate) fn shares_host(&self, other: &Self) -> bool {
        self.hosts().iter().any(|host| other.hosts().contains(host))
    }

    /// Valid values of `Host`: with the port, and also without it if it is the default.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let whole = format!("{}:{}", self.host, self.port);
        if self.port == default_port(self.is_secure) {
            vec![self.host.clone(), whole]
        } else {
            vec![whole]
        }
    }
}

/// Formats the origin in the form that browsers use.
impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.hosts()[0])
    }
}

fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

/// Converts the host to the form that browsers send.
fn canonical(host: &str) -> Result<String, &'static str> {
    const UNSPECIFIED: &str = "names no machine in particular: use the name browsers use";
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        let address: Ipv6Addr = address
            .parse()
            .map_err(|_| "has an address that is none of IPv6")?;
        return if address.is_unspecified() {
            Err(UNSPECIFIED)
        } else {
            Ok(format!("[{address}]"))
        };
    }
    let host = host.to_ascii_lowercase();
    let is_name = !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        && !host.contains("..");
    let last = host
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or_default();
    match host.parse::<Ipv4Addr>() {
        Ok(address) if address.is_unspecified() => Err(UNSPECIFIED),
        Ok(_) => Ok(host),
        // Browsers parse a name whose last label is a number as an IPv4 address.
        Err(_)
            if !is_name
                || last.starts_with(|first: char| first.is_ascii_digit())
                    && !last.contains(char::is_alphabetic) =>
        {
            Err("has a host that is no name")
        }
        Err(_) => Ok(host),
    }
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (text, origin, hosts) in [
            (
                "https://trill.corp.example",
                "https://trill.corp.example",
                &["trill.corp.example", "trill.corp.example:443"][..],
            ),
            (
                "https://Trill.Corp.Example:443/",
                "https://trill.corp.example",
                &["trill.corp.example", "trill.corp.example:443"],
            ),
            (
                "https://trill.corp.example:80",
                "https://trill.corp.example:80",
                &["trill.corp.example:80"],
            ),
            (
                "http://192.168.1.5:7464",
                "http://192.168.1.5:7464",
                &["192.168.1.5:7464"],
            ),
            (
                "http://10.0.0.1:80",
                "http://10.0.0.1",
                &["10.0.0.1", "10.0.0.1:80"],
            ),
            (
                "https://[2001:DB8:0:0::1]",
                "https://[2001:db8::1]",
                &["[2001:db8::1]", "[2001:db8::1]:443"],
            ),
            ("https://[::1]:8443", "https://[::1]:8443", &["[::1]:8443"]),
            (
                "https://xn--trll-7qa.example",
                "https://xn--trll-7qa.example",
                &["xn--trll-7qa.example", "xn--trll-7qa.example:443"],
            ),
        ] {
            let url = PublicUrl::parse(text).expect(text);
            assert_eq!(
                (url.to_string().as_str(), url.hosts()),
                (
                    origin,
                    hosts.iter().map(|host| (*host).to_owned()).collect()
                ),
                "{text}"
            );
            assert_eq!(url.is_secure(), text.starts_with("https"), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_origin_is_refused() {
        for text in [
            "",
            "trill.corp.example",
            "ftp://trill.corp.example",
            "https://",
            "https://trill.corp.example/page",
            "https://trill.corp.example?x",
            "https://trill.corp.example#x",
            "https://me@trill.corp.example",
            "https://trill.corp.example:0",
            "https://trill.corp.example:99999",
            "https://trill.corp.example:",
            "https://0.0.0.0",
            "https://[::]:7464",
            "https://[::1",
            "https://2130706433",
            "https://127.1",
            "https://010.0.0.1",
            "https://a..b",
            "https://*.corp.example",
            "https://trïll.example",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn urls_with_a_common_host_header_share_a_host() {
        let url = |text: &str| PublicUrl::parse(text).expect(text);
        assert!(
            url("https://a").shares_host(&url("http://a")),
            "browsers leave out both ports"
        );
        assert!(url("https://a").shares_host(&url("http://a:443")));
        assert!(
            !url("https://a").shares_host(&url("https://b"))
                && !url("https://a").shares_host(&url("http://a:8080"))
        );
    }
}
