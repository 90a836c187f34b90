//! What to say: the payload as text, its weight, what the phone would do with it, and Send.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlTextAreaElement};
use yew::TargetCast;

use crate::apns::payload::weight::grouped;
use crate::apns::{Environment, PushType};
use crate::app::action::Action;
use crate::app::browser::files;
use crate::app::components::field::{self, beneath};
use crate::app::components::file_picker::picker;
use crate::app::form::{Field, Form};
use crate::app::message::{Link, Message};
use crate::app::oversized_paste::OversizedPaste;
use crate::app::panels::findings;
use crate::app::panels::mapping;
use crate::app::panels::masthead;
use crate::app::panels::signer::take_drag;
use crate::app::preset;
use crate::app::production::{Question, TO_SIMULATOR};
use crate::app::relay_info::name;
use crate::app::remark::Remark;
use crate::app::saved_draft::STORAGE_FULL;
use crate::app::secret_guard::Place;
use crate::app::state::State;
use crate::app::tag::{On, Tag, button, heading, list, tag};
use crate::call::{PhoneOutcome, PhoneState, placeholder, template};

/// The third question.
pub fn view(state: &State, link: &Link, remarks: Vec<Remark>) -> Tag {
    let filled = state.filled();
    let finding = state.finding(Field::Payload);
    let undo = button("quiet", "undo", "Undo", link, || Message::Do(Action::Undo))
        .flag("aria-disabled", !state.history.can_undo());
    let redo = button("quiet", "redo", "Redo", link, || Message::Do(Action::Redo))
        .flag("aria-disabled", !state.history.can_redo());
    let tools = tag("div", "row")
        .with(undo)
        .with(redo)
        .with(button("quiet", "minify", "Minify", link, || {
            Message::Do(Action::Minify)
        }))
        .with(picker(
            link,
            "payload-picker",
            "Open",
            ".json,.txt,.apns",
            Message::PayloadFile,
        ))
        .with(templates(state, link))
        .with(presets(state, link));
    let note = beneath(&finding, Some(forecast(state, &filled).into()))
        .set("id", "payload-note")
        .with_all(field::fix_buttons(link, Field::Payload, &finding));
    let note = note.with(field::kept_out(state, Place::Field(Field::Payload)));
    tag("section", "card payload")
        .set("aria-labelledby", "what-to-say")
        .with(
            tag("div", "row spread")
                .with(heading("what-to-say", "What to say"))
                .with(tools),
        )
        .with(state.is_unsaved.then(unsaved))
        .with(field::watched(
            editor(state, link),
            link,
            Field::Payload,
            &finding,
        ))
        .with(oversized(state, link))
        .with(meter(&filled))
        .with(note)
        .with(findings::view(remarks, link, "What will go wrong"))
        .with(mapping::view(state, link))
        .with(send_bar(state, link))
}

/// Said once, and as long as it is so.
fn unsaved() -> Tag {
    tag("p", "notice finding")
        .test("unsaved")
        .set("role", "status")
        .set("data-severity", "warning")
        .with(STORAGE_FULL)
}

fn editor(state: &State, link: &Link) -> Tag {
    tag("textarea", "mono editor")
        .set("id", "payload")
        .test("payload")
        .set("aria-labelledby", "what-to-say")
        .set("aria-describedby", "payload-note")
        .set("wrap", "soft")
        .value(&state.form.payload)
        .on(On::Input, link, |event| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            Some(Message::Do(field::typed(Field::Payload, event, text)))
        })
        .on(On::Paste, link, |event| {
            let oversized = OversizedPaste::back("The text you pasted", &files::pasted(event)?)?;
            event.prevent_default();
            Some(Message::Do(Action::Oversized(Some(oversized))))
        })
        .on(On::DragOver, link, take_drag)
        .on(On::Drop, link, |event| {
            let file = files::dropped(event.unchecked_ref::<DragEvent>())?;
            event.prevent_default();
            Some(Message::PayloadFile(file))
        })
}

/// The list shows the template that stands in the editor, and its title as soon as that was changed.
fn templates(state: &State, link: &Link) -> Tag {
    let choose = |chosen: &str| {
        let template = template::list::all()
            .iter()
            .find(|template| template.id == chosen)?;
        Some(Message::Do(Action::UseTemplate(Box::new(template.clone()))))
    };
    let templates = template::list::all();
    let current = templates
        .iter()
        .find(|template| template.text == state.form.payload)
        .map_or("", |template| template.id);
    let mut entries = vec![(String::new(), "Templates".to_owned())];
    entries.extend(
        templates
            .iter()
            .map(|template| (template.id.to_owned(), template.name.to_owned())),
    );
    list("template", entries, current, link, choose).set("aria-label", "Start from a template")
}

