//! Contents of the simulator, as its routes list them.

pub mod decision;
pub mod fault_table;
pub mod key;
pub mod phone;
pub mod phone_settings;

use serde_json::Value;

use decision::ListedDecision;
use fault_table::FaultTable;
use key::ListedKey;
use phone::ListedPhone;

/// All data that the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatorView {
    /// The virtual iPhones.
    pub phones: Listing<ListedPhone>,
    /// The enabled and the ready-made faults.
    pub faults: FaultTable,
    /// The keys whose provider tokens the simulator accepts.
    pub keys: Listing<ListedKey>,
    /// The newest decisions, oldest first.
    pub decisions: Listing<ListedDecision>,
}

/// A list, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The part.
    pub entries: Vec<T>,
    /// Number of entries in the whole list.
    pub count: usize,
}

impl SimulatorView {
    /// Parses the responses of `devices`, `faults`, `keys` and `journal`; `None` if one of them is
    /// malformed.
    pub fn read([phones, faults, keys, journal]: [Value; 4]) -> Option<Self> {
        Some(Self {
            phones: Listing::read(&phones, "devices", ListedPhone)?,
            faults: FaultTable::read(&faults)?,
            keys: Listing::read(&keys, "keys", ListedKey)?,
            decisions: Listing::read(&journal, "decisions", ListedDecision)?,
        })
    }

    /// Returns the name of the phone that a decision concerns, or else its device token.
    pub fn phone_name(&self, decision: &ListedDecision) -> String {
        let device_token = decision.device_token();
        for phone in &self.phones.entries {
            if phone.device_token() == device_token {
                return phone.name().to_owned();
            }
        }
        device_token.to_owned()
    }
}

impl<T> Listing<T> {
    fn read(answer: &Value, name: &str, listed: fn(Value) -> T) -> Option<Self> {
        let mut entries = Vec::new();
        for entry in answer[name].as_array()? {
            entries.push(listed(entry.clone()));
        }
        Some(Self {
            entries,
            count: answer["count"].as_u64()? as usize,
        })
    }

    /// Text about the entries that are left out, and where they are; `None` if there are none.
    pub fn rest(&self, path: &str) -> Option<String> {
        let (shown, all) = (self.entries.len(), self.count);
        (shown < all).then(|| format!("{shown} of {all}; all stand in GET /api/simulator/{path}."))
    }
}
