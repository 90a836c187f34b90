//! A key, as the list of keys has it.

use serde_json::Value;

use super::fields::{text, texts};

/// A key whose provider tokens the simulator accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Key ID.
    pub key_id: String,
    /// Team ID.
    pub team_id: String,
    /// Environments the key is limited to.
    pub environments: Vec<String>,
    /// Topics the key is limited to; `None` if there is no limit.
    pub topics: Option<Vec<String>>,
}

impl ListedKey {
    /// Reads an entry of the list; `None` if it is something else.
    pub fn read(key: &Value) -> Option<Self> {
        Some(Self {
            key_id: text(key, "key_id")?,
            team_id: text(key, "team_id")?,
            environments: texts(key, "environments")?,
            topics: texts(key, "topics"),
        })
    }

    /// Its team, environments and topics.
    pub fn summary(&self) -> String {
        let topics = match &self.topics {
            Some(topics) => topics.join(", "),
            None => "all topics".to_owned(),
        };
        let environments = self.environments.join(", ");
        format!("Team {} · {environments} · {topics}", self.team_id)
    }
}
