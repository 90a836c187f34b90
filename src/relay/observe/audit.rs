//! Audit file: who sent which push to which device with what result, as JSON lines.
//!
//! Each push has two lines with the same `id`: one is written before the push leaves, the other one
//! tells how it ended. If the second is missing, the program was killed in between, and the push
//! may have left.
//!
//! No line contains a provider token, a payload, a complete device token, a cookie or free text
//! from a server. A device token appears as its last four characters and a hash. The key of the
//! hash is made at start and never leaves the program.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderValue, StatusCode};
use tokio::time::timeout;

use super::audit_line::{Line, Subject};
use super::background_writer::{BackgroundWriter, Permit};
use super::json_line::JsonLine;
use super::log_file;
use super::metrics::AuditFigures;
use crate::apns::headers::{APNS_ID, APNS_TOPIC};
use crate::apns::{ApnsId, Environment};
use crate::caller::Caller;
use crate::relay::client::{Client, Who};
use crate::relay::problem::Problem;
use crate::relay::reply::Reply;
use crate::relay::upstream::Outgoing;
use crate::sync::Lock;

/// Number of characters at the end of a device token that are shown.
const SHOWN_END: usize = 4;
/// Shortest device token whose end is shown. Apple's have 64 characters; of a much shorter one the
/// end would reveal most.
const SHORTEST_SHOWN: usize = 16;
/// Longest topic that is shown. A provider token sent as a topic by mistake is longer.
const LONGEST_TOPIC: usize = 160;
/// Time after which a write that has not finished counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);
const BEGUN: &str = "begun";
const ENDED: &str = "ended";
/// Burst of lines about refused requests; after it, one line per second is written.
const REFUSALS_AT_ONCE: u32 = 60;

/// Path of the audit file, and the behaviour when it cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFile {
    /// Path of the file. A new file is created with access for its owner only.
    pub path: PathBuf,
    /// Behaviour of sends while the file cannot be written.
    pub on_failure: OnFailure,
}

/// Behaviour of sends while the audit file cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// Sends are refused before anything leaves.
    Stop,
    /// Sends continue. Lines wait in the queue; those that do not fit are lost and counted.
    Continue,
}

/// The audit, enabled or not.
pub(crate) struct Audit {
    file: Option<(BackgroundWriter, OnFailure)>,
    hasher: RandomState,
    /// Distinguishes the pushes of this run from those of others.
    run: u32,
    /// Number of pushes since start.
    count: AtomicU64,
    refusals: Allowance,
}

/// Rate limit of lines about refused requests; without it, any client could fill the disk.
struct Allowance(Lock<(u32, Instant)>);

impl Allowance {
    fn new(now: Instant) -> Self {
        Self(Lock::new((REFUSALS_AT_ONCE, now)))
    }

    /// Takes one line if the limit allows it. Returns `true` if it does.
    fn take(&self, now: Instant) -> bool {
        let mut allowance = self.0.lock();
        let (left, since) = &mut *allowance;
        let seconds = now.saturating_duration_since(*since).as_secs();
        if seconds > 0 {
            *left = REFUSALS_AT_ONCE
                .min(left.saturating_add(u32::try_from(seconds).unwrap_or(u32::MAX)));
            *since = now;
        }
        left.checked_sub(1).inspect(|rest| *left = *rest).is_some()
    }
}

/// Facts about a push for both of its lines, and the permit for the last one.
pub(crate) struct AuditedSend {
    permit: Option<Permit>,
    /// Who sends it to which device.
    subject: JsonLine,
    apns_id: Option<ApnsId>,
    bytes: usize,
}

/// Result of a push for its last line.
pub(crate) struct SendEnd<'a> {
    pub(crate) outcome: &'static str,
    /// HTTP status of the answer to the sender.
    pub(crate) status: u16,
    /// APNs's documented reason, or Trill's own error code.
    pub(crate) reason: Option<&'static str>,
    /// `apns-id` that APNs assigned, if the sender gave none.
    pub(crate) apns_id: Option<&'a HeaderValue>,
    pub(crate) took: Duration,
}

