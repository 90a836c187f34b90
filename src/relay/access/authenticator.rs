//! Authenticator: identifies the client of a request from its head, and handles sign-in and
//! sign-out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};

use super::sessions::SessionEnd;
use super::token_login::{Source, TokenLogin};
use super::{Access, AccessToken, Mode, NoRandomness};
use crate::relay::client::{Client, Who};
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::single_header::single;
use crate::store::{HashKey, KeyedHash};

/// Longest user name in bytes; an audit line has room for it.
const LONGEST_USER: usize = 128;

/// Authenticator of one relay.
pub(crate) struct Authenticator {
    access: Access,
    method: Method,
    mode: Mode,
    is_shared: bool,
    /// Hash of the access token, if the method is the token. It identifies the account that all its
    /// holders share.
    token: Option<KeyedHash>,
}

enum Method {
    /// No authentication.
    Anybody,
    /// The access token or a session.
    Token(Box<TokenLogin>),
    /// A user name in this header, set by a trusted proxy.
    Proxy(HeaderName),
}

impl Authenticator {
    /// Creates the authenticator of a relay that listens on `listen`, with sessions that last for
    /// `life`. Also returns the access token if a new one was made.
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
        // The hash of a generated token would change at each start, so it uses an empty one: its
        // holders keep their account.
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

    /// Authenticates the client; `None` if it is not authenticated. Fails with a wait time if its
    /// address has shown too many wrong tokens.
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
            // From any other address the header may be forged and is ignored.
            Method::Proxy(header) if self.access.trusts(address) => {
                user(&parts.headers, header).map(|name| (Who::User(name), SessionEnd::default()))
            }
            Method::Proxy(_) => None,
        };
        Ok(recognized.map(|(who, session_end)| {
            Client::new(who, address, self.is_shared, self.token, session_end)
        }))
    }

    /// `true` if the request has the user header without coming from a trusted proxy.
    pub(crate) fn is_forgery(&self, headers: &HeaderMap, address: IpAddr) -> bool {
        matches!(&self.method, Method::Proxy(header) if headers.contains_key(header) && !self.access.trusts(address.to_canonical()))
    }

    /// Returns the refusal of a client that is not authenticated.
    pub(crate) fn refusal(&self) -> Problem {
        let fix = match self.mode {
            Mode::Proxy => "Come through the proxy that signs people in, under the public URL.",
            _ => {
                "Open the page as Trill printed it at its start, #access=… included; a program sends trill-access: TOKEN."
            }
        };
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "sign_in",
            "Nobody is signed in here.",
            fix,
        )
    }

    /// Exchanges the access token for a session. Fails if the token is wrong or the relay uses
    /// none.
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

    /// Describes access for `GET /api/relay`; `None` stands for a client that is not authenticated.
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

/// Returns the user name, if the header occurs once and contains a valid name.
fn user(headers: &HeaderMap, header: &HeaderName) -> Option<Arc<str>> {
    let value = single(headers, header).ok().flatten()?;
    let name = str::from_utf8(value.as_bytes()).ok()?.trim();
    let is_name =
        !name.is_empty() && name.len() <= LONGEST_USER && !name.contains(char::is_control);
    is_name.then(|| name.into())
}

fn nobody_signs_in() -> Problem {
    let fix = "Leave it out: GET /api/relay says how this relay is entered.";
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_access_token",
        "This relay has no access token to sign in with.",
        fix,
    )
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::user;

    #[test]
    fn a_user_header_occurs_once_with_a_valid_name() {
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
