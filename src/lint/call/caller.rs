//! Rules about the caller: handle, name, and the personal data in them.

use super::keys::members;
use super::{CallRule, Subject};
use crate::apns::finding::{Certainty, Place, Severity};
use crate::apns::uuid::Uuid;
use crate::call::call_field::CallField;
use crate::call::incoming_call::Problem;
use crate::lint::{Found, shown};

const HANDLE_TYPE_KEYS: [&str; 6] = [
    "handleType",
    "handle_type",
    "callerIdType",
    "caller_id_type",
    "remoteHandleType",
    "callerHandleType",
];

pub(super) const HANDLE_MISSING: CallRule = CallRule {
    id: "handle-missing",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "No handle",
    why: "CXHandle takes no nil: an app without a text of its own needs a handle here.",
    source: "flutter-webrtc/callkeep #28, #50",
    fix: "Add handle: a phone number, an e-mail address or a user name, as a string.",
    check: |subject| {
        let missing = !(subject.app.is_unknown() && subject.finds_nothing())
            && subject.call.handle.is_none()
            && subject.call.problem(CallField::Handle).is_none();
        missing.then(|| Found::new("The payload has no handle under the usual names."))
    },
};

pub(super) const HANDLE_NOT_TEXT: CallRule = CallRule {
    id: "handle-not-text",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "The handle is empty or not a string",
    why: "An app that reads a string there finds none to give to CallKit.",
    source: "flutter-webrtc/callkeep #50; Apple, “Responding to VoIP Notifications from PushKit”",
    fix: "Send a string with something in it; a number goes into quotes.",
    check: |subject| unusable(subject, CallField::Handle),
};

pub(super) const NAME_NOT_TEXT: CallRule = CallRule {
    id: "caller-name-not-text",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "The caller’s name is empty or not a string",
    why: "An app that reads a string there finds no name to show.",
    source: "peerwaya/flutter_call_kit #3",
    fix: "Send a string with something in it, or leave it out.",
    check: |subject| unusable(subject, CallField::CallerName),
};

pub(super) const HANDLE_TYPE: CallRule = CallRule {
    id: "handle-type",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "The handle’s type does not fit its value",
    why: "CallKit looks a caller up in Contacts by type; a wrong type may find nobody.",
    source: "Apple, CXHandle.HandleType; the article’s receiver reports an address as .phoneNumber",
    fix: "Report .phoneNumber for numbers, .emailAddress for addresses, .generic for the rest.",
    check: handle_type,
};

pub(super) const HANDLE_CHANGES: CallRule = CallRule {
    id: "handle-changes",
    severity: Severity::Note,
    certainty: Certainty::Likely,
    title: "The handle looks like the ID of a session",
    why: "Recents and redial work by the handle; one that changes with every call leads nowhere.",
    source: "Apple, WWDC26 session 226",
    fix: "Send what stays the same for a caller: a user name, a number or an address.",
    check: |subject| {
        let handle = subject.call.handle.as_ref()?;
        let uuid = subject.call.call_uuid.as_ref();
        let is_call_id = uuid.is_some_and(|uuid| {
            Uuid::parse(&handle.value).is_some_and(|handle| handle == uuid.value)
        });
        (is_call_id || is_random(&handle.value)).then(|| {
            let behind = if is_call_id {
                " is the UUID of the call."
            } else {
                " looks like the ID of a session."
            };
            Found::at(handle.path.clone(), ["", behind])
        })
    },
};

pub(super) const PERSONAL_DATA: CallRule = CallRule {
    id: "personal-data",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "Personal data in clear",
    why: "Apple asks for no personal data in a payload unless it is encrypted.",
    source: "Apple, “Generating a remote notification”",
    fix: "Send an ID that the app looks up, or encrypt it.",
    check: |subject| {
        let handle = subject.call.handle.as_ref()?;
        let kind = match handle.value.as_str() {
            text if is_email(text) && !is_example_address(text) => "an e-mail address",
            text if is_full_number(text) && !is_fictitious_number(text) => "a phone number",
            _ => return None,
        };
        let behind = [" is ", kind, " in clear."].concat();
        Some(Found::at(handle.path.clone(), ["", &behind]))
    },
};

/// Finding for a field that is present, but blank or not a text.
fn unusable(subject: &Subject<'_>, part: CallField) -> Option<Found> {
    let field = subject.call.problem(part)?;
    let is = match field.value {
        Problem::Blank => " is empty.",
        _ => " is not a string.",
    };
    Some(Found::at(field.path.clone(), ["", is]))
}

fn handle_type(subject: &Subject<'_>) -> Option<Found> {
    let handle = subject.call.handle.as_ref()?;
    let value = handle.value.as_str();
    let declared = members(subject.request.payload, &|key, value| {
        HANDLE_TYPE_KEYS.contains(&key) && value.is_string()
    });
    match declared.first() {
        Some(member) => {
            let said = member.value.as_str()?;
            let means = said.to_ascii_lowercase();
            let is_phone = matches!(
                means.as_str(),
                "number" | "phone" | "phonenumber" | "phone_number" | "tel"
            );
            let is_address = matches!(means.as_str(), "email" | "emailaddress" | "email_address");
            let misfit = (is_phone && !is_number(value)) || (is_address && !is_email(value));
            if !misfit {
                return None;
            }
            let what = format!(
                "{} says {said}, which the handle is not.",
                shown(&member.path.to_string())
            );
            Some(Found {
                place: Place::Path(handle.path.clone()),
                ..Found::new(what)
            })
        }
        None if is_email(value) => Some(Found::at(
            handle.path.clone(),
            ["", " is an e-mail address, and nothing says so."],
        )),
        None => None,
    }
}

/// Returns `true` for 20 characters or more that only a machine writes: letters and digits mixed,
/// without a mark that a name, a number or an address has. The ID of a user may be a UUID.
fn is_random(text: &str) -> bool {
    let (mut digits, mut letters) = (0, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'z' | b'A'..=b'Z' => letters += 1,
            b'-' | b'_' => {}
            _ => return false,
        }
    }
    digits >= 4 && letters >= 4 && digits + letters >= 20 && Uuid::parse(text).is_none()
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty()
            && !user.contains([':', ' '])
            && host.contains('.')
            && !host.starts_with('.')
            && !host.contains(['@', ' '])
    })
}

/// Returns `true` for any text a telephone can dial, extensions included.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix("tel:").unwrap_or(text);
    digits(text) > 0
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+()-. *#".contains(&byte))
}

/// Returns `true` for a number that is complete enough to reach one person from anywhere.
fn is_full_number(text: &str) -> bool {
    is_number(text) && digits(text) >= if text.contains('+') { 7 } else { 10 }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Returns `true` for the domain names that RFC 2606 reserves for examples.
fn is_example_address(text: &str) -> bool {
    let host = text
        .rsplit('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let reserved = |name: &str| {
        host.strip_suffix(name)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    [
        "example.com",
        "example.net",
        "example.org",
        "example",
        "test",
        "invalid",
    ]
    .into_iter()
    .any(reserved)
}

/// Returns `true` for a North American number in area code 555, which is not assigned, or in the
/// range 555-01xx, which is reserved for fiction.
fn is_fictitious_number(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let local = digits.strip_prefix('1').unwrap_or(&digits);
    local.len() == 10 && (local.starts_with("555") || &local[3..8] == "55501")
}
