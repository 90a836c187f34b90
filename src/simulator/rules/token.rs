//! Rules of the provider token. None of them is asked on a connection with a client certificate.

use super::Facts;
use crate::apns::provider_token::{LONGEST_LIFE, TokenError};
use crate::simulator::credential::Bound;
use crate::simulator::push_header::PushHeader;

/// Seconds by which the sender's clock may be ahead.
const CLOCK_ALLOWANCE: i64 = 5 * 60;

/// Only where somebody asked for it: pushy's authors found connections that stayed so.
pub(crate) fn connection_wedged(facts: &Facts<'_>) -> bool {
    facts.is_wedged
}

/// Neither a header nor a client certificate.
pub(crate) fn authorization_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(PushHeader::Authorization).is_none()
}

/// Another scheme, or nothing behind it; pushy's mock server answers the same.
pub(crate) fn authorization_not_bearer(facts: &Facts<'_>) -> bool {
    facts.credential.hash.is_none()
}

/// Apple gives no limit; this is several times the length of an honest one.
pub(crate) fn provider_token_too_long(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::Length)
}

/// Not three parts, or one that cannot be read.
pub(crate) fn provider_token_malformed(facts: &Facts<'_>) -> bool {
    matches!(
        facts.credential.error,
        Some(TokenError::Shape | TokenError::Damaged(_))
    )
}

/// Apple, "Establishing a token-based connection to APNs": ES256 alone.
pub(crate) fn provider_token_of_another_algorithm(facts: &Facts<'_>) -> bool {
    matches!(facts.credential.error, Some(TokenError::Algorithm(_)))
}

/// No `kid` in the header.
pub(crate) fn key_id_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::KeyId)
}

/// No `iss` among the claims.
pub(crate) fn team_id_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::TeamId)
}

/// No `iat` among the claims.
pub(crate) fn issue_time_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::NoIssueTime)
}

/// Seen with the text of a date.
pub(crate) fn issue_time_malformed(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::IssuedAtString)
}

/// By analogy with a date: `null`, a list, a negative number, or one beyond all times.
pub(crate) fn issue_time_impossible(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::IssuedAt)
}

/// Seen with revoked and mistyped key IDs.
pub(crate) fn key_unknown(facts: &Facts<'_>) -> bool {
    facts.credential.key.is_none() && !facts.credential.is_unchecked
}

/// Seen with key ID and team ID swapped, and with another team's ID.
pub(crate) fn team_not_of_the_key(facts: &Facts<'_>) -> bool {
    match (&facts.credential.token, &facts.credential.key) {
        (Some(token), Some(key)) => token.team_id != key.team_id,
        _ => false,
    }
}

/// Raw R and S, or DER: Apple's own recipe sends DER.
pub(crate) fn signature_wrong(facts: &Facts<'_>) -> bool {
    facts.credential.signature.is_none() && !facts.credential.is_unchecked
}

/// Apple, "Establishing a token-based connection to APNs": at most one hour.
pub(crate) fn provider_token_expired(facts: &Facts<'_>) -> bool {
    age(facts) > LONGEST_LIFE.cast_signed()
}

/// Apple's "one hour from now" may mean both directions, and does not name the reason. A few
/// minutes are a clock that is slightly ahead, more is a mistake, such as milliseconds.
pub(crate) fn provider_token_from_the_future(facts: &Facts<'_>) -> bool {
    age(facts) < -CLOCK_ALLOWANCE
}

fn age(facts: &Facts<'_>) -> i64 {
    match &facts.credential.token {
        Some(token) => token.age(facts.now),
        None => 0,
    }
}

/// Seen since keys are limited to environments (2025), in this spelling and before the device
/// token is looked at.
pub(crate) fn key_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts
        .credential
        .key
        .as_ref()
        .is_some_and(|key| !key.environments.contains(&facts.environment))
}

/// Apple rules out several teams on one connection; developers saw this reason.
pub(crate) fn second_team_on_connection(facts: &Facts<'_>) -> bool {
    bound_to(facts).is_some_and(|(bound, now)| bound.team_id != now.team_id)
}

/// Apple speaks of groups of related keys without saying which ones are; here it is those that
/// were enrolled with the same `group`.
pub(crate) fn second_key_on_connection(facts: &Facts<'_>) -> bool {
    bound_to(facts).is_some_and(|(bound, now)| bound.group != now.group)
}

fn bound_to<'a>(facts: &Facts<'a>) -> Option<(&'a Bound, &'a Bound)> {
    facts.bound.zip(facts.credential.owner.as_ref())
}

/// At most one new token in 20 minutes; the one before it goes on working.
pub(crate) fn provider_token_updated_too_soon(facts: &Facts<'_>) -> bool {
    facts.is_updated_too_soon
}
