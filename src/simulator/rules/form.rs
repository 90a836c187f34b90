//! Rules for the form of a request: method, path, repeated headers and `apns-id`.

use super::Facts;
use crate::apns::ApnsId;
use crate::apns::headers::AUTHORIZATION;
use crate::simulator::push_header::PushHeader;

/// `true` if the method is not `POST`. Apple documents no other.
pub(crate) fn method_not_post(facts: &Facts<'_>) -> bool {
    facts.request.method != http::Method::POST
}

/// `true` if the path is not `/3/device/` and one segment.
pub(crate) fn path_unknown(facts: &Facts<'_>) -> bool {
    facts.request.device_segment().is_none()
}

/// `true` if the segment of the device token is empty.
pub(crate) fn device_token_missing(facts: &Facts<'_>) -> bool {
    facts.request.device_segment() == Some("")
}

/// `true` if `authorization` or an `apns-` header is repeated. Apple's reason is for repeated
/// headers; others are ignored.
pub(crate) fn header_repeated(facts: &Facts<'_>) -> bool {
    let headers = &facts.request.headers;
    let is_ours = |name: &str| name == AUTHORIZATION || name.starts_with("apns-");
    facts.request.repeats_headers()
        && headers
            .keys()
            .any(|name| is_ours(name.as_str()) && headers.get_all(name).iter().nth(1).is_some())
}

/// `true` if `apns-id` is not a UUID. Either case is accepted: lower case is documented, and APNs's
/// own answers use upper case.
pub(crate) fn apns_id_malformed(facts: &Facts<'_>) -> bool {
    facts
        .request
        .text(PushHeader::Id)
        .is_some_and(|id| ApnsId::parse(&id).is_none())
}
