//! The send: one push to APNs, and APNs's answer untouched.

pub(crate) mod idempotency;
pub(crate) mod in_flight;
pub(crate) mod packed_answer;
pub(crate) mod send_record;
pub(crate) mod send_request;
pub(crate) mod shares;

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use super::Shared;
use super::client::Client;
use super::guard::body;
use super::guard::policy::Refusal;
use super::issue_times::Sent;
use super::problem::Problem;
use super::reply::{self, Reply};
use super::upstream::{Answered, Failure, Outgoing};
use crate::apns::headers::{APNS_ID, APNS_TOPIC, APNS_UNIQUE_ID};
use crate::apns::outcome::TRILL_OUTCOME;
use crate::apns::{Answer, ApnsId, Environment, Outcome, Reason};
use crate::simulator::SENDER;
use idempotency::Lookup;
use send_record::SendRecord;

const OUTCOME: HeaderName = HeaderName::from_static(TRILL_OUTCOME);
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const ANSWER_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static(APNS_ID),
    HeaderName::from_static(APNS_UNIQUE_ID),
    RETRY_AFTER,
];
const REPEAT: HeaderName = HeaderName::from_static("trill-repeat");
const STORED: HeaderValue = HeaderValue::from_static("stored");
const UNDERWAY: HeaderValue = HeaderValue::from_static("underway");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Sends the push in a request that has passed the gates.
pub(crate) async fn answer(
    shared: &Shared,
    client: &Client,
    environment: Environment,
    parts: &Parts,
    body: Incoming,
) -> Result<Reply, Problem> {
    let body = body::read(body, shared.config.deadlines.body).await?;
    let device_token = device_token(parts);
    let checked = send_request::head(parts, device_token, &shared.config.identities)?;
    send_request::body(&body)?;
    // One value of printable ASCII, if there is one.
    let topic = checked
        .headers
        .get(APNS_TOPIC)
        .and_then(|topic| topic.to_str().ok());
    let allowed = shared
        .config
        .policy
        .check(environment, topic)
        .map_err(Refusal::problem);
    allowed.inspect_err(|problem| {
        shared
            .audit
            .refused(client, parts.uri.path(), problem, shared.now())
    })?;
    let permit = shared.in_flight.enter(client.limit_key());
    let _permit = permit.inspect_err(|problem| {
        shared
            .audit
            .refused(client, parts.uri.path(), problem, shared.now())
    })?;
    let push = Outgoing {
        environment,
        device_token: device_token.to_owned(),
        headers: checked.headers,
        credential: checked.credential,
        body,
    };
    let Some(apns_id) = idempotency::apns_id(&push) else {
        return Ok(deliver(shared, client, push).await?.reply());
    };
    match shared.idempotency.enter(client, &apns_id, &push)? {
        Lookup::New(mut ticket) => {
            let answer = match ticket.keep().await {
                Ok(()) => deliver(shared, client, push).await,
                Err(problem) => Err(problem),
            };
            say(&ticket.settle(answer), None)
        }
        // Its sender has a deadline; should it vanish without a word, so has the one who waits.
        Lookup::Underway(mut answer) => match answer.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => say(answer, Some(UNDERWAY)),
            _ => Err(Problem::internal()),
        },
        Lookup::Answered(answer) => say(&answer, Some(STORED)),
        Lookup::Conflict => Err(another_push()),
    }
}

/// What stands in the place of the device token.
pub(crate) fn device_token(parts: &Parts) -> &str {
    parts.uri.path().rsplit('/').next().unwrap_or_default()
}

/// Sends it, and writes down what came of it.
async fn deliver(shared: &Shared, client: &Client, push: Outgoing) -> idempotency::Answer {
    let record = SendRecord::begin(shared, client, &push).await?;
    let answer = carry(shared, client, push).await;
    record.settle(&answer);
    answer
}

/// Sends it, and learns from the answer.
async fn carry(shared: &Shared, client: &Client, mut push: Outgoing) -> idempotency::Answer {
    if push.environment.is_simulator() {
        // Its guests are kept apart by who sends, not only by whose key it is.
        let sender = shared.simulator.introduce(&client.party());
        push.headers
            .extend(sender.map(|sender| (HeaderName::from_static(SENDER), sender)));
    }
    let (credential, environment) = (push.credential.clone(), push.environment);
    let device = shared
        .rate_limiter
        .pardonable(push.environment, &push.device_token);
    let sent = shared.upstream.send(push, &client.limit_key()).await;
    if let Some(authorization) = credential.authorization() {
        let now = shared.now().as_secs();
        let carried = Sent {
            environment,
            caller: &client.caller,
            authorization,
        };
        match &sent {
            Ok(answered) => {
                let answer = Answer::read(
                    answered.response.status().as_u16(),
                    answered.response.body(),
                );
                shared.issue_times.learn(carried, &answer, now);
                if answer.known_reason() == Some(Reason::ExpiredProviderToken) {
                    // Whoever sent it signs anew and sends it once more.
                    device
                        .into_iter()
                        .for_each(|device| shared.rate_limiter.pardon(device));
                }
            }
            Err(failure) if failure.cause.outcome() == Outcome::Unknown => {
                shared.issue_times.suspect(carried, now)
            }
            Err(_) => {}
        }
    }
    sent.map(Said::of).map_err(|failure| problem(&failure))
}

