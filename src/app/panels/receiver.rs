//! The app's half: Swift files that take the push, with what the user decides about calls.

use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::receiver_files::receiver_files;
use crate::app::action::Action;
use crate::app::components::select::{Select, entries_of};
use crate::app::form::Field;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::receiver_view::Change;
use crate::receiver::{Flavour, HandleType, Options, receiver};

/// Setter of an option from the text of its field.
type Setter = fn(&mut Options, &str);

/// The app's half, collapsed. It is made only while it is open.
pub fn receiver_panel(page: &Page) -> Html {
    let ontoggle = page.on(|event: Event| {
        let is_open = event
            .target_unchecked_into::<Element>()
            .has_attribute("open");
        Some(Message::Do(Action::Receiver(Change::Open(is_open))))
    });
    html! {
        <details class="more receiver" data-test="receiver" {ontoggle}>
            <summary>{ "The app’s half, in Swift" }</summary>
            if page.state.receiver.is_open {
                { content(page) }
            }
        </details>
    }
}

fn content(page: &Page) -> Html {
    let Ok(payload) = &page.composed.payload else {
        return html! { <p class="hint">{ "The payload cannot be read, so no code can be made for it." }</p> };
    };
    let app = &page.composed.app;
    let mut options = match &page.state.receiver.options {
        Some(options) => options.clone(),
        None => Options::fitting(app, payload.value()),
    };
    page.composed
        .filled
        .text(Field::BundleId)
        .clone_into(&mut options.bundle_id);
    match receiver(app, payload.value(), &options) {
        Ok(files) => html! {
            <div class="stack">
                { questions(page, &options) }
                { receiver_files(page, files) }
            </div>
        },
        Err(set_up) => html! {
            <p class="hint" data-test="receiver-own">
                { set_up.to_string() }
            </p>
        },
    }
}

/// Questions about calls, each with its meaning.
fn questions(page: &Page, options: &Options) -> Html {
    let choose = |set: Setter| {
        let options = options.clone();
        page.on(move |value: String| {
            let mut options = options.clone();
            set(&mut options, &value);
            Some(Message::Do(Action::Receiver(Change::Choose(options))))
        })
    };
    let flavours = Flavour::ALL.map(|one| (one.as_str(), one.framework()));
    let types = HandleType::ALL.map(|kind| (kind.as_str(), kind.as_str()));
    let first = options
        .handle_types
        .first()
        .map_or("", |kind| kind.as_str());
    let video = if options.supports_video { "yes" } else { "no" };
    let numbers = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")];
    html! {
        <div class="pair">
            { list("receiver-flavour", "Framework", "LiveCommunicationKit is a draft: check it on a device.",
                &flavours, options.flavour.as_str(), choose(set_flavour)) }
            { list("receiver-video", "Video calls", "supportsVideo: the app takes video calls.",
                &[("no", "No"), ("yes", "Yes")], video, choose(set_video)) }
            { list("receiver-handle-type", "Handle type", "Numbers and e-mail addresses are looked for in the contacts.",
                &types, first, choose(set_handle_type)) }
            { list("receiver-call-groups", "Calls at once", "maximumCallGroups: all but one of them are on hold.",
                &numbers, &options.call_groups.to_string(), choose(set_call_groups)) }
            { list("receiver-calls-per-group", "Callers in a conference", "maximumCallsPerCallGroup: 1 means no conference.",
                &numbers, &options.calls_per_group.to_string(), choose(set_calls_per_group)) }
            { name("receiver-ringtone", "Ringtone", "A sound file in the app, such as ring.caf.",
                &options.ringtone, choose(set_ringtone)) }
            { name("receiver-icon", "Icon", "An image in the app’s assets, drawn as a mask.",
                &options.icon, choose(set_icon)) }
        </div>
    }
}

fn set_flavour(options: &mut Options, value: &str) {
    let flavour = Flavour::ALL.into_iter().find(|one| one.as_str() == value);
    options.flavour = flavour.unwrap_or_default();
}

fn set_video(options: &mut Options, value: &str) {
    options.supports_video = value == "yes";
}

fn set_handle_type(options: &mut Options, value: &str) {
    let mut types = HandleType::ALL.to_vec();
    types.retain(|kind| kind.as_str() == value);
    options.handle_types = types;
}

fn set_call_groups(options: &mut Options, value: &str) {
    options.call_groups = value.parse().unwrap_or(1);
}

fn set_calls_per_group(options: &mut Options, value: &str) {
    options.calls_per_group = value.parse().unwrap_or(1);
}

fn set_ringtone(options: &mut Options, value: &str) {
    value.clone_into(&mut options.ringtone);
}

fn set_icon(options: &mut Options, value: &str) {
    value.clone_into(&mut options.icon);
}

/// A list of words with a label and its meaning.
fn list(
    id: &'static str,
    label: &'static str,
    meaning: &'static str,
    entries: &[(&str, &str)],
    current: &str,
    onchoose: Callback<String>,
) -> Html {
    Select {
        test: AttrValue::Static(id),
        id: Some(AttrValue::Static(id)),
        entries: entries_of(entries),
        current: current.to_owned(),
        onchoose,
        ..Select::default()
    }
    .labelled("", label, meaning)
}

/// A line for a name with a label and its meaning.
fn name(
    id: &'static str,
    label: &str,
    meaning: &str,
    value: &str,
    onchoose: Callback<String>,
) -> Html {
    let oninput = onchoose
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <input
                type="text"
                class="mono"
                id={id}
                data-test={id}
                value={value.to_owned()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                {oninput}
            />
            <p class="hint">{ meaning }</p>
        </div>
    }
}
