//! A tag: an element of the page in the making.
//!
//! `html!` lays each element out where it is used, and the page is to stay small: what weighs three
//! hundred bytes there is a few calls here.

use std::rc::Rc;

use web_sys::Event;
use yew::AttrValue;
use yew::prelude::*;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Key, Listener, ListenerKind, VList, VTag, VText};

use super::message::{Link, Message};

/// An element in the making.
pub struct Tag {
    tag: VTag,
    attributes: Vec<(AttrValue, AttributeOrProperty)>,
    children: Vec<Html>,
}

/// Begins an element with these classes, or none.
pub fn tag(name: &'static str, class: &'static str) -> Tag {
    let tag = Tag { tag: VTag::new(name), attributes: Vec::new(), children: Vec::new() };
    if class.is_empty() { tag } else { tag.set("class", class) }
}

/// A button.
pub fn button(class: &'static str, test: &'static str, label: impl Child, link: &Link, message: impl Fn() -> Message + 'static) -> Tag {
    tag("button", class).set("type", "button").test(test).on(On::Click, link, move |_| Some(message())).with(label)
}

/// Something that stays closed until its line is clicked.
pub fn details(class: &'static str, summary: impl Child) -> Tag {
    tag("details", class).with(tag("summary", "").with(summary))
}

/// One of the four questions; `id` is its heading's.
pub fn card(class: &'static str, id: &'static str, question: &'static str) -> Tag {
    tag("section", class).set("aria-labelledby", id).with(heading(id, question))
}

/// The heading of a card.
pub fn heading(id: &'static str, question: &'static str) -> Tag {
    tag("h2", "").set("id", id).with(question)
}

impl Tag {
    /// With an attribute.
    pub fn set(self, name: &'static str, value: impl Into<AttrValue>) -> Self {
        self.attribute(name, value.into())
    }

    fn attribute(mut self, name: &'static str, value: AttrValue) -> Self {
        self.attributes.push((AttrValue::Static(name), AttributeOrProperty::Attribute(value)));
        self
    }

    /// With an attribute that is `true` or `false`.
    pub fn flag(self, name: &'static str, is: bool) -> Self {
        self.set(name, if is { "true" } else { "false" })
    }

    /// With the name tests find it by.
    pub fn test(self, name: &'static str) -> Self {
        self.set("data-test", name)
    }

    /// With the text that stands in it, for fields.
    pub fn value(mut self, value: &str) -> Self {
        self.tag.set_value(Some(AttrValue::from(value.to_owned())));
        self
    }

    /// Chosen or not, for the entries of a list. As a property: the attribute has no say once somebody has chosen.
    pub fn selected(mut self, is: bool) -> Self {
        self.attributes.push((AttrValue::Static("selected"), AttributeOrProperty::Property(is.into())));
        self
    }

    /// Checked or not, for radio buttons.
    pub fn checked(mut self, is: bool) -> Self {
        self.tag.set_checked(is);
        self
    }

    /// With a name among its neighbours, so that it is the same element when they change.
    pub fn key(mut self, key: &str) -> Self {
        self.tag.key = Some(Key::from(key.to_owned()));
        self
    }

    /// With a text or an element inside, behind those that are there.
    pub fn with(self, child: impl Child) -> Self {
        self.inside(child.node())
    }

    /// With all of these inside.
    pub fn with_all<C: Child>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        for child in children {
            self = self.with(child);
        }
        self
    }

    fn inside(mut self, child: Html) -> Self {
        self.children.push(child);
        self
    }

    /// With something to do at an event.
    pub fn on(self, on: On, link: &Link, message: impl Fn(&Event) -> Option<Message> + 'static) -> Self {
        self.listen(on, link, Box::new(message))
    }

    fn listen(mut self, on: On, link: &Link, message: Answer) -> Self {
        self.tag.add_listener(Rc::new(Handler { on, link: link.clone(), message }));
        self
    }
}

/// The events that something is done at; Yew's own list has a hundred more.
#[derive(Clone, Copy)]
pub enum On {
    /// It is left.
    Blur,
    /// Another choice is made.
    Change,
    /// It is clicked.
    Click,
    /// Something is dragged onto it.
    DragEnter,
    /// Something is dragged over it.
    DragOver,
    /// Something is dropped on it.
    Drop,
    /// Something is typed.
    Input,
    /// Something is pasted.
    Paste,
}

/// What becomes of an event.
type Answer = Box<dyn Fn(&Event) -> Option<Message>>;

struct Handler {
    on: On,
    link: Link,
    message: Answer,
}

impl Listener for Handler {
    fn kind(&self) -> ListenerKind {
        match self.on {
            On::Blur => ListenerKind::onblur,
            On::Change => ListenerKind::onchange,
            On::Click => ListenerKind::onclick,
            On::DragEnter => ListenerKind::ondragenter,
            On::DragOver => ListenerKind::ondragover,
            On::Drop => ListenerKind::ondrop,
            On::Input => ListenerKind::oninput,
            On::Paste => ListenerKind::onpaste,
        }
    }

    fn handle(&self, event: Event) {
        if let Some(message) = (self.message)(&event) {
            self.link.send_message(message);
        }
    }

    fn passive(&self) -> bool {
        false
    }
}

/// What stands inside an element.
pub trait Child {
    /// As a node of the page.
    fn node(self) -> Html;
}

impl Child for Html {
    fn node(self) -> Html {
        self
    }
}

impl Child for Tag {
    fn node(self) -> Html {
        let Self { mut tag, attributes, children } = self;
        tag.attributes = Attributes::IndexMap(Rc::new(attributes.into_iter().collect()));
        if let Some(inside) = tag.children_mut() {
            *inside = VList::with_children(children, None).into();
        }
        tag.into()
    }
}

impl Child for AttrValue {
    fn node(self) -> Html {
        VText::new(self).into()
    }
}

impl Child for &'static str {
    fn node(self) -> Html {
        AttrValue::Static(self).node()
    }
}

impl Child for String {
    fn node(self) -> Html {
        AttrValue::from(self).node()
    }
}

/// Nothing keeps its place, so that its neighbours stay the elements they were.
impl<C: Child> Child for Option<C> {
    fn node(self) -> Html {
        self.map_or_else(|| VList::new().into(), Child::node)
    }
}
