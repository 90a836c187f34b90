//! Headers that are right alone and wrong together.

use super::note::Note;
use super::priority::Priority;
use super::push_type::PushType;

/// A priority that does not go with the push type. The fix is the usual one.
pub fn priority(push_type: PushType, priority: Priority) -> Option<Note> {
    if push_type.priorities().contains(&priority) {
        return None;
    }
    let fix = push_type.usual_priority().as_str();
    let (code, text) = match push_type {
        PushType::Voip => {
            ("voip_combination", "VoIP pushes are sent with priority 10: a call cannot wait for the battery. Use 10?".to_owned())
        }
        PushType::Background => {
            ("background_priority", "Background pushes must have priority 5; Apple calls another one an error. Use 5?".to_owned())
        }
        other => ("priority_combination", format!("{} pushes are sent with priority {fix}. Use it?", other.as_str())),
    };
    Some(Note::warning(code, text).with_fix(fix.to_owned()))
}

/// Another push type on the topic of calls. The fix is the push type `voip`.
pub fn topic(push_type: PushType, topic: &str) -> Option<Note> {
    let suffix = PushType::Voip.topic_suffix();
    let text = "A topic that ends in .voip carries push type voip only: APNs answers InvalidPushType. Use voip?";
    (push_type != PushType::Voip && topic.ends_with(suffix))
        .then(|| Note::warning("voip_combination", text).with_fix(PushType::Voip.as_str().to_owned()))
}
