//! Authenticator: tells from the head of a request who asks, and signs people in and out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};

use super::sessions::SessionEnd;
use super::token_login::{Source, TokenLogin, only};
use super::{Access, AccessToken, Mode, NoRandomness};
use crate::relay::client::{Client, Who};
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::store::{HashKey, KeyedHash};

/// No name is longer, and an audit line has room for it.
const LONGEST_USER: usize = 128;

/// Authenticator of one relay.
pub(crate) struct Authenticator {
    access: Access,
    method: Method,
    mode: Mode,
    is_shared: bool,
    /// The hash of the access token, if there is one: by it the account of those who have it is known again.
    token: Option<KeyedHash>,
}

enum Method {
    /// Anybody.
    Anybody,
    /// Whoever has the token or a session.
    Token(Box<TokenLogin>),
    /// Whom one of the proxies names in this header.
    Proxy(HeaderName),
}

impl Authenticator {
    /// Builds that of a relay that listens there, and the access token if it had to be made. Sessions last for `life`.
    pub(crate) fn build(
        access: &Access,
        listen: SocketAddr,
        life: Duration,
        hash_key: &HashKey,
    ) -> Result<(Self, Option<AccessToken>), NoRandomness> {
        let (mode, is_shared) = (access.mode(listen), access.is_shared(listen));
        let mut made = None;
        let method = match (mode, &access.user_header) {
            (Mode::Proxy, Some(header)) => Method::Proxy(header.clone()),
            (Mode::Open | Mode::NoAuth, _) => Method::Anybody,
            (Mode::Token | Mode::Proxy, _) => {
                let token = match &access.token {
                    Some(token) => token.clone(),
                    None => made.insert(AccessToken::make()?).clone(),
                };
                Method::Token(Box::new(TokenLogin::build(&token, life)?))
            }
        };
        // A token that is made anew at each start is shown to the same people.
        let token = access.token.as_ref().map_or("", AccessToken::reveal);
        let token = matches!(method, Method::Token(_))
            .then(|| hash_key.hash(&[b"access token", token.as_bytes()]));
        let access = Access {
            token: None,
            ..access.clone()
        };
        Ok((
            Self {
                access,
                method,
                mode,
                is_shared,
                token,
            },
            made,
        ))
    }

    /// Authenticates the client, if it is somebody who may ask; an address that guesses is told to wait.
    pub(crate) fn recognize(
        &self,
        parts: &Parts,
        address: IpAddr,
        is_secure: bool,
    ) -> Result<Option<Client>, Problem> {
        let address = address.to_canonical();
        let recognized = match &self.method {
            Method::Anybody => Some((Who::Anybody, SessionEnd::default())),
            Method::Token(login) => login.recognize(&parts.headers, address, is_secure)?,
            // Of anybody else the header says nothing: it may be forged.
            Method::Proxy(header) if self.access.trusts(address) => {
                user(&parts.headers, header).map(|name| (Who::User(name), SessionEnd::default()))
            }
            Method::Proxy(_) => None,
        };
        Ok(recognized.map(|(who, session_end)| {
            Client::new(who, address, self.is_shared, self.token, session_end)
        }))
    }

    /// Whether somebody who is no proxy of this relay names a user.
    pub(crate) fn is_forgery(&self, headers: &HeaderMap, address: IpAddr) -> bool {
        matches!(&self.method, Method::Proxy(header) if headers.contains_key(header) && !self.access.trusts(address.to_canonical()))
    }

    /// The refusal of whoever is not recognized.
    pub(crate) fn refusal(&self) -> Problem {
        let remedy = match self.mode {
            Mode::Proxy => "Come through the proxy that signs people in, under the public URL.",
            _ => {
                "Open the page as Trill printed it at its start, #access=… included; a program sends trill-access: TOKEN."
            }
        };
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "sign_in",
            "Nobody is signed in here.",
            remedy,
        )
    }

    /// Exchanges the access token for a session.
    pub(crate) fn sign_in(
        &self,
        parts: &Parts,
        address: IpAddr,
        is_secure: bool,
    ) -> Result<Reply, Problem> {
        match &self.method {
            Method::Token(login) => {
                let address = address.to_canonical();
                login.sign_in(
                    &parts.headers,
                    &Source {
                        address,
                        is_proxy: self.access.trusts(address),
                    },
                    is_secure,
                )
            }
            _ => Err(nobody_signs_in()),
        }
    }

    /// Ends the session, if there is one.
    pub(crate) fn sign_out(&self, parts: &Parts, is_secure: bool) -> Reply {
        match &self.method {
            Method::Token(login) => login.sign_out(&parts.headers, is_secure),
            _ => reply::api(StatusCode::NO_CONTENT, Default::default()),
        }
    }

    /// What `GET /api/relay` says of it, to a client or to those who are none.
    pub(crate) fn describe(&self, client: Option<&Client>) -> Value {
        let mode = match self.mode {
            Mode::Open => "open",
            Mode::Token => "token",
            Mode::Proxy => "proxy",
            Mode::NoAuth => "none",
        };
        match client {
            Some(client) => {
                let insecure = self.access.insecurities();
                json!({ "mode": mode, "granted": true, "user": client.who.user(), "insecure": insecure })
            }
            None => json!({ "mode": mode, "granted": false }),
        }
    }
}

/// The user in the only header of this name.
fn user(headers: &HeaderMap, header: &HeaderName) -> Option<Arc<str>> {
    let value = only(headers.get_all(header).iter())?;
    let name = str::from_utf8(value.as_bytes()).ok()?.trim();
    let is_name =
        !name.is_empty() && name.len() <= LONGEST_USER && !name.contains(char::is_control);
    is_name.then(|| name.into())
}

fn nobody_signs_in() -> Problem {
    let remedy = "Leave it out: GET /api/relay says how this relay is entered.";
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_access_token",
        "This relay has no access token to sign in with.",
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::user;

    #[test]
    fn a_user_has_one_name_that_can_be_read() {
        const HEADER: HeaderName = HeaderName::from_static("x-forwarded-user");
        let named = |value: &[u8]| {
            user(
                &HeaderMap::from_iter([(
                    HEADER,
                    HeaderValue::from_bytes(value).expect("a header value"),
                )]),
                &HEADER,
            )
        };
        for (value, name) in [
            (&b"alice"[..], "alice"),
            (b" alice@corp.example ", "alice@corp.example"),
            ("Zoë".as_bytes(), "Zoë"),
        ] {
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
