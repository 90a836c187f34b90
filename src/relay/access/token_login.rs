//! Token login: a program sends the access token with each request. A browser sends it once, and
//! gets a session cookie that scripts cannot read.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::time::Instant;

use super::login_throttle::{Attempt, LoginThrottle};
use super::secret;
use super::sessions::{SessionEnd, Sessions};
use super::{AccessToken, NoRandomness};
use crate::relay::client::{Who, network};
use crate::relay::guard::token_bucket::{Buckets, Rate};
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::single_header::{Repeated, single};
use crate::store::{HashKey, KeyedHash};
use crate::sync::Lock;

/// Header with the access token.
pub(crate) const ACCESS: HeaderName = HeaderName::from_static("trill-access");
/// Prefix of cookie names that only this host can set, and only over HTTPS (RFC 6265bis §4.1.3.2).
const SECURE: &str = "__Host-";

/// Sign-ins of one subnet: enough for an office, too few for a loop.
const SIGN_INS: Rate = Rate::per_minute(30, 60);
/// Sign-ins through a trusted proxy, for all its users together.
const PROXIED_SIGN_INS: Rate = Rate::per_minute(120, 240);

/// Origin of a sign-in.
pub(crate) struct Source {
    /// Remote address of the connection.
    pub(crate) address: IpAddr,
    /// `true` if the address is a trusted proxy.
    pub(crate) is_proxy: bool,
}

/// Token login of one relay.
pub(crate) struct TokenLogin {
    hash_key: HashKey,
    token: KeyedHash,
    sessions: Sessions,
    life: Duration,
    throttle: LoginThrottle,
    sign_ins: Lock<Buckets<IpAddr>>,
    proxied_sign_ins: Lock<Buckets<IpAddr>>,
    /// Name of the cookie. Cookies ignore the port, so each relay on a host needs its own name.
    cookie: String,
}

impl TokenLogin {
    /// Creates the login for this token; sessions last for `life`.
    pub(crate) fn build(token: &AccessToken, life: Duration) -> Result<Self, NoRandomness> {
        let hash_key = HashKey::random().ok_or(NoRandomness)?;
        Ok(Self {
            token: hash_key.hash(&[token.reveal().as_bytes()]),
            hash_key,
            sessions: Sessions::new(life),
            life,
            throttle: LoginThrottle::default(),
            sign_ins: Lock::new(Buckets::new(SIGN_INS)),
            proxied_sign_ins: Lock::new(Buckets::new(PROXIED_SIGN_INS)),
            cookie: format!("trill-{}", hex(&secret::random::<4>()?)),
        })
    }

    /// Identifies the client by its token or session. If a token is sent, the session is ignored.
    /// Fails after too many wrong tokens.
    pub(crate) fn recognize(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        is_secure: bool,
    ) -> Result<Option<(Who, SessionEnd)>, Problem> {
        if headers.contains_key(ACCESS) {
            return Ok(self
                .judge(headers, address)?
                .then(|| (Who::Script, SessionEnd::default())));
        }
        let session = self
            .session(headers, is_secure)
            .and_then(|name| self.sessions.find(&name));
        Ok(session.map(|(guest, session_end)| (Who::Session(guest), session_end)))
    }

    /// Exchanges the token for a session. If the client already has one, it is replaced and the
    /// guest stays the same.
    pub(crate) fn sign_in(
        &self,
        headers: &HeaderMap,
        from: &Source,
        is_secure: bool,
    ) -> Result<Reply, Problem> {
        if !headers.contains_key(ACCESS) || !self.judge(headers, from.address)? {
            return Err(wrong_token());
        }
        self.limit_sign_ins(from)?;
        let (secret, new_guest) = (secret::make().map_err(|_| no_randomness())?, guest()?);
        let known = self.session(headers, is_secure);
        let guest = known
            .and_then(|name| self.sessions.find(&name))
            .map_or(new_guest, |(guest, _)| guest);
        known.inspect(|name| self.sessions.close(name));
        let subnet = (!from.is_proxy).then(|| network(from.address));
        self.sessions.open(
            self.hash_key.hash(&[secret.as_bytes()]),
            Arc::clone(&guest),
            subnet,
        );
        let mut reply = self.with_cookie(&secret, self.life, is_secure);
        // The audit records which guest signed in.
        reply.extensions_mut().insert(Who::Session(guest));
        Ok(reply)
    }

    /// Ends the session, if there is one, and deletes the cookie.
    pub(crate) fn sign_out(&self, headers: &HeaderMap, is_secure: bool) -> Reply {
        self.session(headers, is_secure)
            .inspect(|name| self.sessions.close(name));
        self.with_cookie("", Duration::ZERO, is_secure)
    }

    /// Takes one token from the address's sign-in bucket. Fails if it is empty.
    fn limit_sign_ins(&self, from: &Source) -> Result<(), Problem> {
        let sign_ins = if from.is_proxy {
            &self.proxied_sign_ins
        } else {
            &self.sign_ins
        };
        let taken = sign_ins
            .lock()
            .try_take(&network(from.address), Instant::now());
        taken.map_err(too_many_sign_ins)
    }