impl Audit {
    /// Starts the audit. Fails if the file cannot be opened.
    pub(crate) fn start(file: Option<&AuditFile>) -> io::Result<Self> {
        let file = file.map(|file| {
            log_file::try_open(&file.path)?;
            Ok::<_, io::Error>((BackgroundWriter::start(file.path.clone())?, file.on_failure))
        });
        let hasher = RandomState::new();
        Ok(Self {
            file: file.transpose()?,
            run: hasher.hash_one("start") as u32,
            hasher,
            count: AtomicU64::new(0),
            refusals: Allowance::new(Instant::now()),
        })
    }

    /// Writes the first line of a push before it leaves. With [`OnFailure::Stop`], returns an error
    /// if the line was not written, so that the push must not be sent.
    pub(crate) async fn begin(
        &self,
        client: &Client,
        push: &Outgoing,
        now: Duration,
    ) -> Result<Option<Box<AuditedSend>>, Problem> {
        let Some((writer, on_failure)) = &self.file else {
            return Ok(None);
        };
        let (first, last) = (writer.permit(), writer.permit());
        let must_be_written = *on_failure == OnFailure::Stop;
        if must_be_written && (writer.is_failing() || first.is_none() || last.is_none()) {
            return Err(unwritable());
        }
        let noted = self.noted(client, push, last);
        let line = noted.line(BEGUN, None).to_json(&noted.subject, now);
        let is_written = match first {
            // The writer retries on its own.
            Some(permit) if writer.is_failing() => {
                permit.note(&line);
                false
            }
            Some(permit) => timeout(PATIENCE, permit.write(&line))
                .await
                .unwrap_or_else(|_| {
                    writer.give_up();
                    false
                }),
            None => {
                writer.lose();
                false
            }
        };
        if must_be_written && !is_written {
            // The first line may still be written later, so the last line follows it.
            let problem = unwritable();
            let (outcome, status, reason) = (
                problem.outcome().as_str(),
                problem.status().as_u16(),
                Some(problem.code()),
            );
            self.end(
                noted,
                &SendEnd {
                    outcome,
                    status,
                    reason,
                    apns_id: None,
                    took: Duration::ZERO,
                },
                now,
            );
            return Err(problem);
        }
        Ok(Some(Box::new(noted)))
    }

