//! A key, as the list of the keys has it.

use serde::Deserialize;

/// A key whose provider tokens the simulator accepts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedKey {
    /// Its Key ID.
    pub key_id: String,
    /// Its Team ID.
    pub team_id: String,
    /// The environments that it is limited to.
    pub environments: Vec<String>,
    /// The topics that it is limited to; absent without a limit.
    pub topics: Option<Vec<String>>,
}

impl ListedKey {
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
