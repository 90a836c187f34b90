//! The report of a send: the answer of APNs, the answer of the relay, and no answer.

use trill::apns::Outcome;
use trill::app::report::{Reply, Report, Silence};

use super::{CLOCK, apns_id, filled};

#[test]
fn reports_speak_for_apns_the_relay_and_silence() {
    let push = filled().push(true, apns_id(), CLOCK).unwrap();
    let reply = |status, outcome: &str, body: &str| Reply {
        status,
        outcome: Some(outcome.to_owned()),
        body: body.to_owned(),
        ..Reply::default()
    };
    let report = |reply: &Reply| Report::of_reply(&push, reply, 12);

    assert_eq!(
        report(&reply(200, "accepted", "")).outcome,
        Outcome::Accepted
    );
    let rejected = report(&reply(
        403,
        "rejected",
        r#"{"reason":"InvalidProviderToken"}"#,
    ));
    assert_eq!(
        (rejected.outcome, rejected.reason.as_deref()),
        (Outcome::Rejected, Some("InvalidProviderToken"))
    );
    let unheard = report(&reply(418, "rejected", r#"{"reason":"Teapot"}"#));
    assert_eq!(unheard.reason.as_deref(), Some("Teapot"));
    let problem = report(&reply(
        502,
        "not-sent",
        r#"{"code":"cannot_connect","title":"Cannot connect.","detail":"Check the network."}"#,
    ));
    assert_eq!(
        (problem.outcome, problem.cause.unwrap().to_string().as_str()),
        (Outcome::NotSent, "Cannot connect.")
    );
    // Something between page and relay that does not say how it ended.
    let stranger = Report::of_reply(
        &push,
        &Reply {
            status: 504,
            body: "<html>".to_owned(),
            ..Reply::default()
        },
        1,
    );
    assert_eq!(stranger.outcome, Outcome::Unknown);

    let silences = [
        (Silence::NoRelay, Outcome::NotSent),
        (Silence::Broken, Outcome::Unknown),
        (Silence::TimedOut, Outcome::Unknown),
    ];
    for (silence, outcome) in silences {
        assert_eq!(Report::of_silence(&push, silence, 1).outcome, outcome);
    }
}
