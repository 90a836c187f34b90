//! The sketch: a piece of the page as JSON. The simulator draws its own inside in this way, so that
//! the page, which has to stay small, carries none of it and only puts the elements together.
//!
//! A text is a text, a number a time in milliseconds since 1970, `null` keeps a place. An element is
//! a list: its name, its attributes, and what is inside. The attribute `key` tells it from its
//! neighbours, and `order` is a list of texts that says what happens when it is pressed or changed:
//! method, path behind `/api/simulator/`, the id of what gets the focus afterwards (if nothing has it, or with
//! `!` before it in any case), and the body in pieces, between which the ids of fields stand whose
//! values belong there; no id is the element's own.

use serde_json::{Map, Value};

/// An element.
pub(super) struct Sketch {
    name: &'static str,
    attributes: Map<String, Value>,
    inside: Vec<Value>,
}

/// Begins an element with these classes, or none.
pub(super) fn sketch(name: &'static str, class: &str) -> Sketch {
    let sketch = Sketch {
        name,
        attributes: Map::new(),
        inside: Vec::new(),
    };
    if class.is_empty() {
        sketch
    } else {
        sketch.set("class", class)
    }
}

/// A button that gives an order.
pub(super) fn button(class: &str, test: &str, label: &str, order: Order) -> Sketch {
    sketch("button", class)
        .set("type", "button")
        .test(test)
        .order(order)
        .with(label)
}

/// Something that is open or closed, and the order that makes it otherwise.
pub(super) fn disclosure(is_open: bool, line: Sketch, order: Order) -> Sketch {
    let details = sketch("details", "").with(sketch("summary", "").order(order).with(line));
    if is_open {
        details.set("open", "")
    } else {
        details
    }
}

/// One of the parts of the drawer, with a button beside its heading, and with what there is to say when it is empty.
pub(super) fn part(
    id: &str,
    title: &str,
    count: usize,
    button: Option<Sketch>,
    empty: &str,
) -> Sketch {
    let heading = sketch("h3", "")
        .set("id", id)
        .set("tabindex", "-1")
        .with(title);
    let number = sketch("span", "count").with(count.to_string());
    let empty = (count == 0).then(|| sketch("p", "empty").with(empty));
    let line = sketch("div", "row").with(heading).with(number).with(button);
    sketch("section", "stack")
        .set("aria-labelledby", id)
        .with(line)
        .with(empty)
}

/// Says what is left out of a list, and where it stands.
pub(super) fn rest(shown: usize, all: usize, path: &str) -> Option<Sketch> {
    let says = format!("{shown} of {all}; all stand in GET /api/simulator/{path}.");
    (shown < all).then(|| sketch("p", "hint").with(says))
}

impl Sketch {
    /// With an attribute.
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }

    /// With the name tests find it by.
    pub(super) fn test(self, name: &str) -> Self {
        self.set("data-test", name)
    }

    /// With a name among its neighbours.
    pub(super) fn key(self, key: &str) -> Self {
        self.set("key", key)
    }

    /// With something to do.
    pub(super) fn order(self, Order(order): Order) -> Self {
        self.set("order", order)
    }

    /// With a text, an element or nothing inside.
    pub(super) fn with(mut self, inside: impl Into<Value>) -> Self {
        self.inside.push(inside.into());
        self
    }

    /// With all of these inside.
    pub(super) fn with_all(mut self, inside: impl IntoIterator<Item = Sketch>) -> Self {
        self.inside.extend(inside.into_iter().map(Value::from));
        self
    }
}

impl From<Sketch> for Value {
    fn from(sketch: Sketch) -> Self {
        let mut parts = vec![Self::from(sketch.name), Self::Object(sketch.attributes)];
        parts.extend(sketch.inside);
        Self::Array(parts)
    }
}

/// What happens when an element is pressed or changed.
pub(super) struct Order(Vec<String>);

impl Order {
    /// A request.
    pub(super) fn new(method: &str, path: &str) -> Self {
        Self(vec![
            method.to_owned(),
            path.to_owned(),
            String::new(),
            String::new(),
        ])
    }

    /// The page shows more of this: of a phone (place 0) or a decision (1).
    pub(super) fn choose(place: usize, name: &str) -> Self {
        Self::new("choose", &place.to_string()).body(name)
    }

    /// The page sends to this phone from now on.
    pub(super) fn take(device_token: &str, bundle_id: &str) -> Self {
        Self::new("use", device_token).body(bundle_id)
    }

    /// With the focus on this element afterwards.
    pub(super) fn focus(mut self, id: &str) -> Self {
        self.0[2] = id.to_owned();
        self
    }

    /// With a body, or the beginning of one.
    pub(super) fn body(mut self, text: &str) -> Self {
        self.0[3] = text.to_owned();
        self
    }

    /// With the value of a field next, and behind it this text.
    pub(super) fn value(mut self, id: &str, text: &str) -> Self {
        self.0.extend([id.to_owned(), text.to_owned()]);
        self
    }
}
