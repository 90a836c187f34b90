//! The send: one push to APNs, and APNs's answer untouched.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::Incoming;

use super::problem::Problem;
use super::reply::{self, Reply};
use super::upstream::{Answered, Failure, Outgoing};
use super::{Shared, fields, intake};
use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};
use crate::apns::outcome::TRILL_OUTCOME;
use crate::apns::{Answer, Environment, Outcome};

const OUTCOME: HeaderName = HeaderName::from_static(TRILL_OUTCOME);
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const ANSWER_HEADERS: [HeaderName; 2] = [HeaderName::from_static(APNS_ID), HeaderName::from_static(APNS_UNIQUE_ID)];
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Sends the push in a request that has passed the gates.
pub(crate) async fn answer(shared: &Shared, environment: Environment, parts: &Parts, body: Incoming) -> Result<Reply, Problem> {
    let body = intake::read(body, shared.config.deadlines.body).await?;
    let device_token = parts.uri.path().rsplit('/').next().unwrap_or_default();
    let checked = fields::head(parts, device_token)?;
    fields::body(&body)?;
    let push = Outgoing {
        environment,
        device_token: device_token.to_owned(),
        headers: checked.headers,
        authorization: checked.authorization.clone(),
        body,
    };
    let answered = shared.upstream.send(push).await.map_err(|failure| problem(&failure))?;
    if let Some(authorization) = &checked.authorization {
        let answer = Answer::read(answered.response.status().as_u16(), answered.response.body());
        shared.tokens.learn(authorization, &answer, shared.now().as_secs());
    }
    Ok(pass_on(answered))
}

/// States the outcome of a send.
pub(crate) fn state_outcome(reply: &mut Reply, outcome: Outcome) {
    reply.headers_mut().insert(OUTCOME, HeaderValue::from_static(outcome.as_str()));
}

fn pass_on(answered: Answered) -> Reply {
    let (parts, body) = answered.response.into_parts();
    let has_body = !body.is_empty();
    let mut reply = reply::api(parts.status, body);
    let headers = reply.headers_mut();
    for name in ANSWER_HEADERS {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    if has_body {
        headers.insert(CONTENT_TYPE, JSON);
    }
    headers.extend(timing(answered.connecting, answered.answering).map(|value| (SERVER_TIMING, value)));
    state_outcome(&mut reply, Outcome::of_status(parts.status.as_u16()));
    reply
}

fn timing(connecting: Duration, answering: Duration) -> Option<HeaderValue> {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    HeaderValue::try_from(format!("connect;dur={:.1}, apns;dur={:.1}", milliseconds(connecting), milliseconds(answering))).ok()
}

fn problem(failure: &Failure) -> Problem {
    let cause = failure.cause;
    Problem::new(cause.status(), cause.code(), cause.sentence(&failure.host), cause.remedy()).with_outcome(cause.outcome())
}

/// The environment of a path, or a problem that names those there are.
pub(crate) fn environment(word: &str) -> Result<Environment, Problem> {
    Environment::parse(word).ok_or_else(|| {
        let known = Environment::ALL.map(Environment::as_str).join(", ");
        let cause = "There is no such environment.";
        Problem::new(StatusCode::NOT_FOUND, "unknown_environment", cause, format!("Use one of {known}.")).with_field("environment")
    })
}