    /// Checks the access token. Fails after too many wrong ones.
    fn judge(&self, headers: &HeaderMap, address: IpAddr) -> Result<bool, Problem> {
        let is_right = match single(headers, ACCESS) {
            Ok(Some(token)) => self.hash_key.hash(&[token.as_bytes()]) == self.token,
            Ok(None) | Err(Repeated) => false,
        };
        match self.throttle.judge(address, is_right) {
            Attempt::Right => Ok(true),
            Attempt::Wrong => Ok(false),
            Attempt::TooMany(wait) => Err(too_many_attempts(wait)),
        }
    }

    /// Returns the id of the session in the cookie, open or not. If two cookies have the name, one
    /// was set by someone else and both are ignored.
    fn session(&self, headers: &HeaderMap, is_secure: bool) -> Option<KeyedHash> {
        let prefix = if is_secure { SECURE } else { "" };
        let pairs = headers
            .get_all(COOKIE)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let mut secrets = pairs.filter_map(|pair| {
            let pair = pair.trim_ascii().strip_prefix(prefix.as_bytes())?;
            pair.strip_prefix(self.cookie.as_bytes())?
                .strip_prefix(b"=")
        });
        match (secrets.next(), secrets.next()) {
            (Some(secret), None) => Some(self.hash_key.hash(&[secret])),
            _ => None,
        }
    }

    /// Creates an answer that sets the cookie, for this host only and not readable by scripts.
    fn with_cookie(&self, secret: &str, life: Duration, is_secure: bool) -> Reply {
        let (prefix, secure) = if is_secure {
            (SECURE, "; Secure")
        } else {
            ("", "")
        };
        let (name, life) = (&self.cookie, life.as_secs());
        let cookie = format!(
            "{prefix}{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life}{secure}"
        );
        let mut reply = reply::api(StatusCode::NO_CONTENT, Default::default());
        if let Ok(mut cookie) = HeaderValue::try_from(cookie) {
            cookie.set_sensitive(true);
            reply.headers_mut().insert(SET_COOKIE, cookie);
        }
        reply
    }
}

/// Generates the name of a new guest.
fn guest() -> Result<Arc<str>, Problem> {
    let name = secret::random::<6>().map_err(|_| no_randomness())?;
    Ok(hex(&name).into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wrong_token() -> Problem {
    let fix = "Copy the whole token that Trill printed at its start, or the one in the file of --access-token-file.";
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "access_token",
        "This is not the access token.",
        fix,
    )
    .with_field(ACCESS.as_str())
}

fn too_many_attempts(wait: Duration) -> Problem {
    let cause = "This is not the access token, and too many wrong ones came from this address.";
    let fix =
        "Wait as long as retry-after says, or send the right one; it is printed at Trill's start.";
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        cause,
        fix,
    )
    .with_retry_after(wait)
}

fn too_many_sign_ins(wait: Duration) -> Problem {
    let cause =
        format!("Too many sign-ins came from this address: {SIGN_INS} is what one may have.");
    let fix = "Wait as long as retry-after says, and keep the cookie of a sign-in; a program sends trill-access instead.";
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_sign_ins",
        cause,
        fix,
    )
    .with_retry_after(wait)
}

fn no_randomness() -> Problem {
    let fix = "See that the system can read /dev/urandom, then sign in again.";
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "The system gives no random bytes for a session.",
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, COOKIE, Duration, HeaderMap, HeaderValue, TokenLogin};

    #[test]
    fn the_session_cookie_is_found_among_other_cookies() {
        let login = TokenLogin::build(&AccessToken::make().expect("random"), Duration::ZERO)
            .expect("random");
        let session = |values: &[&str], is_secure| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = value.replace("NAME", &login.cookie);
                headers.append(
                    COOKIE,
                    HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
                );
            }
            login.session(&headers, is_secure)
        };
        let found = |secret: &str| Some(login.hash_key.hash(&[secret.as_bytes()]));
        for (values, is_secure, secret) in [
            (&["NAME=a"][..], false, Some("a")),
            (&["x=1; NAME=a=b;y=\u{e9}"], false, Some("a=b")),
            (&["x=1", " NAME=a "], false, Some("a")),
            (&["__Host-NAME=a; NAME=b"], true, Some("a")),
            (&["__Host-NAME=a; NAME=b"], false, Some("b")),
            (&["NAME=a"], true, None),
            (&["NAME=a; NAME=a"], false, None),
            (&["NAME=a", "NAME=b"], false, None),
            (&["NAMEx=a; xNAME=a; NAME"], false, None),
            (&[], false, None),
        ] {
            assert!(
                session(values, is_secure) == secret.and_then(found),
                "{values:?} {is_secure}"
            );
        }
    }
}
