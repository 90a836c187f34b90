//! Faults of the simulator: the enabled ones with their counts, and the ready-made ones.

use serde_json::Value;

use crate::apns::json;

/// The answer of `GET /api/simulator/faults`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultTable {
    /// Fault script of the enabled faults.
    pub faults: Vec<Value>,
    /// Counts of the enabled faults, in the same order.
    pub counts: Vec<Value>,
    /// Labels of the enabled faults, in the same order; `null` for a fault that is not ready-made.
    pub labels: Vec<Value>,
    /// Faults that can be enabled without writing a script: of each its label, its effect, and the
    /// entry of a fault script.
    pub ready: Vec<Value>,
}

/// A fault that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRow {
    /// Label, or else the entry of the fault script.
    pub name: String,
    /// Number of times the fault has fired, with its limit if there is one.
    pub struck: String,
}

impl FaultTable {
    /// Reads the answer; `None` if it is something else.
    pub fn read(answer: &Value) -> Option<Self> {
        Some(Self {
            faults: answer["faults"].as_array()?.clone(),
            counts: answer["counts"].as_array()?.clone(),
            labels: answer["labels"].as_array()?.clone(),
            ready: answer["ready"].as_array()?.clone(),
        })
    }

    /// The faults that are on, in their order.
    pub fn rows(&self) -> Vec<FaultRow> {
        let mut rows = Vec::new();
        for (index, fault) in self.faults.iter().enumerate() {
            let struck = self.struck(index);
            rows.push(FaultRow {
                name: match self.labels.get(index) {
                    Some(Value::String(label)) => label.clone(),
                    _ => json::compact(fault),
                },
                struck: match fault["next"].as_u64() {
                    Some(next) => format!("struck {struck} of {next}"),
                    None => format!("struck {struck}"),
                },
            });
        }
        rows
    }

    /// Returns a fault script of the enabled faults and this one.
    pub fn script_with(&self, fault: &Value, next: Option<u64>) -> String {
        let mut fault = fault.clone();
        json::set(&mut fault, "next", Value::from(next));
        let mut script = self.left(None);
        script.push(fault);
        json::compact(&Value::from(script))
    }

    /// Returns a fault script of the enabled faults without the one at this index.
    pub fn script_without(&self, index: usize) -> String {
        json::compact(&Value::from(self.left(Some(index))))
    }

    fn left(&self, without: Option<usize>) -> Vec<Value> {
        let mut faults = Vec::new();
        for (index, fault) in self.faults.iter().enumerate() {
            if Some(index) != without {
                faults.extend(left_of(fault, self.struck(index)));
            }
        }
        faults
    }

    fn struck(&self, index: usize) -> u64 {
        let count = self.counts.get(index);
        count.map_or(0, |count| count["struck"].as_u64().unwrap_or_default())
    }
}

/// Returns the fault limited to the number of times it can still fire, because a script starts
/// counting again; `None` if it can no longer fire.
pub fn left_of(fault: &Value, struck: u64) -> Option<Value> {
    let mut fault = fault.clone();
    if let Some(next) = fault["next"].as_u64() {
        let left = next.saturating_sub(struck);
        json::set(&mut fault, "next", Value::from(left));
        return (left > 0).then_some(fault);
    }
    Some(fault)
}
