//! Headers that are right alone and wrong together.

use super::finding::Finding;
use super::priority::Priority;
use super::push_type::PushType;

/// A priority that does not go with the push type. The fix is the usual one.
pub fn priority(push_type: PushType, priority: Priority) -> Option<Finding> {
    if push_type.priorities().contains(&priority) {
        return None;
    }
    let fix = push_type.usual_priority().as_str();
    let note = match push_type {
        PushType::Voip => Finding::warning(
            "voip_combination",
            "VoIP pushes are sent with priority 10: a call cannot wait for the battery. Use 10?",
        ),
        PushType::Background => Finding::warning(
            "background_priority",
            "Background pushes must have priority 5; Apple calls another one an error. Use 5?",
        ),
        other => Finding::warning(
            "priority_combination",
            format!(
                "{} pushes are sent with priority {fix}. Use it?",
                other.as_str()
            ),
        ),
    };
    Some(note.with_text(fix.to_owned()))
}
