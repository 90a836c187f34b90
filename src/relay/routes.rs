//! Routes: the checks of a request, and the handler for each path.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use super::client::Client;
use super::guard::origin_guard::Site;
use super::guard::{body, origin_guard};
use super::issue_times::KeyName;
use super::millis;
use super::observe::metrics::{self, Elsewhere};
use super::problem::Problem;
use super::reply::{self, Reply};
use super::{
    Scope, Shared, causes, description, encoding, event_stream, json_body, page, phones, profile,
    receiver, rules, send,
};
use crate::apns::Environment;
use crate::simulator::ControlRequest;

/// Longest team ID or key ID. Real ones have ten characters.
const LONGEST_NAME: usize = 32;

/// Path of the health check.
pub(crate) const HEALTH: &str = "/healthz";

/// Target of a request.
enum Route<'a> {
    Page,
    Send {
        environment: Environment,
        device_token: &'a str,
    },
    Relay,
    /// Description of the relay for clients that are not authenticated.
    Entrance,
    Session {
        is_secure: bool,
    },
    Token {
        team_id: &'a str,
        key_id: &'a str,
    },
    Stored {
        apns_id: &'a str,
    },
    /// Apps, devices, sends and receipts; the path after `/api`.
    Phones(Vec<&'a str>),
    /// Files of the app's half.
    Receiver,
    /// Profile of an app.
    Profile {
        id: &'a str,
    },
    /// Prose of the causes.
    Causes,
    /// Prose of the linter's rules.
    Rules,
    Events,
    Simulator(Vec<&'a str>),
    Health,
    Metrics,
}

/// Answers a request. An `async fn` would hold the request twice while a push waits for APNs.
pub(crate) fn answer(
    shared: Arc<Shared>,
    address: IpAddr,
    request: Request<Incoming>,
) -> impl Future<Output = Reply> + Send {
    let (parts, body) = request.into_parts();
    async move { answer_parts(&shared, address, &parts, body).await }
}

async fn answer_parts(
    shared: &Arc<Shared>,
    address: IpAddr,
    parts: &Parts,
    body: Incoming,
) -> Reply {
    let mut complete = true;
    let answered = match admit(shared, address, parts) {
        Ok((route, client)) => serve(shared, &client, route, parts, body).await,
        Err(problem) => {
            complete = body::discard(parts, body).await;
            Err(problem)
        }
    };
    let mut reply = answered.unwrap_or_else(|problem| {
        shared.metrics.refused(problem.code());
        tracing::debug!(code = problem.code(), status = problem.status().as_u16(), %address, "a request was refused");
        refuse(&problem, is_send(parts.uri.path()))
    });
    if !complete {
        reply::close(&mut reply);
    }
    encoding::compress(reply, &parts.headers).await
}

/// Returns the answer to a refused request, which may be a send.
pub(crate) fn refuse(problem: &Problem, is_send: bool) -> Reply {
    let mut reply = problem.reply();
    if is_send {
        send::answer::state_outcome(&mut reply, problem.outcome());
    }
    reply
}

/// Runs the checks of a request in their order.
fn admit<'a>(
    shared: &Shared,
    address: IpAddr,
    parts: &'a Parts,
) -> Result<(Route<'a>, Client), Problem> {
    let path = parts.uri.path();
    if path == HEALTH {
        // A health check may use any host name.
        origin_guard::target(parts)?;
        let route = Route::find(path)?.with_method(&parts.method, path)?;
        origin_guard::length(parts)?;
        return Ok((route, Client::stranger(address)));
    }
    let site = shared.allowed_hosts.check(parts)?;
    origin_guard::target(parts)?;
    let route = Route::find(path)?.at(site);
    if shared.config.scope == Scope::Simulator
        && !matches!(route, Route::Simulator(_) | Route::Events)
    {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing at this path.",
            "Use /api/simulator or /api/events.",
        ));
    }
    let route = route.with_method(&parts.method, path)?;
    origin_guard::length(parts)?;
    origin_guard::sender(parts, &site.origin)?;
    let (route, client) = shared.let_in(route, address, parts, site.is_secure)?;
    if matches!(parts.method, Method::POST | Method::PUT) {
        origin_guard::content_type(&parts.headers)?;
    }
    if let Route::Send {
        environment,
        device_token,
    } = route
    {
        send::throttle(shared, &client, (environment, device_token))?;
    }
    Ok((route, client))
}

