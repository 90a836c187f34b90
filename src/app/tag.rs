//! A tag: an element of the page in the making.
//!
//! `html!` lays each element out where it is used, and the page is to stay small: what weighs three
//! hundred bytes there is a few calls here.

use std::rc::Rc;

use web_sys::{Event, HtmlSelectElement};
use yew::AttrValue;
use yew::prelude::*;
use yew::virtual_dom::{
    AttributeOrProperty, Attributes, Key, Listener, ListenerKind, VList, VTag, VText,
};

use super::action::Action;
use super::message::{Link, Message};

/// An element in the making. It moves from call to call, so it is no more than a pointer.
pub struct Tag(Box<Making>);

struct Making {
    tag: VTag,
    attributes: Vec<(AttrValue, AttributeOrProperty)>,
    children: Vec<Html>,
}

/// Begins an element with these classes, or none.
#[inline(never)]
pub fn tag(name: &'static str, class: &'static str) -> Tag {
    let tag = Tag(Box::new(Making {
        tag: VTag::new(name),
        attributes: Vec::new(),
        children: Vec::new(),
    }));
    if class.is_empty() {
        tag
    } else {
        tag.set("class", class)
    }
}

/// A button.
pub fn button(
    class: &'static str,
    test: &'static str,
    label: impl Child,
    link: &Link,
    message: fn() -> Message,
) -> Tag {
    bare_button(class, test)
        .with(label)
        .on(On::Click, link, move |_| Some(message()))
}

/// A button that is still to be told what it does.
#[inline(never)]
pub fn bare_button(class: &'static str, test: &'static str) -> Tag {
    tag("button", class).set("type", "button").test(test)
}

/// A list to choose one of: what each entry is known by, and what it is called.
pub fn list(
    test: &'static str,
    entries: Vec<(String, String)>,
    current: &str,
    link: &Link,
    message: impl Fn(&str) -> Option<Message> + 'static,
) -> Tag {
    listed(test, entries, current)
        .on(On::Change, link, move |event| {
            message(&event.target_unchecked_into::<HtmlSelectElement>().value())
        })
        .on(On::Blur, link, |_| Some(Message::Do(Action::EndStep)))
}

fn listed(test: &'static str, entries: Vec<(String, String)>, current: &str) -> Tag {
    let mut list = tag("select", "quiet").test(test);
    for (id, name) in entries {
        // With keys: else the title would become the last of the entries when they are loaded.
        list = list.with(
            tag("option", "")
                .key(&id)
                .selected(id == current)
                .set("value", id)
                .with(name),
        );
    }
    list
}

/// Something that stays closed until its line is clicked.
pub fn details(class: &'static str, summary: impl Child) -> Tag {
    tag("details", class).with(tag("summary", "").with(summary))
}

/// One of the four questions; `id` is its heading's.
pub fn card(class: &'static str, id: &'static str, question: &'static str) -> Tag {
    tag("section", class)
        .set("aria-labelledby", id)
        .with(heading(id, question))
}

/// The heading of a card.
pub fn heading(id: &'static str, question: &'static str) -> Tag {
    tag("h2", "").set("id", id).with(question)
}

impl Tag {
    /// With an attribute.
    pub fn set(self, name: &'static str, value: impl Text) -> Self {
        value.set(name, self)
    }

    #[inline(never)]
    fn fixed(self, name: &'static str, value: &'static str) -> Self {
        self.attribute(name, AttrValue::Static(value))
    }

    #[inline(never)]
    fn attribute(mut self, name: &'static str, value: AttrValue) -> Self {
        self.0.attributes.push((
            AttrValue::Static(name),
            AttributeOrProperty::Attribute(value),
        ));
        self
    }

    /// With an attribute that is `true` or `false`.
    pub fn flag(self, name: &'static str, is: bool) -> Self {
        self.set(name, if is { "true" } else { "false" })
    }

    /// With the name tests find it by.
    #[inline(never)]
    pub fn test(self, name: &'static str) -> Self {
        self.fixed("data-test", name)
    }

    /// With the text that stands in it, for fields.
    #[inline(never)]
    pub fn value(mut self, value: &str) -> Self {
        self.0
            .tag
            .set_value(Some(AttrValue::from(value.to_owned())));
        self
    }

