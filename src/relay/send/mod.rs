//! Send: passes one push to APNs and returns APNs's answer unchanged.

pub(crate) mod answer;
pub(crate) mod idempotency;
pub(crate) mod in_flight;
mod kept_push;
mod memory;
pub(crate) mod packed_answer;
pub(crate) mod send_record;
pub(crate) mod send_request;
pub(crate) mod shares;
mod ticket;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Shared;
use super::client::Client;
use super::guard::body;
use super::guard::policy::Refusal;
use super::issue_times::Sent;
use super::phones::send_log::LoggedSend;
use super::problem::Problem;
use super::reply::Reply;
use super::upstream::{Failure, Outgoing};
use crate::apns::headers::{APNS_ID, APNS_TOPIC};
use crate::apns::{ApnsId, Environment, Outcome, Reason};
use crate::caller::SENDER;
use answer::{ApnsAnswer, SendResult, outcome, state_outcome};
use idempotency::Lookup;
use in_flight::Permit;
use send_record::SendRecord;

const REPEAT: HeaderName = HeaderName::from_static("trill-repeat");
const STORED: HeaderValue = HeaderValue::from_static("stored");
const UNDERWAY: HeaderValue = HeaderValue::from_static("underway");

/// Applies the rate limits. This check of a send is made before its body arrives: a client with
/// `Expect: 100-continue` need not upload a push that will not be sent.
pub(crate) fn throttle(
    shared: &Shared,
    client: &Client,
    target: (Environment, &str),
) -> Result<(), Problem> {
    let (environment, device_token) = target;
    let (key, now) = (client.limit_key(), Instant::now());
    let admitted = shared
        .rate_limiter
        .admit(&key, environment, device_token, now);
    admitted.inspect_err(|problem| audit_refusal(shared, client, target, problem))
}

/// Sends the push of a request that `throttle` allowed, or returns the answer of the push that it
/// repeats.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    client: &Client,
    target: (Environment, &str),
    parts: &Parts,
    body: Incoming,
) -> Result<Reply, Problem> {
    let body = body::read(body, shared.config.deadlines.body).await?;
    let (push, call, _permit) = admit(shared, client, target, parts, body)?;
    let Some(apns_id) = idempotency::apns_id(&push) else {
        return Ok(deliver(shared, client, &push, call).await?.reply());
    };
    match shared.idempotency.enter(client, &apns_id, &push)? {
        Lookup::New(mut ticket) => {
            let answer = match ticket.keep().await {
                Ok(()) => deliver(shared, client, &push, call).await,
                Err(problem) => Err(problem),
            };
            say(&ticket.settle(answer), None)
        }
        // The first send has a deadline. If it vanishes, its dropped ticket ends this wait too.
        Lookup::Underway(mut answer) => match answer.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => say(answer, Some(UNDERWAY)),
            _ => Err(Problem::internal()),
        },
        Lookup::Answered(answer) => say(&answer, Some(STORED)),
        Lookup::Conflict => Err(another_push()),
    }
}

/// Checks a push, and counts it as in flight until the permit is dropped. Returns the name of its
/// call too, which does not go to APNs.
fn admit<'a>(
    shared: &'a Shared,
    client: &Client,
    target: (Environment, &str),
    parts: &Parts,
    body: Bytes,
) -> Result<(Outgoing, Option<String>, Permit<'a>), Problem> {
    let (environment, device_token) = target;
    let checked = send_request::head(parts, device_token, &shared.config.identities)?;
    send_request::body(&body)?;
    // `head` has verified that the header occurs at most once and is printable ASCII.
    let topic = checked
        .headers
        .get(APNS_TOPIC)
        .and_then(|topic| topic.to_str().ok());
    let allowed = shared
        .config
        .policy
        .check(environment, topic)
        .map_err(Refusal::problem);
    let audited = |problem: &Problem| audit_refusal(shared, client, target, problem);
    allowed.inspect_err(audited)?;
    let permit = shared.in_flight.enter(client.limit_key());
    let permit = permit.inspect_err(audited)?;
    let mut headers = checked.headers;
    if environment.is_simulator() {
        // The simulator separates its guests by sender, and not only by key.
        if let Some(sender) = shared.simulator.sender_header(&client.party()) {
            headers.push(HeaderName::from_static(SENDER), sender);
        }
    }
    let push = Outgoing {
        environment,
        device_token: device_token.to_owned(),
        headers,
        credential: checked.credential,
        body,
    };
    Ok((push, checked.call, permit))
}

