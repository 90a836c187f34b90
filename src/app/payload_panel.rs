//! What to say: the payload as text, its weight, what the phone would do with it, and Send.

use web_sys::{HtmlSelectElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

use super::field::{self, beneath, flag};
use super::form::{Field, Form, Severity};
use super::masthead;
use super::message::{Link, Message, on_click};
use super::state::{Action, State};
use crate::apns::PushType;
use crate::apns::payload::weight::grouped;
use crate::call::template::{Template, list};
use crate::call::{PhoneOutcome, PhoneState, placeholder};

/// The third question.
pub fn view(state: &State, link: &Link) -> Html {
    let filled = state.filled();
    let finding = state.finding(Field::Payload);
    let on_input = link.callback(|event: InputEvent| {
        Message::Do(Action::Edit(Field::Payload, event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    let on_undo = on_click(link, || Message::Do(Action::Undo));
    html! {
        <section class="card payload" aria-labelledby="what-to-say">
            <div class="row spread">
                <h2 id="what-to-say">{ "What to say" }</h2>
                <div class="row">
                    if state.replaced.is_some() {
                        <button type="button" class="quiet" data-test="undo" onclick={on_undo}>{ "Undo" }</button>
                    }
                    { templates(link) }
                </div>
            </div>
            <textarea
                id="payload"
                class="mono editor"
                data-test="payload"
                aria-labelledby="what-to-say"
                aria-describedby="payload-note"
                aria-invalid={flag(finding.as_ref().is_some_and(|finding| finding.severity == Severity::Error))}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                wrap="soft"
                value={state.form.payload.clone()}
                oninput={on_input}
                onblur={field::on_leave(link, Field::Payload)}
            />
            { meter(filled.payload.len()) }
            <div id="payload-note" class="beneath" aria-live="polite">
                { beneath(&finding, Some(forecast(state, &filled).into())) }
                { field::fix_button(link, Field::Payload, &finding) }
            </div>
            { send_bar(state, link) }
        </section>
    }
}

/// The list falls back to its title after each choice, so that the same template can be chosen again.
fn templates(link: &Link) -> Html {
    let on_change = link.batch_callback(|event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        let chosen = list.value();
        list.set_value("");
        offered().find(|template| template.id == chosen).map(|template| Message::Do(Action::UseTemplate(&template.text)))
    });
    html! {
        <select class="quiet" data-test="template" aria-label="Start from a template" onchange={on_change}>
            <option value="" selected=true>{ "Templates" }</option>
            { for offered().map(|template| html! { <option value={template.id.as_str()}>{ &template.name }</option> }) }
        </select>
    }
}

/// The form sends VoIP pushes, and the virtual iPhone finds the parts of a call by their names: these are the
/// templates for it.
fn offered() -> impl Iterator<Item = &'static Template> {
    const BY_PATH_ONLY: [&str; 3] = ["vonage", "linphone", "connectycube"];
    list::all().iter().filter(|template| template.push_type == PushType::Voip && !BY_PATH_ONLY.contains(&template.id.as_str()))
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

fn forecast(state: &State, filled: &Form) -> String {
    let preview = preview(filled.preview().as_ref());
    if placeholder::has_any(&state.form.payload) { preview + " What stands in {{ }} is new with every send." } else { preview }
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

fn send_bar(state: &State, link: &Link) -> Html {
    if state.asks_production {
        return ask(link);
    }
    let on_send = on_click(link, || Message::Send);
    let label = if state.sending { "Sending…".to_owned() } else { ["Send to ", masthead::name(state.form.environment)].concat() };
    html! {
        <div class="send-bar">
            <button type="button" class="send" data-test="send" aria-disabled={flag(state.sending)} onclick={on_send}>{ label }</button>
            <p class="hint keys"><kbd>{ "Ctrl" }</kbd>{ " or " }<kbd>{ "⌘" }</kbd>{ " + " }<kbd>{ "Enter" }</kbd></p>
        </div>
    }
}

fn ask(link: &Link) -> Html {
    let answer = |yes| on_click(link, move || Message::AnswerProduction(yes));
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
