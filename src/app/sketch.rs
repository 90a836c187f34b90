//! A sketch: a piece of the page that the simulator has drawn as JSON, and that is only put together
//! here, so that nobody loads it who does not look. What it may be made of stands here: no other
//! element and no other attribute gets into the page.
//!
//! A text is a text, a number a time, an element a list of its name, its attributes and what is
//! inside; anything else keeps a place.

use std::rc::Rc;

use serde_json::Value;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;
use yew::virtual_dom::{Key, VNode};

use super::browser::clock;
use super::message::Message;
use super::page::Page;
use crate::apns::json::quoted;

/// One text each: a list of texts would weigh more.
const ELEMENTS: &str =
    "button dd details div dl dt h3 input label li option p section select span strong summary ul";
const ATTRIBUTES: &str = "aria-hidden aria-label aria-labelledby autocapitalize autocomplete class data-rule data-status data-test for id open placeholder spellcheck tabindex type value";

/// Puts a sketch together; the phone with the device token `own` is marked as the form's.
pub fn draw(sketch: &Value, own: &str, page: &Page) -> Html {
    match sketch {
        Value::String(text) => html! { { text.clone() } },
        Value::Number(time) => html! { { clock::time_of(time.as_f64().unwrap_or_default()) } },
        Value::Array(parts) => element(parts, own, page).unwrap_or_default(),
        _ => html! {},
    }
}

fn element(parts: &[Value], own: &str, page: &Page) -> Option<Html> {
    let [name, Value::Object(attributes), inside @ ..] = parts else {
        return None;
    };
    let name = known(ELEMENTS, name.as_str()?)?;
    let (mut onclick, mut onchange) = (None, None);
    if let Some(order) = attributes.get("order") {
        match name {
            "input" | "select" => onchange = Some(change(name, order, page)),
            _ => onclick = Some(click(order, page)),
        }
    }
    let VNode::VTag(drawn) = html!( <@{name} {onclick} {onchange}></@> ) else {
        return None;
    };
    let mut drawn = Rc::unwrap_or_clone(drawn);
    for (attribute, value) in attributes {
        let text = value.as_str().unwrap_or_default();
        match (attribute.as_str(), known(ATTRIBUTES, attribute)) {
            (_, Some(attribute)) => drawn.add_attribute(attribute, text.to_owned()),
            ("key", _) => drawn.key = Some(Key::from(text.to_owned())),
            ("selected", _) => drawn.add_property("selected", *value == true),
            ("data-phone", _) if text == own => drawn.add_attribute("aria-current", "true"),
            _ => {}
        }
    }
    drawn.add_children(inside.iter().map(|inside| draw(inside, own, page)));
    Some(drawn.into())
}

fn click(order: &Value, page: &Page) -> Callback<MouseEvent> {
    let order = words(order);
    page.on(move |event: MouseEvent| {
        // The state says what is open.
        event.prevent_default();
        Some(Message::Order(order.clone(), String::new()))
    })
}

fn change(name: &'static str, order: &Value, page: &Page) -> Callback<Event> {
    let order = words(order);
    page.on(move |event: Event| {
        let value = if name == "input" {
            let input: HtmlInputElement = event.target_unchecked_into();
            quoted(input.value().trim())
        } else {
            event.target_unchecked_into::<HtmlSelectElement>().value()
        };
        Some(Message::Order(order.clone(), value))
    })
}

fn words(order: &Value) -> Vec<String> {
    let words = order.as_array().map_or(&[][..], Vec::as_slice);
    words
        .iter()
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

fn known(names: &'static str, name: &str) -> Option<&'static str> {
    names.split(' ').find(|known| *known == name)
}