    /// Chosen or not, for the entries of a list. As a property: the attribute has no say once somebody has chosen.
    pub fn selected(mut self, is: bool) -> Self {
        self.0.attributes.push((
            AttrValue::Static("selected"),
            AttributeOrProperty::Property(is.into()),
        ));
        self
    }

    /// Checked or not, for radio buttons.
    pub fn checked(mut self, is: bool) -> Self {
        self.0.tag.set_checked(is);
        self
    }

    /// With a name among its neighbours, so that it is the same element when they change.
    #[inline(never)]
    pub fn key(mut self, key: &str) -> Self {
        self.0.tag.key = Some(Key::from(key.to_owned()));
        self
    }

    /// With a text or an element inside, behind those that are there.
    pub fn with(self, child: impl Child) -> Self {
        child.put(self)
    }

    /// With all of these inside.
    pub fn with_all<C: Child>(mut self, children: impl IntoIterator<Item = C>) -> Self {
        for child in children {
            self = self.with(child);
        }
        self
    }

    #[inline(never)]
    fn inside(mut self, child: Html) -> Self {
        self.0.children.push(child);
        self
    }

    #[inline(never)]
    fn element(self, child: Option<Tag>) -> Self {
        self.inside(child.node())
    }

    #[inline(never)]
    fn word(self, text: &'static str) -> Self {
        self.inside(AttrValue::Static(text).node())
    }

    #[inline(never)]
    fn text(self, text: AttrValue) -> Self {
        self.inside(text.node())
    }

    /// With something to do at an event.
    pub fn on(
        self,
        on: On,
        link: &Link,
        message: impl Fn(&Event) -> Option<Message> + 'static,
    ) -> Self {
        self.listen(on, link, Box::new(message))
    }

    #[inline(never)]
    fn listen(mut self, on: On, link: &Link, message: Answer) -> Self {
        self.0.tag.add_listener(Rc::new(Handler {
            on,
            link: link.clone(),
            message,
        }));
        self
    }
}

/// What an attribute can be set to.
pub trait Text {
    /// Gives it to an element.
    fn set(self, name: &'static str, tag: Tag) -> Tag;
}

impl Text for &'static str {
    fn set(self, name: &'static str, tag: Tag) -> Tag {
        tag.fixed(name, self)
    }
}

impl Text for String {
    fn set(self, name: &'static str, tag: Tag) -> Tag {
        tag.attribute(name, self.into())
    }
}

impl Text for AttrValue {
    fn set(self, name: &'static str, tag: Tag) -> Tag {
        tag.attribute(name, self)
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
pub trait Child: Sized {
    /// As a node of the page.
    fn node(self) -> Html;

    /// Inside an element, behind what is there.
    fn put(self, tag: Tag) -> Tag {
        tag.inside(self.node())
    }
}

impl Child for Html {
    fn node(self) -> Html {
        self
    }
}

impl Child for Tag {
    #[inline(never)]
    fn node(self) -> Html {
        let Making {
            mut tag,
            attributes,
            children,
        } = *self.0;
        tag.attributes = Attributes::IndexMap(Rc::new(attributes.into_iter().collect()));
        if let Some(inside) = tag.children_mut() {
            *inside = VList::with_children(children, None).into();
        }
        tag.into()
    }

    fn put(self, tag: Tag) -> Tag {
        tag.element(Some(self))
    }
}

impl Child for AttrValue {
    fn node(self) -> Html {
        VText::new(self).into()
    }

    fn put(self, tag: Tag) -> Tag {
        tag.text(self)
    }
}

impl Child for &'static str {
    fn node(self) -> Html {
        AttrValue::Static(self).node()
    }

    fn put(self, tag: Tag) -> Tag {
        tag.word(self)
    }
}

impl Child for String {
    fn node(self) -> Html {
        AttrValue::from(self).node()
    }

    fn put(self, tag: Tag) -> Tag {
        tag.text(self.into())
    }
}

/// Nothing keeps its place, so that its neighbours stay the elements they were.
impl Child for Option<Tag> {
    fn node(self) -> Html {
        self.map_or_else(|| VList::new().into(), Child::node)
    }

    fn put(self, tag: Tag) -> Tag {
        tag.element(self)
    }
}
