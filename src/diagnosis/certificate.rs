//! Causes in a client certificate: its kind, its environment, its topics and its year.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use super::signer::covers;
use crate::apns::Reason;

pub(super) const SEVERAL_TOPICS: Cause = Cause {
    id: "certificate-with-several-topics",
    rows: &[19],
    reasons: &[Reason::MissingTopic],
    codes: &["topic_missing"],
    title: "The certificate has several topics",
    why: "Only a certificate of a single topic can do without the header; a universal one lists several.",
    fix: "Enter the bundle ID of the app; .voip is added for you.",
    source: "edamov/pushok #65",
    look: |known| {
        let topics = known.certificate()?.topics.map_or(0, <[_]>::len);
        let found = Found::new(Rank::Certain);
        Some(if topics > 1 {
            found.because(format!("This certificate lists {topics} topics."))
        } else {
            found
        })
    },
    ..Cause::NONE
};

pub(super) const NOT_PRESENTED: Cause = Cause {
    id: "certificate-not-presented",
    reasons: &[Reason::MissingProviderToken],
    title: "The certificate did not reach APNs",
    why: "APNs asks for a provider token when a connection comes without a client certificate.",
    fix: "Send again. A proxy in between must let TLS pass unchanged, or the certificate is lost there.",
    source: "Apple, “Establishing a certificate-based connection to APNs”",
    look: |known| {
        known.certificate().map(|_| {
            Found::new(Rank::Certain)
                .because("The form has a certificate, and APNs did not see it.")
                .act(Action::SendAgain { seconds: 0 })
        })
    },
    ..Cause::NONE
};

pub(super) const WRONG_KIND: Cause = Cause {
    id: "certificate-of-wrong-kind",
    reasons: &[Reason::BadCertificate],
    title: "It is no certificate for pushes",
    why: "APNs takes Apple Push Services and VoIP Services certificates; those that sign apps are others.",
    fix: "Use an Apple Push Services or a VoIP Services certificate of this app.",
    source: "Apple, “Establishing a certificate-based connection to APNs”",
    look: |_| Found::certain(Action::OtherKey),
    ..Cause::NONE
};

pub(super) const OTHER_ENVIRONMENT: Cause = Cause {
    id: "certificate-other-environment",
    reasons: &[Reason::BadCertificateEnvironment],
    title: "The certificate is for the other environment",
    why: "Development certificates work in sandbox only; universal and VoIP Services ones work in both.",
    fix: "Switch the environment, or use a certificate that covers this one.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |known| {
        Some(
            Found::new(Rank::Certain)
                .environment(known.other_environment())
                .act(Action::OtherKey),
        )
    },
    ..Cause::NONE
};

pub(super) const NOT_FOR_TOPIC: Cause = Cause {
    id: "certificate-not-for-topic",
    reasons: &[Reason::TopicDisallowed],
    title: "The certificate does not list this topic",
    why: "A certificate is for one app; a VoIP Services one lists its .voip topic alone.",
    fix: "Use a certificate whose list has this topic.",
    source: "jchambers/pushy #522; Pr0Ger/PyAPNs2 #70",
    look: |known| {
        Some(covers(
            known,
            known.certificate()?.topics,
            "This certificate",
        ))
    },
    ..Cause::NONE
};

pub(super) const EXPIRED: Cause = Cause {
    id: "certificate-expired",
    codes: &["tls", "connection_closed", "identity_refused"],
    title: "The certificate has expired or was revoked",
    why: "APNs refuses such a certificate in the TLS handshake and says nothing in HTTP.",
    fix: "Look at its dates; certificates for pushes last one year.",
    source: "Apple, “Establishing a certificate-based connection to APNs”",
    look: expired,
    ..Cause::NONE
};

fn expired(known: &Circumstances<'_>) -> Option<Found> {
    known.certificate().map(|_| {
        Found::new(Rank::Likely)
            .because("A client certificate signs.")
            .act(Action::OtherKey)
    })
}
