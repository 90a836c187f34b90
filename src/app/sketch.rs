//! A sketch: a piece of the page that the simulator has drawn as JSON, and that is only put together
//! here, so that nobody loads it who does not look. What it may be made of stands here: no other
//! element and no other attribute gets into the page.
//!
//! A text is a text, a number a time, an element a list of its name, its attributes and what is
//! inside; anything else keeps a place.

use serde_json::Value;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};
use yew::{Html, TargetCast};

use super::browser::clock;
use super::message::{Link, Message};
use super::tag::{Child, On, Tag, tag};
use crate::apns::json::quoted;

/// One text each: a list of texts would weigh more.
const ELEMENTS: &str =
    "button dd details div dl dt h3 input label li option p section select span strong summary ul";
const ATTRIBUTES: &str = "aria-hidden aria-label aria-labelledby autocapitalize autocomplete class data-rule data-status data-test for id open placeholder spellcheck tabindex type value";

/// Puts a sketch together; the phone with the device token `own` is marked as the form's.
pub fn draw(sketch: &Value, own: &str, link: &Link) -> Html {
    match sketch {
        Value::String(text) => text.clone().node(),
        Value::Number(time) => clock::time_of(time.as_f64().unwrap_or_default()).node(),
        Value::Array(parts) => element(parts, own, link).node(),
        _ => None::<Tag>.node(),
    }
}

fn element(parts: &[Value], own: &str, link: &Link) -> Option<Tag> {
    let [name, Value::Object(attributes), inside @ ..] = parts else {
        return None;
    };
    let name = known(ELEMENTS, name.as_str()?)?;
    let mut drawn = tag(name, "");
    for (attribute, value) in attributes {
        let text = value.as_str().unwrap_or_default();
        drawn = match (attribute.as_str(), known(ATTRIBUTES, attribute)) {
            (_, Some(attribute)) => drawn.set(attribute, text.to_owned()),
            ("key", _) => drawn.key(text),
            ("selected", _) => drawn.selected(*value == true),
            ("data-phone", _) if text == own => drawn.set("aria-current", "true"),
            ("order", _) => listen(drawn, name, value, link),
            _ => drawn,
        };
    }
    Some(drawn.with_all(inside.iter().map(|inside| draw(inside, own, link))))
}

fn listen(drawn: Tag, name: &'static str, order: &Value, link: &Link) -> Tag {
    let order: Vec<String> = order
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let on = if matches!(name, "input" | "select") {
        On::Change
    } else {
        On::Click
    };
    drawn.on(on, link, move |event: &Event| {
        let value = match name {
            "input" => quoted(
                event
                    .target_unchecked_into::<HtmlInputElement>()
                    .value()
                    .trim(),
            ),
            "select" => event.target_unchecked_into::<HtmlSelectElement>().value(),
            _ => {
                // The state says what is open.
                event.prevent_default();
                String::new()
            }
        };
        Some(Message::Order(order.clone(), value))
    })
}

fn known(names: &'static str, name: &str) -> Option<&'static str> {
    names.split(' ').find(|known| *known == name)
}
