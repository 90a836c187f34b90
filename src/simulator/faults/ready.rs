//! Ready-made faults, which can be enabled without writing a script, and the label of each.

use serde_json::{Value, json};

/// Ready-made fault: its label, its effect, and the fields of its entry in a script.
struct ReadyFault {
    label: &'static str,
    effect: &'static str,
    fields: &'static str,
}

const fn ready(label: &'static str, effect: &'static str, fields: &'static str) -> ReadyFault {
    ReadyFault {
        label,
        effect,
        fields,
    }
}

#[rustfmt::skip] // one fault per line
const READY: [ReadyFault; 15] = [
    ready("429 TooManyRequests", "too many pushes to this device", r#""fault":"refuse","reason":"TooManyRequests""#),
    ready("503 ServiceUnavailable", "APNs is overloaded", r#""fault":"refuse","reason":"ServiceUnavailable""#),
    ready("500 InternalServerError", "APNs has failed", r#""fault":"refuse","reason":"InternalServerError""#),
    ready("403 ExpiredProviderToken", "older than an hour, says APNs", r#""fault":"refuse","reason":"ExpiredProviderToken""#),
    ready("403 InvalidProviderToken", "as with an unknown key", r#""fault":"refuse","reason":"InvalidProviderToken""#),
    ready("400 BadDeviceToken", "as with one of the other environment", r#""fault":"refuse","reason":"BadDeviceToken""#),
    ready("410 Unregistered", "as if the app were removed just now", r#""fault":"refuse","reason":"Unregistered""#),
    ready("Answer 3 s late", "the push rings at once", r#""fault":"delay","ms":3000"#),
    ready("Answer lost", "the push rings, and its sender cannot know", r#""fault":"answer-lost""#),
    ready("Silence", "nobody looks at the push, and nobody answers", r#""fault":"silence""#),
    ready("Connection ends after the push", "it rings, and no answer comes", r#""fault":"hang-up","when":"judged""#),
    ready("REFUSED_STREAM", "nobody looked at the push: the relay repeats it", r#""fault":"reset","code":"REFUSED_STREAM""#),
    ready("GOAWAY before the push", "the relay repeats it on another connection", r#""fault":"goaway","last":"below""#),
    ready("503 Shutdown, then GOAWAY", "what APNs does before a server is taken down", r#""fault":"shutdown""#),
    ready("Restart", "the push rings, the server dies, and is back after 3 s", r#""fault":"restart","down_ms":3000"#),
];

impl ReadyFault {
    /// Returns the entry of the fault in a script.
    fn entry(&self) -> Value {
        serde_json::from_str(&["{", self.fields, "}"].concat()).unwrap_or_default()
    }

    /// `true` if an entry of a script has all fields of this fault, and perhaps more.
    fn is(&self, entry: &Value) -> bool {
        let Value::Object(own) = self.entry() else {
            return false;
        };
        own.iter().all(|(field, value)| entry[field] == *value)
    }
}

/// Returns the list of all ready-made faults as JSON.
pub(crate) fn list() -> Value {
    READY
        .iter()
        .map(
            |ready| json!({ "label": ready.label, "effect": ready.effect, "fault": ready.entry() }),
        )
        .collect()
}

/// Returns the label of a fault if the fault is ready-made.
pub(crate) fn label(fault: &Value) -> Option<&'static str> {
    let known = READY.iter().find(|ready| ready.is(fault))?;
    Some(known.label)
}

#[cfg(test)]
mod tests {
    use super::{READY, label};
    use crate::caller::{Caller, Party};
    use crate::simulator::faults::Faults;

    #[test]
    fn every_fault_is_one_a_script_may_hold_and_is_known_again() {
        for ready in READY {
            for times in ["1", "null"] {
                let faults = Faults::default();
                let script = format!("[{{{},\"next\":{times}}}]", ready.fields);
                assert!(
                    faults
                        .put(&Party::default(), script.as_bytes(), |_| true)
                        .is_ok(),
                    "{script}"
                );
                let shown = faults.show(&Caller::Owner);
                assert_eq!(label(&shown["faults"][0]), Some(ready.label));
                assert_eq!(shown["labels"][0], ready.label);
            }
        }
    }
}
