//! The gate: tells from the head of a request who asks, and lets people in and out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::attempts::{Attempts, Judged};
use super::secret::{self, Seal, Sealed};
use super::sessions::{Sessions, Stay};
use super::{Access, AccessToken, Mode, Network, NoRandomness};
use crate::relay::client::{Client, Who};
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};

/// Holds the access token, of a script or of somebody who signs in.
pub(crate) const ACCESS: HeaderName = HeaderName::from_static("trill-access");
/// No name is longer, and an audit line has room for it.
const LONGEST_USER: usize = 128;

/// The gate of one relay.
pub(crate) struct Gate {
    entry: Entry,
    mode: Mode,
    is_shared: bool,
}

enum Entry {
    /// Whoever comes.
    Anybody,
    /// Whoever has the token or a session.
    Token(Box<Door>),
    /// Whom one of the proxies names in the header.
    Proxy { header: HeaderName, proxies: Vec<Network> },
}

/// What is needed to let people in by a token.
struct Door {
    seal: Seal,
    token: Sealed,
    sessions: Sessions,
    life: Duration,
    attempts: Attempts,
    /// The cookie's name. Cookies ignore the port, so that each relay of a machine needs a name of its own.
    cookie: String,
}

impl Gate {
    /// The gate of a relay that listens there, and the access token if it had to be made. Sessions last for `life`.
    pub(crate) fn build(access: &Access, listen: SocketAddr, life: Duration) -> Result<(Self, Option<AccessToken>), NoRandomness> {
        let (mode, is_shared) = (access.mode(listen), access.is_shared(listen));
        let mut made = None;
        let entry = match (mode, &access.user_header) {
            (Mode::Proxy, Some(header)) => Entry::Proxy { header: header.clone(), proxies: access.trusted_proxies.clone() },
            (Mode::Open | Mode::NoAuth, _) => Entry::Anybody,
            (Mode::Token | Mode::Proxy, _) => {
                let token = match &access.token {
                    Some(token) => token.clone(),
                    None => made.insert(AccessToken::make()?).clone(),
                };
                Entry::Token(Box::new(Door::build(&token, life)?))
            }
        };
        Ok((Self { entry, mode, is_shared }, made))
    }

    /// Who asks, if it is somebody who may. Nothing is told to an address that guesses.
    pub(crate) fn recognize(&self, parts: &Parts, address: IpAddr) -> Result<Option<Client>, Problem> {
        let address = address.to_canonical();
        let (who, stay) = match &self.entry {
            Entry::Anybody => (Some(Who::Anybody), Stay::default()),
            Entry::Token(door) => door.recognize(&parts.headers, address)?,
            // Of anybody else the header says nothing: it may be forged.
            Entry::Proxy { header, proxies } if proxies.iter().any(|proxy| proxy.contains(address)) => {
                (user(&parts.headers, header).map(Who::User), Stay::default())
            }
            Entry::Proxy { .. } => (None, Stay::default()),
        };
        Ok(who.map(|who| Client::new(who, address, self.is_shared, stay)))
    }

    /// The refusal of whoever is not recognized.
    pub(crate) fn refusal(&self) -> Problem {
        let remedy = match self.mode {
            Mode::Proxy => "Come through the proxy that signs people in, under the public URL.",
            _ => "Open the page as Trill printed it at its start, #access=… included; a program sends trill-access: TOKEN.",
        };
        Problem::new(StatusCode::UNAUTHORIZED, "sign_in", "Nobody is signed in here.", remedy)
    }

    /// Exchanges the access token for a session; the same guest goes on if one was open.
    pub(crate) fn sign_in(&self, parts: &Parts, address: IpAddr, is_secure: bool) -> Result<Reply, Problem> {
        let Entry::Token(door) = &self.entry else { return Err(nobody_signs_in()) };
        if !parts.headers.contains_key(ACCESS) {
            return Err(wrong_token());
        }
        door.judge(&parts.headers, address.to_canonical())?.ok_or_else(wrong_token)?;
        let known = door.session(&parts.headers);
        let guest = known.and_then(|name| door.sessions.find(&name)).map_or_else(guest, |(guest, _)| Ok(guest));
        let (secret, guest) = (secret::make().map_err(|_| no_randomness())?, guest?);
        known.inspect(|name| door.sessions.close(name));
        door.sessions.open(door.seal.of(secret.as_bytes()), guest);
        Ok(door.with_cookie(&secret, door.life, is_secure))
    }

    /// Ends the session, if there is one.
    pub(crate) fn sign_out(&self, parts: &Parts, is_secure: bool) -> Reply {
        let Entry::Token(door) = &self.entry else { return reply::api(StatusCode::NO_CONTENT, Default::default()) };
        door.session(&parts.headers).inspect(|name| door.sessions.close(name));
        door.with_cookie("", Duration::ZERO, is_secure)
    }

    /// What access is called in `GET /api/relay`.
    pub(crate) fn mode(&self) -> &'static str {
        match self.mode {
            Mode::Open => "open",
            Mode::Token => "token",
            Mode::Proxy => "proxy",
            Mode::NoAuth => "none",
        }
    }
}

