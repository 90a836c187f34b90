//! The circumstances of a finished send: the facts known to this page that may explain its outcome.

use serde_json::Value;

use super::phones::ring::has_receipts;
use super::relay_info::texts;
use super::report::Report;
use super::state::State;
use crate::apns::headers::{APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::identifier::key_id_of_file;
use crate::apns::provider_token::SHORTEST_USE;
use crate::apns::{Outcome, PushType, TokenKind};
use crate::diagnosis::{
    Certificate, Circumstances, Credential, Diagnosis, Fault, Key, Learnt, diagnose as causes,
};

/// Diagnoses a finished send from everything this page knows.
pub(super) fn diagnose(state: &State, report: &Report) -> Vec<Diagnosis> {
    let form = &state.form;
    let sent: Value = serde_json::from_str(&report.payload).unwrap_or_default();
    // An accepted push is in the list of used calls itself and must not count as an earlier one.
    let own = usize::from(report.outcome == Outcome::Accepted);
    let findings = state.findings(
        form,
        &sent,
        &state.used[..state.used.len().saturating_sub(own)],
    );
    let device_token = crate::apns::DeviceToken::parse(&report.device_token).ok();
    let history = match &device_token {
        Some(token) => state.memory.history(token),
        None => Vec::new(),
    };
    let now = state.clock().now;
    let age = report
        .issued_at
        .map(|issued_at| now as i64 - issued_at as i64);
    let (key_id, team_id) = (form.key_id.trim(), form.team_id.trim());
    let key = Key {
        key_id,
        team_id,
        file_key_id: state
            .key
            .as_ref()
            .and_then(|key| key_id_of_file(&key.source)),
        worked: state
            .worked
            .as_ref()
            .is_some_and(|(key, team)| *key == form.key_id && *team == form.team_id),
        ..Key::default()
    };
    let topics = state
        .certificate()
        .map(|certificate| texts(&certificate["topics"]));
    let credential = match &topics {
        Some(topics) => Credential::Certificate(Certificate {
            topics: Some(topics),
        }),
        None => Credential::Token(key),
    };
    let device = state.phones.device(&report.device_token);
    let has_voip = |device: &&Value| texts(&device["kinds"]).contains(&"voip");
    causes(&Circumstances {
        status: report.status,
        reason: report.reason.as_deref(),
        unregistered_at: report.unregistered_at,
        device_token_bytes: report.device_token.len() / 2,
        topic: report.header(APNS_TOPIC),
        push_type: PushType::parse(report.header(APNS_PUSH_TYPE)).unwrap_or(PushType::Voip),
        priority: report.header(APNS_PRIORITY).parse().unwrap_or_default(),
        expiration: report.header(APNS_EXPIRATION).parse().ok(),
        credential,
        clock_difference: state.clock_difference,
        token_age: age.map(|age| age - state.clock_difference.unwrap_or_default()),
        // The provider token is shared by all senders and renewed at half hours, at most every 20
        // minutes (`token_schedule`).
        next_token_in: age.map(|age| (SHORTEST_USE as i64 - age).max(0) as u64),
        token_kind: device
            .filter(has_voip)
            .map(|_| (TokenKind::Voip, Learnt::Registered)),
        registered_at: device.and_then(|device| Some(device["registered_at_ms"].as_u64()? / 1000)),
        history: &history,
        app: &form.app_choice().resolve(&sent),
        payload: Some(&sent),
        payload_bytes: Some(report.payload.len()),
        findings: &findings,
        phone: state.phone_rule(),
        is_received: has_receipts(state.last_send()),
        fault: state.watch.fault().map(|fault| Fault {
            label: &fault.label,
            struck: fault.struck,
            answers: fault.answers,
        }),
        now,
        ..Circumstances::new(report.outcome, report.environment)
    })
}
