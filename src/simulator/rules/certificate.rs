//! Rules for the client certificate. They are checked instead of those for the provider token,
//! which APNs ignores on a connection with a client certificate.

use super::Facts;

/// `true` if the certificate has neither a topic list nor a `UID`, and so is for something else.
pub(crate) fn certificate_without_topics(facts: &Facts<'_>) -> bool {
    facts
        .certificate
        .is_some_and(|certificate| certificate.topics.is_empty())
}

/// `true` if the certificate is for the other environment. Its environments are listed in it, or
/// follow from its name.
pub(crate) fn certificate_of_the_other_environment(facts: &Facts<'_>) -> bool {
    facts.certificate.is_some_and(|certificate| {
        !certificate
            .environments
            .contains(&facts.environment.environment())
    })
}
