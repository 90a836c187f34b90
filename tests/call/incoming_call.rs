//! The call inside a payload, wherever it stands.

use serde_json::json;
use trill::call::IncomingCall;

use crate::UUID;

#[test]
fn a_call_is_found_where_sdks_put_it() {
    let payload = json!({ "aps": { "name": "no" }, "metadata": { "call_id": UUID.to_uppercase(), "caller_name": "Alice", "caller_number": "+15551234567" }, "isVideo": true });
    let call = IncomingCall::read(&payload);
    assert_eq!(call.call_uuid.as_ref().unwrap().path, "metadata.call_id");
    assert_eq!(call.call_uuid.unwrap().value.as_str(), UUID);
    assert_eq!(call.handle.unwrap().path, "metadata.caller_number");
    assert_eq!(call.caller_name.unwrap().value, "Alice");
    assert_eq!(call.has_video.unwrap().path, "isVideo");
}

#[test]
fn a_video_flag_in_quotes_is_not_a_flag() {
    let call =
        IncomingCall::read(&json!({ "handle": "alice", "callUUID": UUID, "hasVideo": "true" }));
    assert!(!call.is_video());
    assert_eq!(call.problems[0].path, "hasVideo");
}
