//! Document of the rules, as Markdown: every check with its source, and what is not modelled.

use std::fmt::Write as _;

use super::Rule;
use super::checks::{BEHIND_THE_CREDENTIAL, CERTIFICATE, FORM, TOKEN};

const HEAD: &str = "\
# What the simulator checks

Made by `trill simulate --rules`; a test keeps this file current. The rules are asked in this order, and
the first one that is broken decides. *Documented*: Apple says so. *Observed*: people saw APNs do so.
*Assumed*: nobody has said, and the likeliest answer was chosen. Of the order itself Apple documents only
that credentials come before the device token; that the topic does too was observed, the rest is assumed.
";

const TAIL: &str = "
## When no rule is broken

`accepted` (documented) answers 200. A body that is JSON but no object (`accepted-not-an-object`) or no JSON
at all (`accepted-not-json`) is accepted too, with a note: Apple has no reason for either (assumed).
`apns-unique-id` is answered on the sandbox environment only. 410 carries the time in milliseconds.

## A token that was called expired

Whoever is answered `ExpiredProviderToken`, by the rule or by the fault `refuse`, is to sign anew, so that token no longer counts for
the 20 minutes (assumed).

## SETTINGS

As clients of APNs report them (observed: pushy, issue 356; aapns 23.7; apnotic, pull request 141): header table 4,096, initial window
65,535, largest frame 16,384, largest header list 8,000, and one stream until the first valid provider token, then 1,000.
A header list of more than 8,000 bytes is answered with 431 and no body, as RFC 9113 §10.5.1 proposes, and is not in the journal:
what APNs does with one is not known (assumed).

## GOAWAY

A GOAWAY names no stream below one that was judged, and no stream above the named one is judged or answered afterwards
(RFC 9113 §6.8): a sender may send again whatever lies above it.

## Certificates of clients

A client certificate is optional, and TLS refuses one that is expired or not valid yet. Any issuer is accepted,
because nobody but Apple can issue Apple’s: what counts is that the client holds the private key and that the
topics can be read (extensions 1.2.840.113635.100.6.3.6 and .4, or else the subject’s `UID`).

## What is not modelled

- `Forbidden`, `IdleTimeout`, `InternalServerError`, `ServiceUnavailable` and `Shutdown` follow no rule about a request:
  Apple names no request that causes them. The fault `refuse` answers with any of them.
- What becomes of streams over the limit of one, before a connection’s first valid provider token: those of a client that
  has not acknowledged the limit yet are served, later ones get REFUSED_STREAM.
- Slowing down or closing a connection with many errors: Apple gives no numbers.
- Revoked certificates and keys younger than APNs has heard of: enrol the key, or do not.
- Broadcast pushes and channels (`/4/broadcasts`).
- Whether a push type fits the payload: APNs is not known to answer to that.
- The limit of 20 minutes for new provider tokens is Apple’s word; developers saw APNs tolerate two changes more.
";

/// Returns the whole document as Markdown.
pub fn rules_document() -> String {
    let mut text = HEAD.to_owned();
    let parts: [(&str, &[Rule]); 4] = [
        ("1. The form of the request", &FORM),
        (
            "2. The provider token, on connections without a client certificate",
            &TOKEN,
        ),
        (
            "2. The client certificate, on connections with one",
            &CERTIFICATE,
        ),
        (
            "3. Topic, header values, payload, device",
            &BEHIND_THE_CREDENTIAL,
        ),
    ];
    for (title, rules) in parts {
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n## {title}\n\n| rule | when | answer | mark | source |\n| --- | --- | --- | --- | --- |\n"
        );
        for rule in rules {
            let (status, reason, mark) = (
                rule.reason.status(),
                rule.reason.as_str(),
                rule.mark.as_str(),
            );
            let _ = writeln!(
                text,
                "| `{}` | {} | {status} `{reason}` | {mark} | {} |",
                rule.id, rule.when, rule.source
            );
        }
    }
    text + TAIL
}
