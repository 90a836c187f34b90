//! New secret of a registered app, as the relay showed it once. It stays in memory and is printed
//! nowhere.

use std::fmt;

use serde_json::Value;

/// Answer of the relay with the new secret of an app; `null` if none is shown.
#[derive(Clone, Default, PartialEq)]
pub struct NewSecret(Value);

impl NewSecret {
    /// Wraps an answer.
    pub fn new(answer: Value) -> Self {
        Self(answer)
    }

    /// Returns the app with its secret.
    pub fn app(&self) -> Option<&Value> {
        Some(&self.0).filter(|app| !app.is_null())
    }
}

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewSecret(…)")
    }
}