    fn noted(&self, client: &Client, push: &Outgoing, permit: Option<Permit>) -> AuditedSend {
        let header = |name| push.headers.get(name).and_then(|value| value.to_str().ok());
        let (device, device_hash) = self.device(&push.device_token);
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:08x}-{number}", self.run);
        let subject = Subject {
            id: Some(&id),
            user: Some(user(client)),
            environment: Some(push.environment.as_str()),
            topic: header(APNS_TOPIC).filter(|topic| is_topic(topic)),
            device: device.as_deref(),
            device_hash: Some(&device_hash),
        };
        AuditedSend {
            permit,
            subject: subject.to_json(client.address),
            apns_id: header(APNS_ID).and_then(ApnsId::parse),
            bytes: push.body.len(),
        }
    }

    /// Writes the last line of a push.
    pub(crate) fn end(&self, noted: AuditedSend, ending: &SendEnd<'_>, now: Duration) {
        let Some((writer, _)) = &self.file else {
            return;
        };
        let given = ending
            .apns_id
            .and_then(|id| ApnsId::parse(id.to_str().ok()?));
        let line = Line {
            status: Some(ending.status),
            reason: ending.reason,
            ms_tenths: Some(tenths_of_ms(ending.took)),
            apns_id: noted
                .apns_id
                .as_ref()
                .or(given.as_ref())
                .map(ApnsId::as_str),
            ..noted.line(ENDED, Some(ending.outcome))
        };
        let line = line.to_json(&noted.subject, now);
        match noted.permit {
            Some(permit) => permit.note(&line),
            None => writer.lose(),
        }
    }

    /// Records that a policy or rate limit refused a send of an authenticated client. Other
    /// refusals are not recorded, since strangers could fill the disk with them.
    pub(crate) fn refused(
        &self,
        client: &Client,
        (environment, device_token): (Environment, &str),
        problem: &Problem,
        now: Duration,
    ) {
        let Some((writer, _)) = &self.file else {
            return;
        };
        if !self.refusals.take(Instant::now()) {
            return writer.lose();
        }
        let (device, device_hash) = self.device(device_token);
        let subject = Subject {
            user: Some(user(client)),
            environment: Some(environment.as_str()),
            device: device.as_deref(),
            device_hash: Some(&device_hash),
            ..Subject::default()
        };
        let line = Line {
            event: "refused",
            outcome: Some("not-sent"),
            status: Some(problem.status().as_u16()),
            reason: Some(problem.code()),
            ..Line::default()
        };
        writer.note(&line.to_json(&subject.to_json(client.address), now));
    }

    /// Records a sign-in, a refused one, or a user header from an address that is no trusted proxy.
    pub(crate) fn entrance(
        &self,
        event: &'static str,
        address: IpAddr,
        entered: Result<&Reply, &Problem>,
        now: Duration,
    ) {
        let Some((writer, _)) = &self.file else {
            return;
        };
        let who = entered
            .ok()
            .and_then(|reply| reply.extensions().get::<Who>())
            .map(ToString::to_string);
        let refusal = entered.err();
        if refusal.is_some() && !self.refusals.take(Instant::now()) {
            return writer.lose();
        }
        let outcome = if refusal.is_none() {
            "let-in"
        } else {
            "refused"
        };
        let subject = Subject {
            user: who.as_deref(),
            ..Subject::default()
        };
        let line = Line {
            event,
            outcome: Some(outcome),
            status: refusal.map(|problem| problem.status().as_u16()),
            reason: refusal.map(Problem::code),
            ..Line::default()
        };
        writer.note(&line.to_json(&subject.to_json(address), now));
    }

    /// Returns the state of the file, if there is one.
    pub(crate) fn figures(&self) -> Option<AuditFigures> {
        let (writer, _) = self.file.as_ref()?;
        Some(AuditFigures {
            is_writable: !writer.is_failing(),
            failures: writer.failures(),
            lost: writer.lost(),
        })
    }

    /// Waits until the last lines are written, at most one second.
    pub(crate) async fn finish(&self) {
        if let Some((writer, _)) = &self.file {
            writer.finish().await;
        }
    }

    /// Returns the end of a device token if it may be shown, and a hash of the whole token.
    fn device(&self, token: &str) -> (Option<String>, String) {
        let token = token.to_ascii_lowercase();
        let is_plain =
            token.len() >= SHORTEST_SHOWN && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = format!("{:016x}", self.hasher.hash_one(&token));
        (
            is_plain.then(|| token[token.len() - SHOWN_END..].to_owned()),
            hash,
        )
    }
}

impl AuditedSend {
    fn line(&self, phase: &'static str, outcome: Option<&'static str>) -> Line<'_> {
        Line {
            event: "send",
            phase: Some(phase),
            apns_id: self.apns_id.as_ref().map(ApnsId::as_str),
            outcome,
            bytes: Some(self.bytes),
            ..Line::default()
        }
    }
}

/// Name of a client in the audit file.
fn user(client: &Client) -> &str {
    match &client.caller {
        Caller::Owner => "owner",
        Caller::Guest(name) => name,
    }
}

/// Rounds to tenths of a millisecond.
fn tenths_of_ms(time: Duration) -> u64 {
    u64::try_from((time.as_micros() + 50) / 100).unwrap_or(u64::MAX)
}

/// `true` if the text can be a topic. Anything else was put there by mistake and is not written.
fn is_topic(text: &str) -> bool {
    text.len() <= LONGEST_TOPIC
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

fn unwritable() -> Problem {
    let cause = "The audit file of this relay cannot be written, so it sends nothing.";
    let fix = "Its operator makes room on the disk or corrects the path of --audit; sends go on by themselves then.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "audit_unwritable",
        cause,
        fix,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_lines_have_a_burst_and_then_one_a_second() {
        let start = Instant::now();
        let allowance = Allowance::new(start);
        let taken = |after: u64, tries: usize| {
            (0..tries)
                .filter(|_| allowance.take(start + Duration::from_millis(after)))
                .count()
        };
        assert_eq!(taken(0, 100), 60);
        assert_eq!(
            (
                taken(999, 5),
                taken(1_000, 5),
                taken(4_500, 5),
                taken(5_400, 5)
            ),
            (0, 1, 3, 0)
        );
        assert_eq!(taken(3_600_000, 100), 60, "rest is not saved up for ever");
    }
}
