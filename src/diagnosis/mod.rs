//! Diagnosis: the likely reasons for the outcome of a send, and the fixes.
//!
//! Each [`Cause`] is one self-describing constant that holds its prose and its check. In reading
//! order: the known facts ([`Circumstances`]), their assessment ([`Diagnosis`]), the fixes
//! ([`Action`]), and the facts stored for later sends ([`DeviceMemory`]).

mod action;
mod carriage;
mod cause;
mod certificate;
mod circumstances;
mod delivery;
mod device_token;
mod header;
mod incoming_call;
mod key_file;
mod memory;
mod payload;
mod provider_token;
mod receiving_app;
mod ringing;
mod service;
mod signer;
mod simulator;
mod topic;

pub use action::Action;
pub use cause::{Cause, Diagnosis, Rank};
pub use circumstances::{Certificate, Circumstances, Credential, Fault, Key, Learnt, Past};
pub use memory::DeviceMemory;
pub use ringing::PHONE_RANG;

/// Causes, in order of precedence among equal ranks.
static CAUSES: [Cause; 73] = cause::held([
    simulator::FAULT,
    simulator::NO_ANSWER,
    topic::MISSING,
    certificate::SEVERAL_TOPICS,
    topic::WITHOUT_SUFFIX,
    topic::SUFFIX_TWICE,
    topic::OTHER_PUSH_TYPE,
    topic::MALFORMED,
    device_token::MISSING,
    device_token::NEVER_REGISTERED,
    device_token::IN_SIMULATOR,
    device_token::MALFORMED,
    device_token::DESCRIPTION,
    device_token::NOT_ENROLLED,
    device_token::LENGTH,
    device_token::OTHER_ENVIRONMENT,
    device_token::OF_NOTIFICATIONS,
    device_token::OF_CALLS,
    device_token::OTHER_APP,
    device_token::GONE,
    device_token::EXPIRED,
    device_token::REGISTERED_AGAIN,
    device_token::MIXED_ENVIRONMENTS,
    device_token::BUSY,
    signer::NO_CREDENTIAL,
    certificate::NOT_PRESENTED,
    signer::NOT_ENROLLED,
    signer::OTHER_ENVIRONMENT,
    signer::IDS_MALFORMED,
    signer::IDS_SWAPPED,
    signer::OTHER_KEY_ID,
    signer::OTHER_TEAM_ID,
    signer::REVOKED,
    signer::TOO_YOUNG,
    provider_token::TOO_OLD,
    provider_token::CLOCK,
    provider_token::CONNECTION,
    provider_token::SIGNATURE,
    provider_token::CHANGED_OFTEN,
    provider_token::KEYS_TRIED,
    provider_token::OTHER_SENDER,
    signer::OTHER_CONNECTION,
    signer::APP_OF_OTHER_TEAM,
    signer::NOT_FOR_TOPIC,
    signer::FORBIDDEN,
    certificate::WRONG_KIND,
    certificate::OTHER_ENVIRONMENT,
    certificate::NOT_FOR_TOPIC,
    certificate::EXPIRED,
    key_file::NOT_P8,
    key_file::KEYCHAIN,
    key_file::FORM,
    key_file::DAMAGED,
    header::MALFORMED,
    header::TWICE,
    header::REQUEST_LINE,
    header::SILENT_PUSH,
    payload::OTHER_LIMIT,
    payload::TOO_LARGE,
    payload::EMPTY,
    payload::NOT_AN_OBJECT,
    service::BROKEN,
    service::NEW_CONNECTION,
    service::UNDOCUMENTED,
    carriage::RELAY_STOPPED,
    carriage::UNREACHABLE,
    carriage::TRUST,
    carriage::PROXY,
    carriage::CROWDED,
    carriage::ENDED,
    carriage::MAY_HAVE_RUNG,
    carriage::MANY_BAD_TOKENS,
    carriage::REFUSED,
]);

/// Judges every cause that applies to a send, the likeliest first. Excluded causes come last, as
/// [`Rank::RuledOut`]. The result is never empty, and every diagnosis has an action.
///
/// A fault of the simulator always comes first: while it is uncertain whether it affected the push,
/// no other cause is certain.
pub fn diagnose(circumstances: &Circumstances<'_>) -> Vec<Diagnosis> {
    let mut diagnoses: Vec<Diagnosis> = Vec::new();
    let reason = circumstances.known_reason();
    let is_doubtful =
        circumstances.is_simulator() && circumstances.fault.is_some_and(|fault| !fault.struck);
    let highest = if is_doubtful {
        Rank::Likely
    } else {
        Rank::Certain
    };
    for cause in causes() {
        if !cause.is_about(circumstances, reason) {
            continue;
        }
        if let Some(found) = (cause.look)(circumstances) {
            let mut diagnosis = found.diagnosis(cause, circumstances);
            diagnosis.rank = diagnosis.rank.max(highest);
            let place = diagnoses
                .iter()
                .position(|other| other.rank > diagnosis.rank)
                .unwrap_or(diagnoses.len());
            diagnoses.insert(place, diagnosis);
        }
    }
    diagnoses
}

/// All causes; those of pushes that APNs accepted come last.
pub fn causes() -> impl Iterator<Item = &'static Cause> {
    CAUSES.iter().chain(&ringing::CHECKLIST)
}

/// Returns `true` if some cause covers this code of the relay or the form.
fn has_cause(code: &str) -> bool {
    causes().any(|cause| cause.codes.contains(&code))
}
