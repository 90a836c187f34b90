//! A key, as the list of keys has it.

use serde_json::Value;

use crate::app::relay_info::{text, texts};

/// A key whose provider tokens the simulator accepts, as JSON that is read on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey(pub Value);

impl ListedKey {
    /// Key ID.
    pub fn key_id(&self) -> &str {
        text(&self.0, "key_id")
    }

    /// Its team, environments and topics.
    pub fn summary(&self) -> String {
        let topics = &self.0["topics"];
        let topics = if topics.is_null() {
            "all topics".to_owned()
        } else {
            texts(topics).join(", ")
        };
        let environments = texts(&self.0["environments"]).join(", ");
        let team_id = text(&self.0, "team_id");
        ["Team ", team_id, " · ", &environments, " · ", &topics].concat()
    }
}
