//! The drawer: what the page knows of the simulator's inside while somebody looks into it. The
//! simulator draws it as a [`sketch`](super::sketch); what is open in it is the page's concern.

use serde_json::Value;

/// The drawer of the simulator.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawer {
    /// Whether it is open.
    pub is_open: bool,
    /// The phone and the decision of which more is shown, by device token and number.
    pub chosen: [String; 2],
    /// What the simulator has drawn.
    pub sketch: Value,
    /// Why the last order was not carried out.
    pub refusal: String,
}

/// What can happen to it.
#[derive(Debug)]
pub enum Change {
    /// It was opened or closed.
    Toggle,
    /// More of this one shall be shown.
    Choose(usize, String),
    /// An order is given: a note about a secret that was kept out has been read by now.
    Order,
    /// An order was carried out, or refused.
    Answer(String),
    /// The simulator has drawn it anew.
    Draw(Value),
}

impl Default for Drawer {
    fn default() -> Self {
        // The simulator's word for none.
        let none = || "-".to_owned();
        Self {
            is_open: false,
            chosen: [none(), none()],
            sketch: Value::Null,
            refusal: String::new(),
        }
    }
}

impl Drawer {
    /// The drawer after something happened.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Toggle => self.is_open = !self.is_open,
            Change::Choose(place, name) => self.chosen[place] = name,
            Change::Order => {}
            Change::Answer(refusal) => self.refusal = refusal,
            Change::Draw(sketch) => self.sketch = sketch,
        }
    }
}

/// The body of an order: its pieces, and between them what the fields with these ids hold.
pub fn body(pieces: &[String], value: impl Fn(&str) -> String) -> String {
    let mut body = String::new();
    for (place, piece) in pieces.iter().enumerate() {
        if place % 2 == 0 {
            body.push_str(piece);
        } else {
            body.push_str(&value(piece));
        }
    }
    body
}
