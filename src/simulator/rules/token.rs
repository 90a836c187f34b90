//! Rules for the provider token. None of them is checked on a connection with a client certificate.

use super::Facts;
use crate::apns::provider_token::{LONGEST_LIFE, TokenError};
use crate::simulator::credential::Bound;
use crate::simulator::push_header::PushHeader;

/// Maximum number of seconds by which the sender's clock may be ahead.
const CLOCK_ALLOWANCE: i64 = 5 * 60;

/// `true` if the connection is wedged. Only if the option is set: pushy's authors found connections
/// that went on refusing newer tokens.
pub(crate) fn connection_wedged(facts: &Facts<'_>) -> bool {
    facts.is_wedged
}

/// `true` if there is neither an `authorization` header nor a client certificate.
pub(crate) fn authorization_missing(facts: &Facts<'_>) -> bool {
    facts.request.header(PushHeader::Authorization).is_none()
}

/// `true` if the scheme is not `bearer` or nothing follows it. pushy's mock server answers the
/// same.
pub(crate) fn authorization_not_bearer(facts: &Facts<'_>) -> bool {
    facts.credential.hash.is_none()
}

/// `true` if the token is too long. Apple gives no limit; ours is several times the length of a
/// real token.
pub(crate) fn provider_token_too_long(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::Length)
}

/// `true` if the token does not have three parts, or one of them cannot be read.
pub(crate) fn provider_token_malformed(facts: &Facts<'_>) -> bool {
    matches!(
        facts.credential.error,
        Some(TokenError::Shape | TokenError::Damaged(_))
    )
}

/// `true` if `alg` names another algorithm. Apple, "Establishing a token-based connection to APNs":
/// ES256 alone.
pub(crate) fn provider_token_of_another_algorithm(facts: &Facts<'_>) -> bool {
    matches!(facts.credential.error, Some(TokenError::Algorithm(_)))
}

/// `true` if the header has no `kid`.
pub(crate) fn key_id_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::KeyId)
}

/// `true` if the claims have no `iss`.
pub(crate) fn team_id_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::TeamId)
}

/// `true` if the claims have no `iat`.
pub(crate) fn issue_time_missing(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::NoIssueTime)
}

/// `true` if `iat` is a string other than digits. Observed with the text of a date.
pub(crate) fn issue_time_malformed(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::IssuedAtString)
}

/// `true` if `iat` is `null`, a list, a negative number or one too large for a time. Assumed by
/// analogy with a date.
pub(crate) fn issue_time_impossible(facts: &Facts<'_>) -> bool {
    facts.credential.error == Some(TokenError::IssuedAt)
}

/// `true` if the key is not enrolled. Observed with revoked and mistyped key IDs.
pub(crate) fn key_unknown(facts: &Facts<'_>) -> bool {
    facts.credential.key.is_none() && !facts.credential.is_unchecked
}

/// `true` if the team ID is not that of the key. Observed with key ID and team ID swapped, and with
/// another team's ID.
pub(crate) fn team_not_of_the_key(facts: &Facts<'_>) -> bool {
    match (&facts.credential.token, &facts.credential.key) {
        (Some(token), Some(key)) => token.team_id != key.team_id,
        _ => false,
    }
}

/// `true` if the key did not make the signature. Raw R and S or DER is accepted, because Apple's
/// own recipe sends DER.
pub(crate) fn signature_wrong(facts: &Facts<'_>) -> bool {
    facts.credential.signature.is_none() && !facts.credential.is_unchecked
}

/// `true` if the token is older than one hour (Apple, "Establishing a token-based connection to
/// APNs").
pub(crate) fn provider_token_expired(facts: &Facts<'_>) -> bool {
    age(facts) > LONGEST_LIFE.cast_signed()
}

/// `true` if the issue time is more than 5 minutes ahead. Apple's "one hour from now" may mean both
/// directions, and does not name the reason. A few minutes mean a clock that is slightly ahead;
/// more is a mistake, such as milliseconds.
pub(crate) fn provider_token_from_the_future(facts: &Facts<'_>) -> bool {
    age(facts) < -CLOCK_ALLOWANCE
}

fn age(facts: &Facts<'_>) -> i64 {
    match &facts.credential.token {
        Some(token) => token.age(facts.now),
        None => 0,
    }
}

/// `true` if the key is limited to the other environment. Observed since keys can be limited to
/// environments (2025), with this spelling of the reason and before the device token is checked.
pub(crate) fn key_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts
        .credential
        .key
        .as_ref()
        .is_some_and(|key| !key.environments.contains(&facts.environment))
}

/// `true` if the connection is bound to another team. Apple rules out several teams on one
/// connection; developers observed this reason.
pub(crate) fn second_team_on_connection(facts: &Facts<'_>) -> bool {
    bound_to(facts).is_some_and(|(bound, now)| bound.team_id != now.team_id)
}

/// `true` if the connection is bound to an unrelated key. Apple does not say which keys are
/// related; here they are those enrolled with the same `group`.
pub(crate) fn second_key_on_connection(facts: &Facts<'_>) -> bool {
    bound_to(facts).is_some_and(|(bound, now)| bound.group != now.group)
}

fn bound_to<'a>(facts: &Facts<'a>) -> Option<(&'a Bound, &'a Bound)> {
    facts.bound.zip(facts.credential.owner.as_ref())
}

/// `true` if the token is the second new one in 20 minutes. The token before it remains valid.
pub(crate) fn provider_token_updated_too_soon(facts: &Facts<'_>) -> bool {
    facts.is_updated_too_soon
}