fn say(answer: &idempotency::Answer, repeat: Option<HeaderValue>) -> Result<Reply, Problem> {
    let mut reply = match answer {
        Ok(said) => said.reply(),
        Err(problem) if repeat.is_none() => return Err(problem.clone()),
        Err(problem) => {
            let mut reply = problem.reply();
            state_outcome(&mut reply, problem.outcome());
            reply
        }
    };
    reply
        .headers_mut()
        .extend(repeat.map(|repeat| (REPEAT, repeat)));
    Ok(reply)
}

/// What the relay remembers of the push with this `apns-id`.
pub(crate) fn stored(shared: &Shared, client: &Client, apns_id: &str) -> Result<Reply, Problem> {
    let apns_id = ApnsId::parse(apns_id).ok_or_else(|| {
        let cause = "The path does not end in an apns-id.";
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "apns_id",
            cause,
            "Use /api/sends/{apns_id}, a UUID in 8-4-4-4-12.",
        )
        .with_field("apns_id")
    })?;
    let (environment, answer) = shared
        .idempotency
        .find(client, &apns_id)
        .ok_or_else(not_remembered)?;
    let mut document = json!({ "apns_id": apns_id.as_str(), "environment": environment.as_str() });
    let Some(answer) = answer else {
        return Ok(reply::json(StatusCode::ACCEPTED, &document));
    };
    document["outcome"] = idempotency::outcome(&answer).as_str().into();
    document["answer"] = match &*answer {
        Ok(said) => {
            json!({ "status": said.status.as_u16(), "body": String::from_utf8_lossy(&said.body) })
        }
        Err(problem) => problem.to_json(),
    };
    Ok(reply::json(StatusCode::OK, &document))
}

fn another_push() -> Problem {
    let cause = "Another push with this apns-id was sent in the last ten minutes.";
    Problem::new(
        StatusCode::CONFLICT,
        "apns_id_reused",
        cause,
        "Give each push an apns-id of its own; only a repeat has the same.",
    )
    .with_field(APNS_ID)
}

fn not_remembered() -> Problem {
    let cause = "No push with this apns-id is remembered.";
    let remedy = "Accepted and unknown pushes are kept for ten minutes; one that was rejected or not sent may be sent again.";
    Problem::new(StatusCode::NOT_FOUND, "send_not_found", cause, remedy)
}

/// States the outcome of a send.
pub(crate) fn state_outcome(reply: &mut Reply, outcome: Outcome) {
    reply
        .headers_mut()
        .insert(OUTCOME, HeaderValue::from_static(outcome.as_str()));
}

/// What APNs has said of a push, as far as it is passed on.
#[derive(Clone)]
pub(crate) struct Said {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Said {
    fn of(answered: Answered) -> Self {
        let (mut parts, body) = answered.response.into_parts();
        let mut headers = HeaderMap::with_capacity(ANSWER_HEADERS.len() + 2);
        for name in ANSWER_HEADERS {
            if let Some(value) = parts.headers.remove(&name) {
                headers.insert(name, value);
            }
        }
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        headers.extend(
            timing(answered.connecting, answered.answering).map(|value| (SERVER_TIMING, value)),
        );
        Self {
            status: parts.status,
            headers,
            body,
        }
    }

    /// APNs's status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The `apns-id` that APNs gave it.
    pub(crate) fn apns_id(&self) -> Option<&HeaderValue> {
        self.headers.get(APNS_ID)
    }

    /// The answer taken apart.
    pub(crate) fn read(&self) -> Answer {
        Answer::read(self.status.as_u16(), &self.body)
    }

    /// What it means.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::of_status(self.status.as_u16())
    }

    /// The name of its own that APNs gave the push.
    pub(crate) fn apns_unique_id(&self) -> Option<&HeaderValue> {
        self.headers.get(APNS_UNIQUE_ID)
    }

    /// What it is made of.
    pub(crate) fn parts(&self) -> (StatusCode, &HeaderMap, &Bytes) {
        (self.status, &self.headers, &self.body)
    }

    /// One that was made of these.
    pub(crate) fn from_parts(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    fn reply(&self) -> Reply {
        let mut reply = reply::api(self.status, self.body.clone());
        reply.headers_mut().extend(self.headers.clone());
        state_outcome(&mut reply, self.outcome());
        reply
    }
}

fn timing(connecting: Duration, answering: Duration) -> Option<HeaderValue> {
    // In whole numbers: one of these is written for every push.
    let tenths = |time: Duration| (time.as_micros() + 50) / 100;
    let (connecting, answering) = (tenths(connecting), tenths(answering));
    let text = format!(
        "connect;dur={}.{}, apns;dur={}.{}",
        connecting / 10,
        connecting % 10,
        answering / 10,
        answering % 10
    );
    HeaderValue::from_maybe_shared(Bytes::from(text)).ok()
}

fn problem(failure: &Failure) -> Problem {
    let cause = failure.cause;
    let mut sentence = cause.sentence(&failure.host);
    if let Some(said) = &failure.said {
        sentence.push_str(&format!(" It said: “{said}”."));
    }
    let problem = Problem::new(cause.status(), cause.code(), sentence, failure.remedy())
        .with_outcome(cause.outcome());
    match cause.retry_after() {
        Some(wait) => problem.with_retry_after(wait),
        None => problem,
    }
}

/// The environment of a path, or a problem that names those there are.
pub(crate) fn environment(word: &str) -> Result<Environment, Problem> {
    Environment::parse(word).ok_or_else(|| {
        let known = Environment::ALL.map(Environment::as_str).join(", ");
        let cause = "There is no such environment.";
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_environment",
            cause,
            format!("Use one of {known}."),
        )
        .with_field("environment")
    })
}
