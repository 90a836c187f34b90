//! Own app: the profile from which a user starts to describe an app.

use serde_json::{Value, json};

use crate::apns::json;
use crate::apns::path::Path;
use crate::call::call_field::CallField;
use crate::call::mapping::Mapping;

/// Profile of an app that reads the call at these paths, or else at Apple's keys, as JSON.
pub fn skeleton(mapping: &Mapping) -> String {
    let path = |field: CallField| match mapping.path(field) {
        Some(path) => path.to_string(),
        None => Path::of_names(&field.names()[..1]).to_string(),
    };
    let handle = path(CallField::Handle);
    let profile: Value = json!({
        "name": "My app",
        "handle": { "paths": [handle] },
        "caller_name": { "paths": [path(CallField::CallerName)] },
        "call_uuid": { "paths": [path(CallField::CallUuid)] },
        "has_video": { "paths": [path(CallField::HasVideo)], "yes": [true] },
        "rules": [{
            "if": { "not": { "is": { "path": handle, "forms": ["non-empty"] } } },
            "then": "no-report",
            "because": "Without a handle my app reports no call.",
        }],
    });
    json::pretty(&profile)
}