fn audit_refusal(shared: &Shared, client: &Client, target: (Environment, &str), problem: &Problem) {
    shared.audit.refused(client, target, problem, shared.now());
}

/// Sends a push, and records its result.
async fn deliver(
    shared: &Arc<Shared>,
    client: &Client,
    push: &Outgoing,
    call: Option<String>,
) -> SendResult {
    let record = SendRecord::begin(shared, client, push).await?;
    let logged = LoggedSend::begin(shared, client, push, call);
    let answer = carry(shared, client, push).await;
    record.settle(&answer);
    if let Some(logged) = logged {
        logged.end(shared, &answer);
    }
    answer
}

/// Sends a push, and updates issue times and rate limits from the answer.
async fn carry(shared: &Shared, client: &Client, push: &Outgoing) -> SendResult {
    let device = shared
        .rate_limiter
        .refundable(push.environment, &push.device_token);
    let sent = shared.upstream.send(push, &client.limit_key()).await;
    if let Some(authorization) = push.credential.authorization() {
        let now = shared.now().as_secs();
        let carried = Sent {
            environment: push.environment,
            caller: &client.caller,
            authorization,
        };
        match &sent {
            Ok(answered) => {
                shared.issue_times.learn(carried, &answered.answer, now);
                let reason = answered.answer.known_reason();
                // The client signs a new token and sends the push once more.
                if let Some(device) = device
                    && reason == Some(Reason::ExpiredProviderToken)
                {
                    shared.rate_limiter.refund(device);
                }
            }
            Err(failure) if failure.cause.outcome() == Outcome::Unknown => {
                shared.issue_times.suspect(carried, now)
            }
            Err(_) => {}
        }
    }
    sent.map(ApnsAnswer::of)
        .map_err(|failure| problem(&failure))
}

fn say(answer: &SendResult, repeat: Option<HeaderValue>) -> Result<Reply, Problem> {
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

/// Reads the `apns-id` in a path.
pub(crate) fn apns_id_in_path(apns_id: &str) -> Result<ApnsId, Problem> {
    ApnsId::parse(apns_id).ok_or_else(|| {
        let cause = "The path does not end in an apns-id.";
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "apns_id",
            cause,
            "Use /api/sends/{apns_id}, a UUID in 8-4-4-4-12.",
        )
        .with_field("apns_id")
    })
}

/// Describes the remembered push with this `apns-id`, with the status of the answer: 202 while it
/// is in flight. `None` if no push is remembered.
pub(crate) fn remembered(
    shared: &Shared,
    client: &Client,
    apns_id: &ApnsId,
) -> Option<(StatusCode, Value)> {
    let (environment, answer) = shared.idempotency.find(client, apns_id)?;
    let mut document = json!({ "apns_id": apns_id.as_str(), "environment": environment.as_str() });
    let Some(answer) = answer else {
        return Some((StatusCode::ACCEPTED, document));
    };
    document["outcome"] = outcome(&answer).as_str().into();
    document["answer"] = match &*answer {
        Ok(said) => said.to_json(),
        Err(problem) => problem.to_json(),
    };
    Some((StatusCode::OK, document))
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

/// Refusal to describe a push that is neither remembered nor stored.
pub(crate) fn not_remembered() -> Problem {
    let cause = "No push with this apns-id is remembered.";
    let fix = "Accepted and unknown pushes are kept for ten minutes; one that was rejected or not sent may be sent again.";
    Problem::new(StatusCode::NOT_FOUND, "send_not_found", cause, fix)
}

fn problem(failure: &Failure) -> Problem {
    let cause = failure.cause;
    let mut sentence = cause.sentence(&failure.host);
    if let Some(said) = &failure.said {
        sentence.push_str(&format!(" It said: “{said}”."));
    }
    let problem = Problem::new(cause.status(), cause.code(), sentence, failure.fix())
        .with_outcome(cause.outcome());
    match cause.retry_after() {
        Some(wait) => problem.with_retry_after(wait),
        None => problem,
    }
}

/// Reads the environment in a path. Fails with a problem that lists the valid ones.
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