impl Door {
    fn build(token: &AccessToken, life: Duration) -> Result<Self, NoRandomness> {
        let seal = Seal::new()?;
        Ok(Self {
            token: seal.of(token.reveal().as_bytes()),
            seal,
            sessions: Sessions::new(life),
            life,
            attempts: Attempts::default(),
            cookie: format!("trill-{}", hex(&secret::random::<4>()?)),
        })
    }

    /// A token that is sent decides alone.
    fn recognize(&self, headers: &HeaderMap, address: IpAddr) -> Result<(Option<Who>, Stay), Problem> {
        if headers.contains_key(ACCESS) {
            return Ok((self.judge(headers, address)?.map(|()| Who::Script), Stay::default()));
        }
        let session = self.session(headers).and_then(|name| self.sessions.find(&name));
        Ok(session.map_or((None, Stay::default()), |(guest, stay)| (Some(Who::Session(guest)), stay)))
    }

    /// Whether the token is right; a problem if nobody has looked.
    fn judge(&self, headers: &HeaderMap, address: IpAddr) -> Result<Option<()>, Problem> {
        let mut tokens = headers.get_all(ACCESS).iter();
        let token = tokens.next().filter(|_| tokens.next().is_none());
        match self.attempts.judge(address, || token.is_some_and(|token| self.seal.of(token.as_bytes()) == self.token)) {
            Judged::Right => Ok(Some(())),
            Judged::Wrong => Ok(None),
            Judged::TooMany(wait) => Err(too_many_attempts(wait)),
        }
    }

    /// The session that the cookie names, open or not. Two cookies of this name were not both set here.
    fn session(&self, headers: &HeaderMap) -> Option<Sealed> {
        let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut secrets = pairs.filter(|(name, _)| *name == self.cookie || name.strip_prefix("__Host-") == Some(&*self.cookie));
        let (_, secret) = secrets.next().filter(|_| secrets.next().is_none())?;
        Some(self.seal.of(secret.as_bytes()))
    }

    /// An answer that sets the cookie, for this page alone and out of reach of its scripts.
    fn with_cookie(&self, secret: &str, life: Duration, is_secure: bool) -> Reply {
        // With the prefix no other host of the domain can set it (RFC 6265bis §4.1.3.2).
        let (prefix, secure) = if is_secure { ("__Host-", "; Secure") } else { ("", "") };
        let (name, life) = (&self.cookie, life.as_secs());
        let cookie = format!("{prefix}{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life}{secure}");
        let mut reply = reply::api(StatusCode::NO_CONTENT, Default::default());
        if let Ok(mut cookie) = HeaderValue::try_from(cookie) {
            cookie.set_sensitive(true);
            reply.headers_mut().insert(SET_COOKIE, cookie);
        }
        reply
    }
}

/// The user in the only header of this name.
fn user(headers: &HeaderMap, header: &HeaderName) -> Option<Arc<str>> {
    let mut values = headers.get_all(header).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    let name = str::from_utf8(value.as_bytes()).ok()?.trim();
    let is_name = !name.is_empty() && name.len() <= LONGEST_USER && !name.contains(char::is_control);
    is_name.then(|| name.into())
}

/// The name of a new guest, which no other guest ever had.
fn guest() -> Result<Arc<str>, Problem> {
    let name = secret::random::<6>().map_err(|_| no_randomness())?;
    Ok(hex(&name).into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wrong_token() -> Problem {
    let remedy = "Copy the whole token that Trill printed at its start, or that stands in the file of --access-token-file.";
    Problem::new(StatusCode::UNAUTHORIZED, "access_token", "This is not the access token.", remedy).with_field(ACCESS.as_str())
}

fn nobody_signs_in() -> Problem {
    let remedy = "Leave it out: GET /api/relay says how this relay is entered.";
    Problem::new(StatusCode::NOT_FOUND, "no_access_token", "This relay has no access token to sign in with.", remedy)
}

fn too_many_attempts(wait: Duration) -> Problem {
    let cause = "Too many wrong access tokens came from this address.";
    let remedy = "Wait as long as Retry-After says, then send the right one; it is printed at Trill's start.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", cause, remedy).with_retry_after(wait)
}

fn no_randomness() -> Problem {
    let remedy = "See that the system can read /dev/urandom, then sign in again.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The system gives no random bytes for a session.", remedy)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::user;

    #[test]
    fn a_user_has_one_name_that_can_be_read() {
        const HEADER: HeaderName = HeaderName::from_static("x-forwarded-user");
        let named =
            |value: &[u8]| user(&HeaderMap::from_iter([(HEADER, HeaderValue::from_bytes(value).expect("a header value"))]), &HEADER);
        for (value, name) in [(&b"alice"[..], "alice"), (b" alice@corp.example ", "alice@corp.example"), ("Zoë".as_bytes(), "Zoë")] {
            assert_eq!(named(value).as_deref(), Some(name));
        }
        for value in [&b""[..], b" ", b"a\tb", b"\xff", &[b'a'; 129]] {
            assert_eq!(named(value), None, "{value:?}");
        }
        let mut two = HeaderMap::new();
        two.append(HEADER, HeaderValue::from_static("alice"));
        two.append(HEADER, HeaderValue::from_static("mallory"));
        assert_eq!(user(&two, &HEADER), None);
    }
}