/// What the operator has prepared, if there is anything.
fn presets(state: &State, link: &Link) -> Option<Tag> {
    let (mut entries, mut current) = (vec![(String::new(), "Presets".to_owned())], "");
    for preset in state.relay_info.presets() {
        let name = name(preset);
        entries.push((name.to_owned(), name.to_owned()));
        if preset::is_in(preset, &state.form) {
            current = name;
        }
    }
    let is_any = entries.len() > 1;
    let choose = |chosen: &str| Some(Message::Do(Action::UsePreset(chosen.to_owned())));
    is_any.then(|| {
        list("preset", entries, current, link, choose)
            .set("aria-label", "Fill in what your team has prepared")
    })
}

fn meter(filled: &Form) -> Tag {
    let bytes = filled.payload.len();
    let limit = filled.push_type.largest_payload();
    let heaviest = filled
        .parsed_payload()
        .ok()
        .and_then(|payload| payload.heaviest().pop())
        .map(|heaviest| {
            let bytes = [" ", &grouped(heaviest.bytes)].concat();
            tag("span", "")
                .test("heaviest")
                .with("heaviest: ")
                .with(tag("span", "mono").with(heaviest.path))
                .with(bytes)
        });
    let bar = tag("meter", "")
        .set("min", "0")
        .set("max", limit.to_string())
        .set("high", limit.to_string())
        .set("value", bytes.to_string())
        .set("aria-label", "Size of the payload");
    tag("div", "meter")
        .test("meter")
        .set("data-state", if bytes > limit { "over" } else { "within" })
        .set("data-bytes", bytes.to_string())
        .with(bar)
        .with(tag("span", "").with([&grouped(bytes), " of ", &grouped(limit), " bytes"].concat()))
        .with(heaviest)
}

fn forecast(state: &State, filled: &Form) -> String {
    if filled.push_type != PushType::Voip {
        return [
            "Push type ",
            filled.push_type.as_str(),
            ": no call. ",
            filled.push_type.about(),
        ]
        .concat();
    }
    let preview = preview(filled.preview().as_ref());
    if placeholder::has_any(&state.form.payload) {
        preview + " What stands in {{ }} is new with every send."
    } else {
        preview
    }
}

fn preview(outcome: Option<&PhoneOutcome>) -> String {
    match outcome {
        None => "Not a payload yet: APNs takes one JSON object.".to_owned(),
        Some(PhoneOutcome {
            state: PhoneState::Ringing(call),
            ..
        }) => {
            let kind = if call.is_video() {
                "a video call"
            } else {
                "an audio call"
            };
            [
                "On the phone: rings with ",
                kind,
                " from ",
                call.title().unwrap_or_default(),
                ".",
            ]
            .concat()
        }
        Some(outcome) => ["On the phone: ", outcome.rule.sentence()].concat(),
    }
}

/// What was too large for the editor.
fn oversized(state: &State, link: &Link) -> Option<Tag> {
    let oversized = state.oversized.as_ref()?;
    let limit = grouped(state.form.push_type.largest_payload());
    let size = [
        &oversized.name,
        " has ",
        &grouped(oversized.bytes),
        " bytes, and APNs takes ",
        &limit,
    ]
    .concat();
    let place = tag("div", "held-back")
        .set("role", "alert")
        .test("held")
        .with(
            tag("p", "")
                .with(size)
                .with(". It was not put in the editor; this is how it begins:"),
        )
        .with(tag("pre", "mono sent").with(oversized.start.clone()))
        .with(button("quiet", "discard", "Discard it", link, || {
            Message::Do(Action::Oversized(None))
        }));
    Some(place)
}

fn send_bar(state: &State, link: &Link) -> Tag {
    if state.asks_production {
        return ask(state, link);
    }
    let mut label = if state.sending {
        "Sending…".to_owned()
    } else {
        ["Send to ", masthead::name(state.form.environment)].concat()
    };
    let waiting = state.waiting();
    if waiting > 0 {
        label.extend([" in ", &waiting.to_string(), " s"]);
    }
    let send = button("send", "send", label, link, || Message::Send)
        .set("id", "send")
        .flag("aria-disabled", state.sending || waiting > 0);
    let key = |name: &'static str| tag("kbd", "").with(name);
    let keys = tag("p", "hint keys")
        .with(key("Ctrl"))
        .with(" or ")
        .with(key("⌘"))
        .with(" + ")
        .with(key("Enter"));
    tag("div", "send-bar").with(send).with(keys)
}

fn ask(state: &State, link: &Link) -> Tag {
    let no = button("quiet", "production-no", "Cancel", link, || {
        Message::AnswerProduction(false)
    })
    .set("id", "production-no");
    let (question, yes) = match state.production_question() {
        Question::Send(question) => (
            question,
            button("send", "production-yes", "Send", link, || {
                Message::AnswerProduction(true)
            }),
        ),
        Question::Refused(cause) => {
            let choose = || Message::Do(Action::Choose(Environment::Simulator));
            (
                cause.to_owned(),
                button("send", "to-simulator", TO_SIMULATOR, link, choose),
            )
        }
    };
    tag("div", "send-bar ask")
        .set("role", "alertdialog")
        .set("aria-labelledby", "ask-production")
        .test("ask-production")
        .with(tag("p", "").set("id", "ask-production").with(question))
        .with(tag("div", "row").with(yes).with(no))
}
