//! A picker: the button that asks for a file.

use web_sys::{File, HtmlInputElement};
use yew::TargetCast;

use crate::app::browser::files;
use crate::app::message::{Link, Message};
use crate::app::tag::{On, Tag, tag};

/// Asks for a file of these kinds.
pub fn picker(
    link: &Link,
    test: &'static str,
    label: &'static str,
    kinds: &'static str,
    message: fn(File) -> Message,
) -> Tag {
    let input = tag("input", "unseen")
        .set("type", "file")
        .set("accept", kinds)
        .test(test)
        .on(On::Change, link, move |event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = files::first(input.files());
            // The same file may be picked again after it was mended.
            input.set_value("");
            file.map(message)
        });
    tag("label", "button quiet").with(input).with(label)
}
