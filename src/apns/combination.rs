//! Headers that are right alone and wrong together.

use super::finding::Severity;
use super::note::Note;
use super::priority::Priority;
use super::push_type::PushType;
use crate::sentence::{Sentence, Wordings};

/// A priority that does not go with the push type. The fix is the usual one.
pub fn priority(push_type: PushType, priority: Priority) -> Option<Note> {
    if push_type.priorities().contains(&priority) {
        return None;
    }
    let fix = push_type.usual_priority().as_str();
    let sentence = match push_type {
        PushType::Voip => Sentence::new("voip_combination.priority"),
        PushType::Background => Sentence::new("background_priority"),
        other => Sentence::new("priority_combination")
            .gap(other.as_str())
            .gap(fix),
    };
    Some(Note::new(Severity::Warning, sentence).with_fix(fix.to_owned()))
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "voip_combination.priority",
        "VoIP pushes are sent with priority 10: a call cannot wait for the battery. Use 10?",
    ),
    (
        "background_priority",
        "Background pushes must have priority 5; Apple calls another one an error. Use 5?",
    ),
    (
        "priority_combination",
        "{0} pushes are sent with priority {1}. Use it?",
    ),
];
