//! Count of unreported pushes: the VoIP pushes in a row for which an app reported no call and was
//! killed for it.

use super::rule::Rule;

/// Number of unreported pushes in a row after which the virtual iPhone delivers no more. Apple
/// gives no number; developers counted three or four (forums 764376;
/// twilio/twilio-voice-react-native #369).
pub const MOST_UNREPORTED: u32 = 4;

/// Count after this rule has decided. A reported call is assumed to reset it.
pub(super) fn after(count: u32, rule: Rule) -> u32 {
    match rule {
        rule if rule.kills() => count + 1,
        rule if rule.counts_as_report() => 0,
        _ => count,
    }
}

/// Sentence about this many unreported pushes at a virtual iPhone; `None` if there are none.
pub fn unreported_sentence(count: u32) -> Option<String> {
    let pushes = match count {
        0 => return None,
        1 => "1 unreported push".to_owned(),
        count => format!("{count} unreported pushes"),
    };
    let then = if count < MOST_UNREPORTED {
        "after 4 in a row this iPhone delivers no more"
    } else {
        "this iPhone delivers no more until the app is reinstalled"
    };
    Some(format!(
        "{pushes} seen: {then} (observed: three or four were counted; Apple gives no number)."
    ))
}
