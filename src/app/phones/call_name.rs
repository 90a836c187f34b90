//! Name of a call for the receipts of an app that reads no call UUID from the payload.

use crate::apns::fix::Change;
use crate::apns::uuid::Uuid;
use crate::apns::{Edit, Fix, Path, PushType};
use crate::app::composed::Composed;
use crate::app::state::State;
use crate::call::app::CALL_NAME;

/// Placeholder of the name, which is new with each send.
const NAME: &str = "{{uuid}}";

impl State {
    /// Returns `true` if receipts would find no send, because nothing in the payload names its call.
    pub fn lacks_call_name(&self, composed: &Composed) -> bool {
        match &composed.payload {
            Ok(payload) if composed.filled.push_type == PushType::Voip => {
                self.relay_info.phones_url().is_some()
                    && composed.app.call_name(payload.value()).is_none()
            }
            _ => false,
        }
    }
}

/// Returns the text of a payload with a name of its call; `None` if it is no JSON object.
pub fn with_call_name(text: &str) -> Option<String> {
    let path = Path::of_names(&[CALL_NAME]);
    let name = ["\"", NAME, "\""].concat();
    let put = |edit: Edit| {
        let change = Change::Payload(vec![edit]);
        Fix { label: "", change }.payload(text)
    };
    match put(Edit::Replace(path.clone(), name.clone())) {
        None => put(Edit::Add(path, name)),
        replaced => replaced,
    }
}

/// Returns the number of bytes that a name adds to the payload of this text, as it is sent.
pub fn call_name_bytes(text: &str) -> usize {
    let named = with_call_name(text).unwrap_or_default();
    (named.len() + Uuid::LENGTH).saturating_sub(text.len() + NAME.len())
}
