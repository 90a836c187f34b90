//! The provider token: its header, its claims, its age, its signature, and what its key may do.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use p256::ecdsa::signature::Signer;
use trill::apns::ProviderToken;

use super::{PRODUCTION_PHONE, Row, accepted, row, signed_by, to};
use crate::simulator::{KEY_ID, NOW, Stage, TEAM_ID, key};

pub(super) fn rows(stage: &Stage) -> Vec<Row> {
    let push = |authorization: &str| stage.push().with("authorization", authorization);
    let url: fn(&[u8]) -> String = Base64UrlUnpadded::encode_string;
    let standard: fn(&[u8]) -> String = Base64::encode_string;
    let header = format!("{{\"alg\":\"ES256\",\"kid\":\"{KEY_ID}\"}}");
    let claims = |iat: &str| format!("{{\"iss\":\"{TEAM_ID}\",\"iat\":{iat}}}");
    let with_header = |header: &str| push(&token(header, &claims(&NOW.to_string()), url, false));
    let with_claims = |claims: &str| push(&token(&header, claims, url, false));
    let with_iat = |iat: &str| with_claims(&claims(iat));
    let signed = |seed, key_id: &str, team_id: &str| {
        push(&ProviderToken::sign(&key(seed), key_id, team_id, NOW).authorization())
    };
    let right = claims(&NOW.to_string());
    let invalid = (403, "InvalidProviderToken");
    let algorithm = |section, push| {
        row(
            section,
            push,
            invalid,
            "provider-token-of-another-algorithm",
            "documented",
        )
    };
    let refused = |section, push, rule, mark| row(section, push, invalid, rule, mark);
    let expired = (403, "ExpiredProviderToken");
    let future = |section, push| {
        row(
            section,
            push,
            invalid,
            "provider-token-from-the-future",
            "assumed",
        )
    };
    vec![
        algorithm(
            "5.1 alg",
            with_header("{\"alg\":\"none\",\"kid\":\"ABC123DEFG\"}"),
        ),
        algorithm(
            "5.1 alg",
            with_header("{\"alg\":\"HS256\",\"kid\":\"ABC123DEFG\"}"),
        ),
        accepted(
            "5.3 no alg, as in Apple’s sample",
            with_header("{\"kid\":\"ABC123DEFG\"}"),
        ),
        accepted(
            "5.1 typ",
            with_header("{\"alg\":\"ES256\",\"kid\":\"ABC123DEFG\",\"typ\":\"JWT\"}"),
        ),
        refused(
            "5.1 kid",
            with_header("{\"alg\":\"ES256\"}"),
            "key-id-missing",
            "documented",
        ),
        row(
            "5.1 kid",
            with_header("{\"alg\":\"ES256\",\"kid\":\"abc123defg\"}"),
            invalid,
            "key-unknown",
            "observed",
        ),
        refused(
            "5.1 iss",
            with_claims(&format!("{{\"iat\":{NOW}}}")),
            "team-id-missing",
            "documented",
        ),
        refused(
            "5.1 iat",
            with_claims(&format!("{{\"iss\":\"{TEAM_ID}\"}}")),
            "issue-time-missing",
            "documented",
        ),
        refused(
            "5.1 iat",
            with_iat("-1"),
            "issue-time-impossible",
            "assumed",
        ),
        refused(
            "5.1 iat",
            with_iat("-1.5"),
            "issue-time-impossible",
            "assumed",
        ),
        refused(
            "5.1 iat",
            with_iat("null"),
            "issue-time-impossible",
            "assumed",
        ),
        refused(
            "5.1 iat",
            with_iat("1e300"),
            "issue-time-impossible",
            "assumed",
        ),
        refused(
            "5.1 iat",
            with_iat("\"now\""),
            "issue-time-malformed",
            "observed",
        ),
        refused(
            "5.1 iat",
            with_iat("\"2019-10-09 12:00:00.123 +0000 UTC m=+0.000\""),
            "issue-time-malformed",
            "observed",
        ),
        accepted("12 iat with a fraction", with_iat(&format!("{NOW}.25"))),
        accepted("12 iat with a fraction", with_iat("1.8e9")),
        row(
            "5.2 age",
            with_iat(&format!("{}.5", NOW - 3_602)),
            expired,
            "provider-token-expired",
            "documented",
        ),
        future("5.3 iat in milliseconds", with_iat(&format!("{NOW}000.5"))),
        accepted("5.3 iat in quotes", with_iat(&format!("\"{NOW}\""))),
        future(
            "5.3 iat in milliseconds",
            with_iat(&format!("\"{NOW}000\"")),
        ),
        future("5.2 future", with_iat(&(NOW + 301).to_string())),
        accepted(
            "5.2 a clock slightly ahead",
            with_iat(&(NOW + 300).to_string()),
        ),
        row(
            "5.2 age",
            with_iat(&(NOW - 3_601).to_string()),
            expired,
            "provider-token-expired",
            "documented",
        ),
        accepted("5.2 age", with_iat(&(NOW - 3_599).to_string())),
        accepted(
            "5.1 another claim",
            with_claims(&format!(
                "{{\"iss\":\"{TEAM_ID}\",\"iat\":{NOW},\"kid\":\"{KEY_ID}\"}}"
            )),
        ),
        row(
            "3.3 swapped",
            signed(7, TEAM_ID, KEY_ID),
            invalid,
            "key-unknown",
            "observed",
        ),
        row(
            "3.3 another team",
            signed(7, KEY_ID, "OTHER00000"),
            invalid,
            "team-not-of-the-key",
            "observed",
        ),
        row(
            "3.3 another .p8",
            signed(8, KEY_ID, TEAM_ID),
            invalid,
            "signature-wrong",
            "documented",
        ),
        refused(
            "5.3 no token",
            push("bearer not.a.token"),
            "provider-token-malformed",
            "documented",
        ),
        refused(
            "5.3 no token",
            push(&format!("bearer {}", "A".repeat(1_025))),
            "provider-token-too-long",
            "assumed",
        ),
        accepted("5.3 raw", push(&token(&header, &right, url, false))),
        accepted("5.3 DER", push(&token(&header, &right, url, true))),
        accepted(
            "5.3 DER in standard base64",
            push(&token(&header, &right, standard, true)),
        ),
        accepted("5.5 sandbox key", push(&signed_by(stage, "SANDBOX000"))),
        row(
            "5.5 sandbox key",
            to(push(&signed_by(stage, "SANDBOX000")), PRODUCTION_PHONE),
            (403, "BadEnvironmentKeyInToken"),
            "key-of-the-other-environment",
            "observed",
        )
        .in_production(),
        accepted(
            "5.5 production key",
            to(push(&signed_by(stage, "PRODUCTION")), PRODUCTION_PHONE),
        )
        .in_production(),
        accepted("5.5 older team key", to(stage.push(), PRODUCTION_PHONE)).in_production(),
        accepted(
            "5.5 topic-specific key",
            push(&signed_by(stage, "SCOPED0000")),
        ),
    ]
}

/// A token of any content with the stage's key, its signature in DER on demand.
fn token(header: &str, claims: &str, encode: fn(&[u8]) -> String, der: bool) -> String {
    let signed = format!(
        "{}.{}",
        encode(header.as_bytes()),
        encode(claims.as_bytes())
    );
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a number on the curve");
    let signature: p256::ecdsa::Signature = key.sign(signed.as_bytes());
    let signature = if der {
        signature.to_der().as_bytes().to_vec()
    } else {
        signature.to_bytes().to_vec()
    };
    format!("bearer {signed}.{}", encode(&signature))
}
