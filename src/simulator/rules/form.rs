//! Rules of the form of a request: method, path, headers that stand there twice, and the ID of the
//! answer.

use super::Facts;
use crate::apns::ApnsId;
use crate::apns::headers::AUTHORIZATION;
use crate::simulator::push_header::PushHeader;

/// Apple documents `POST` and nothing else.
pub(crate) fn method_not_post(facts: &Facts<'_>) -> bool {
    facts.request.method != http::Method::POST
}

/// The path is `/3/device/` and one segment.
pub(crate) fn path_unknown(facts: &Facts<'_>) -> bool {
    facts.request.device_segment().is_none()
}

/// The segment of the device token is empty.
pub(crate) fn device_token_missing(facts: &Facts<'_>) -> bool {
    facts.request.device_segment() == Some("")
}

/// Apple's reason speaks of headers repeated; those of APNs are meant, others are ignored.
pub(crate) fn header_repeated(facts: &Facts<'_>) -> bool {
    let headers = &facts.request.headers;
    let is_ours = |name: &str| name == AUTHORIZATION || name.starts_with("apns-");
    facts.request.repeats_headers()
        && headers
            .keys()
            .any(|name| is_ours(name.as_str()) && headers.get_all(name).iter().nth(1).is_some())
}

/// A UUID in either case: lower case is documented, upper case is seen in APNs's own answers.
pub(crate) fn apns_id_malformed(facts: &Facts<'_>) -> bool {
    facts
        .request
        .text(PushHeader::Id)
        .is_some_and(|id| ApnsId::parse(&id).is_none())
}
