//! Rules of the client certificate. They are asked instead of those of the provider token, which
//! APNs ignores on such a connection.

use super::Facts;

/// Neither a topic list nor a `UID`: a certificate for something else.
pub(crate) fn certificate_without_topics(facts: &Facts<'_>) -> bool {
    facts
        .certificate
        .is_some_and(|certificate| certificate.topics.is_empty())
}

/// The environments stand in the certificate, or follow from its name.
pub(crate) fn certificate_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts.certificate.is_some_and(|certificate| {
        !certificate
            .environments
            .contains(&facts.environment.environment())
    })
}