async fn serve(
    shared: &Arc<Shared>,
    client: &Client,
    route: Route<'_>,
    parts: &Parts,
    body: Incoming,
) -> Result<Reply, Problem> {
    match route {
        Route::Page => page::answer(parts).await,
        Route::Send {
            environment,
            device_token,
        } => send::answer(shared, client, (environment, device_token), parts, body).await,
        Route::Relay => Ok(description::relay(shared, client)),
        Route::Entrance => Ok(description::entrance(shared)),
        Route::Session { is_secure } => {
            body::read(body, shared.config.deadlines.body).await?;
            match parts.method {
                Method::POST => {
                    let entered = shared
                        .authenticator
                        .sign_in(parts, client.address, is_secure);
                    shared.audit.entrance(
                        "sign-in",
                        client.address,
                        entered.as_ref(),
                        shared.now(),
                    );
                    entered
                }
                _ => Ok(shared.authenticator.sign_out(parts, is_secure)),
            }
        }
        Route::Token { team_id, key_id } => token(
            shared,
            client,
            team_id,
            key_id,
            parts.uri.query().unwrap_or_default(),
        ),
        Route::Stored { apns_id } => phones::send_report::answer(shared, client, apns_id).await,
        Route::Phones(path) => phones::routes::answer(shared, client, &path, parts, body).await,
        Route::Receiver => {
            let body = body::read(body, shared.config.deadlines.body).await?;
            receiver::answer(shared, &body)
        }
        Route::Profile { id } => profile::answer(id),
        Route::Causes => Ok(causes::answer()),
        Route::Rules => Ok(rules::answer()),
        Route::Events => event_stream::answer(shared, client, parts),
        Route::Simulator(path) => {
            let body = body::read(body, shared.config.deadlines.body).await?;
            let query = parts.uri.query().unwrap_or_default();
            control(
                shared,
                client,
                &ControlRequest {
                    method: &parts.method,
                    path: &path,
                    query,
                    body: &body,
                },
            )
        }
        Route::Metrics => Ok(metrics(shared)),
        Route::Health => Ok(health()),
    }
}

impl Shared {
    /// Authenticates the client, and returns the route that it may use.
    fn let_in<'a>(
        &self,
        route: Route<'a>,
        address: IpAddr,
        parts: &Parts,
        is_secure: bool,
    ) -> Result<(Route<'a>, Client), Problem> {
        if matches!(route, Route::Page | Route::Health | Route::Session { .. }) {
            return Ok((route, Client::stranger(address)));
        }
        match (
            self.authenticator.recognize(parts, address, is_secure)?,
            route,
        ) {
            (Some(client), route) => Ok((route, client)),
            (None, Route::Relay) => Ok((Route::Entrance, Client::stranger(address))),
            (None, _) => {
                let refusal = self.authenticator.refusal();
                if self.authenticator.is_forgery(&parts.headers, address) {
                    self.audit.entrance(
                        "forged-user",
                        address.to_canonical(),
                        Err(&refusal),
                        self.now(),
                    );
                }
                Err(refusal)
            }
        }
    }
}

impl<'a> Route<'a> {
    fn find(path: &'a str) -> Result<Self, Problem> {
        let path = path.strip_prefix('/').unwrap_or(path);
        if let Some((word, device_token)) = send_segments(path) {
            return Ok(Self::Send {
                environment: send::environment(word)?,
                device_token,
            });
        }
        let segments: Vec<_> = path.split('/').collect();
        Ok(match *segments.as_slice() {
            ["healthz"] => Self::Health,
            ["metrics"] => Self::Metrics,
            ["api", "relay"] => Self::Relay,
            ["api", "session"] => Self::Session { is_secure: false },
            ["api", "events"] => Self::Events,
            ["api", "receiver"] => Self::Receiver,
            ["api", "causes"] => Self::Causes,
            ["api", "rules"] => Self::Rules,
            ["api", "profiles", id] => Self::Profile { id },
            ["api", "tokens", team_id, key_id] => Self::Token { team_id, key_id },
            ["api", "sends", apns_id] => Self::Stored { apns_id },
            ["api", "simulator", ref rest @ ..] if !rest.is_empty() && !rest.contains(&"") => {
                Self::Simulator(rest.to_vec())
            }
            ["api", ref rest @ ..] if phones::routes::methods(rest).is_some() => {
                Self::Phones(rest.to_vec())
            }
            ["api", ..] => return Err(Problem::not_found()),
            _ => Self::Page,
        })
    }

    /// Adds the properties of the site to the route.
    fn at(self, site: &Site) -> Self {
        if let Self::Session { .. } = self {
            Self::Session {
                is_secure: site.is_secure,
            }
        } else {
            self
        }
    }

