//! What to say: the payload as text, its weight, what the phone would do with it, and Send.

use web_sys::{HtmlSelectElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

use super::field::beneath;
use super::form::{Field, Finding};
use super::masthead;
use crate::apns::{Environment, PushType};
use crate::call::template::{Template, list};
use crate::call::{PhoneOutcome, PhoneState, placeholder};

/// Properties for [`PayloadPanel`].
#[derive(Properties, PartialEq)]
pub struct PayloadPanelProps {
    /// The text.
    pub payload: AttrValue,
    /// How many bytes of it would be sent.
    pub bytes: usize,
    /// What there is to say about it.
    pub finding: Option<Finding>,
    /// What an idle iPhone would do with it.
    pub preview: Option<PhoneOutcome>,
    /// Where it goes.
    pub environment: Environment,
    /// A send is under way.
    pub sending: bool,
    /// Production wants a word first.
    pub asks_production: bool,
    /// Called with what is typed.
    pub on_edit: Callback<(Field, String)>,
    /// Called when the editor is left.
    pub on_leave: Callback<Field>,
    /// A template took the place of what was typed, which can be brought back.
    pub can_undo: bool,
    /// Called with the text of a template.
    pub on_template: Callback<&'static str>,
    /// Called when what it replaced is wanted back.
    pub on_undo: Callback<()>,
    /// Called when Send is pressed.
    pub on_send: Callback<()>,
    /// Called with the answer about production.
    pub on_production: Callback<bool>,
}

/// The third question.
#[component]
pub fn PayloadPanel(props: &PayloadPanelProps) -> Html {
    let on_input = props.on_edit.reform(|event: InputEvent| (Field::Payload, event.target_unchecked_into::<HtmlTextAreaElement>().value()));
    let on_leave = props.on_leave.reform(|_: FocusEvent| Field::Payload);
    let on_undo = props.on_undo.reform(|_: MouseEvent| ());
    html! {
        <section class="card payload" aria-labelledby="what-to-say">
            <div class="row spread">
                <h2 id="what-to-say">{ "What to say" }</h2>
                <div class="row">
                    if props.can_undo {
                        <button type="button" class="quiet" data-test="undo" onclick={on_undo}>{ "Undo" }</button>
                    }
                    { templates(props) }
                </div>
            </div>
            <textarea
                id="payload"
                class="mono editor"
                data-test="payload"
                aria-labelledby="what-to-say"
                aria-describedby="payload-note"
                aria-invalid={props.finding.is_some().to_string()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                wrap="soft"
                value={props.payload.clone()}
                oninput={on_input}
                onblur={on_leave}
            />
            { meter(props.bytes) }
            <div id="payload-note" class="beneath" aria-live="polite">
                { beneath(&props.finding, Some(forecast(props).into())) }
            </div>
            { send_bar(props) }
        </section>
    }
}

/// The list falls back to its title after each choice, so that the same template can be chosen again.
fn templates(props: &PayloadPanelProps) -> Html {
    let on_template = props.on_template.clone();
    let on_change = Callback::from(move |event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        let chosen = list.value();
        list.set_value("");
        if let Some(template) = offered().find(|template| template.id == chosen) {
            on_template.emit(&template.text);
        }
    });
    html! {
        <select class="quiet" data-test="template" aria-label="Start from a template" onchange={on_change}>
            <option value="" selected=true>{ "Templates" }</option>
            { for offered().map(|template| html! { <option value={template.id.as_str()}>{ &template.name }</option> }) }
        </select>
    }
}

/// The form sends VoIP pushes, so these are the templates for it.
fn offered() -> impl Iterator<Item = &'static Template> {
    list::all().iter().filter(|template| template.push_type == PushType::Voip)
}

fn meter(bytes: usize) -> Html {
    let limit = PushType::Voip.largest_payload();
    let state = if bytes > limit { "over" } else { "within" };
    html! {
        <div class="meter" data-test="meter" data-state={state} data-bytes={bytes.to_string()}>
            <meter min="0" max={limit.to_string()} high={limit.to_string()} value={bytes.to_string()} aria-label="Size of the payload" />
            <span>{ format!("{} of {} bytes", grouped(bytes), grouped(limit)) }</span>
        </div>
    }
}

/// A number with a comma before every three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn forecast(props: &PayloadPanelProps) -> String {
    let preview = preview(props.preview.as_ref());
    if placeholder::has_any(&props.payload) { preview + " What stands in {{ }} is new with every send." } else { preview }
}

fn preview(outcome: Option<&PhoneOutcome>) -> String {
    match outcome {
        None => "Not a payload yet: APNs takes one JSON object.".to_owned(),
        Some(PhoneOutcome { state: PhoneState::Ringing(call), .. }) => {
            let kind = if call.is_video() { "a video call" } else { "an audio call" };
            format!("On the phone: rings with {kind} from {}.", call.title().unwrap_or_default())
        }
        Some(outcome) => format!("On the phone: {}", outcome.rule.sentence()),
    }
}

fn send_bar(props: &PayloadPanelProps) -> Html {
    if props.asks_production {
        return ask(props);
    }
    let on_send = props.on_send.reform(|_: MouseEvent| ());
    let label = if props.sending { "Sending…".to_owned() } else { format!("Send to {}", masthead::name(props.environment)) };
    html! {
        <div class="send-bar">
            <button type="button" class="send" data-test="send" aria-disabled={props.sending.to_string()} onclick={on_send}>{ label }</button>
            <p class="hint keys"><kbd>{ "Ctrl" }</kbd>{ " or " }<kbd>{ "⌘" }</kbd>{ " + " }<kbd>{ "Enter" }</kbd></p>
        </div>
    }
}

fn ask(props: &PayloadPanelProps) -> Html {
    let answer = |yes| props.on_production.reform(move |_: MouseEvent| yes);
    html! {
        <div class="send-bar ask" role="alertdialog" aria-labelledby="ask-production" data-test="ask-production">
            <p id="ask-production">{ "Production rings a real phone, in somebody’s real pocket. Send?" }</p>
            <div class="row">
                <button type="button" class="send" data-test="production-yes" onclick={answer(true)}>{ "Send to Production" }</button>
                <button type="button" class="quiet" data-test="production-no" onclick={answer(false)}>{ "Not now" }</button>
            </div>
        </div>
    }
}