    fn with_method(self, method: &Method, path: &str) -> Result<Self, Problem> {
        let allow = match &self {
            Self::Phones(path) => phones::routes::methods(path).unwrap_or_default(),
            Self::Send { .. } | Self::Receiver => "POST",
            Self::Session { .. } => "POST, DELETE",
            Self::Simulator(_) => "GET, POST, PUT, DELETE",
            Self::Relay
            | Self::Entrance
            | Self::Token { .. }
            | Self::Stored { .. }
            | Self::Profile { .. }
            | Self::Causes
            | Self::Rules
            | Self::Events
            | Self::Metrics => "GET",
            Self::Page | Self::Health => "GET, HEAD",
        };
        match allow.split(", ").any(|allowed| allowed == method.as_str()) {
            true => Ok(self),
            false if matches!(self, Self::Page) && !page::is_known(path) => {
                Err(Problem::not_found())
            }
            false => Err(Problem::method_not_allowed(method, allow)),
        }
    }
}

/// `true` if this is the path of a push.
pub(crate) fn is_send(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|path| {
        let mut segments = path.split('/').skip(1);
        segments.next() == Some("3") && segments.next() == Some("device") && segments.count() == 1
    })
}

/// Environment and device token in the path of a push. A push is the most frequent request, so its
/// segments are not collected.
fn send_segments(path: &str) -> Option<(&str, &str)> {
    let mut segments = path.split('/');
    let word = segments.next().filter(|word| *word != "api")?;
    let is_send = segments.next() == Some("3") && segments.next() == Some("device");
    let device_token = segments.next().filter(|_| is_send)?;
    segments.next().is_none().then_some((word, device_token))
}

/// Answers a health check.
pub(crate) fn health() -> Reply {
    reply::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Returns the metrics for Prometheus.
fn metrics(shared: &Shared) -> Reply {
    let elsewhere = Elsewhere {
        upstream: shared.upstream.connections(),
        audit: shared.audit.figures(),
    };
    let mut reply = reply::api(StatusCode::OK, shared.metrics.text(&elsewhere).into());
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static(metrics::CONTENT_TYPE),
    );
    reply
}

/// Returns the issue time to sign with, for the environment in `query`.
fn token(
    shared: &Shared,
    client: &Client,
    team_id: &str,
    key_id: &str,
    query: &str,
) -> Result<Reply, Problem> {
    for (field, name) in [("team_id", team_id), ("key_id", key_id)] {
        if name.is_empty()
            || name.len() > LONGEST_NAME
            || !name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            let cause = "A name in the path is no team ID or key ID.";
            let fix = "Use /api/tokens/{team_id}/{key_id}, usually ten capitals and digits each.";
            return Err(
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "identifier", cause, fix)
                    .with_field(field),
            );
        }
    }
    let now = shared.now();
    let key = KeyName {
        team_id: team_id.to_owned(),
        key_id: key_id.to_owned(),
    };
    let issued_at = match token_environment(query)? {
        Some(environment) => {
            shared
                .issue_times
                .issue_time(environment, &client.caller, key, now.as_secs())
        }
        None => shared.issue_times.issue_time_of_apple(&key, now.as_secs()),
    };
    Ok(reply::json(
        StatusCode::OK,
        &json!({ "iat": issued_at, "clock": millis(now) }),
    ))
}

/// Reads the environment of the token. A second one, or another parameter, is refused, because the
/// mistake would otherwise show only later.
fn token_environment(query: &str) -> Result<Option<Environment>, Problem> {
    let mut named = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let word = pair
            .strip_prefix("environment=")
            .filter(|_| named.is_none());
        named = Some(
            word.and_then(Environment::parse)
                .ok_or_else(bad_environment)?,
        );
    }
    Ok(named)
}

fn bad_environment() -> Problem {
    let known = Environment::ALL.map(Environment::as_str).join(", ");
    let cause = "The query is not one environment.";
    let fix = format!("Use ?environment= with one of {known}, or no query for Apple’s.");
    Problem::new(StatusCode::BAD_REQUEST, "unknown_environment", cause, fix)
        .with_field("environment")
}

fn control(
    shared: &Shared,
    client: &Client,
    request: &ControlRequest<'_>,
) -> Result<Reply, Problem> {
    let answer = shared.simulator.control_for(&client.party(), request);
    let answer = answer.map_err(json_body::problem)?;
    Ok(match answer.body {
        Some(body) => reply::json(answer.status, &body),
        None => reply::api(answer.status, Default::default()),
    })
}
