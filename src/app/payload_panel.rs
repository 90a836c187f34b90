//! What to say: the payload as text, its weight, what the phone would do with it, and Send.

use web_sys::{DragEvent, HtmlSelectElement, HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

use super::browser::files;
use super::field::{self, beneath, flag};
use super::findings_panel;
use super::form::{Field, Form, Severity};
use super::held::Held;
use super::mapping_panel;
use super::masthead;
use super::message::{Link, Message, on_click};
use super::state::{Action, State};
use crate::apns::PushType;
use crate::apns::payload::weight::grouped;
use crate::call::{PhoneOutcome, PhoneState, placeholder};

/// The third question.
pub fn view(state: &State, link: &Link) -> Html {
    let filled = state.filled();
    let finding = state.finding(Field::Payload);
    let on_input = link.callback(|event: InputEvent| {
        Message::Do(Action::Edit(Field::Payload, event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    let on_undo = on_click(link, || Message::Do(Action::Undo));
    let on_minify = on_click(link, || Message::Do(Action::Minify));
    let on_paste = link.batch_callback(|event: Event| {
        let held = Held::back("The text you pasted", &files::pasted(&event)?)?;
        event.prevent_default();
        Some(Message::Do(Action::Hold(Some(held))))
    });
    let on_drop = link.batch_callback(|event: DragEvent| {
        let file = files::dropped(&event)?;
        event.prevent_default();
        Some(Message::PayloadFile(file))
    });
    html! {
        <section class="card payload" aria-labelledby="what-to-say">
            <div class="row spread">
                <h2 id="what-to-say">{ "What to say" }</h2>
                <div class="row">
                    if state.replaced.is_some() {
                        <button type="button" class="quiet" data-test="undo" onclick={on_undo}>{ "Undo" }</button>
                    }
                    <button type="button" class="quiet" data-test="minify" onclick={on_minify}>{ "Minify" }</button>
                    { templates(state, link) }
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
                onpaste={on_paste}
                ondragover={Callback::from(|event: DragEvent| event.prevent_default())}
                ondrop={on_drop}
                onblur={field::on_leave(link, Field::Payload)}
            />
            { held(state, link) }
            { meter(&filled) }
            <div id="payload-note" class="beneath" aria-live="polite">
                { beneath(state, &finding, Some(forecast(state, &filled).into())) }
                { field::fix_button(link, Field::Payload, &finding) }
            </div>
            { findings_panel::view(state, link) }
            { mapping_panel::view(state, link) }
            { send_bar(state, link) }
        </section>
    }
}

/// The list falls back to its title after each choice, so that the same template can be chosen again.
fn templates(state: &State, link: &Link) -> Html {
    let catalogue = state.catalogue.clone();
    let on_change = link.batch_callback(move |event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        let chosen = list.value();
        list.set_value("");
        let template = catalogue.templates.iter().find(|template| template.id == chosen)?;
        Some(Message::Do(Action::UseTemplate(Box::new(template.clone()))))
    });
    html! {
        <select class="quiet" data-test="template" aria-label="Start from a template" onchange={on_change}>
            <option value="" selected=true>{ "Templates" }</option>
            { for state.catalogue.templates.iter().map(|template| html! { <option value={template.id.clone()}>{ &template.name }</option> }) }
        </select>
    }
}

fn meter(filled: &Form) -> Html {
    let bytes = filled.payload.len();
    let limit = filled.push_type.largest_payload();
    let heaviest = filled.parsed_payload().ok().and_then(|payload| payload.heaviest().pop());
    let state = if bytes > limit { "over" } else { "within" };
    html! {
        <div class="meter" data-test="meter" data-state={state} data-bytes={bytes.to_string()}>
            <meter min="0" max={limit.to_string()} high={limit.to_string()} value={bytes.to_string()} aria-label="Size of the payload" />
            <span>{ [&grouped(bytes), " of ", &grouped(limit), " bytes"].concat() }</span>
            if let Some(heaviest) = heaviest {
                <span data-test="heaviest">{ "heaviest: " }<span class="mono">{ heaviest.path }</span>{ " " }{ grouped(heaviest.bytes) }</span>
            }
        </div>
    }
}

fn forecast(state: &State, filled: &Form) -> String {
    if filled.push_type != PushType::Voip {
        return format!("Push type {}: no call. {}", filled.push_type.as_str(), state.catalogue.say(&filled.push_type.about()));
    }
    let preview = preview(state, filled.preview().as_ref());
    if placeholder::has_any(&state.form.payload) { preview + " What stands in {{ }} is new with every send." } else { preview }
}

fn preview(state: &State, outcome: Option<&PhoneOutcome>) -> String {
    match outcome {
        None => "Not a payload yet: APNs takes one JSON object.".to_owned(),
        Some(PhoneOutcome { state: PhoneState::Ringing(call), .. }) => {
            let kind = if call.is_video() { "a video call" } else { "an audio call" };
            format!("On the phone: rings with {kind} from {}.", call.title().unwrap_or_default())
        }
        Some(outcome) => format!("On the phone: {}", state.catalogue.say(&outcome.rule.sentence())),
    }
}

/// What was too large for the editor.
fn held(state: &State, link: &Link) -> Html {
    let Some(held) = &state.held else { return Html::default() };
    let on_discard = on_click(link, || Message::Do(Action::Hold(None)));
    html! {
        <div class="held-back" role="alert" data-test="held">
            <p>
                { format!("{} has {} bytes, and APNs takes {}. It was not put in the editor; this is how it begins:", held.name, grouped(held.bytes), grouped(state.form.push_type.largest_payload())) }
            </p>
            <pre class="mono sent">{ &held.start }</pre>
            <button type="button" class="quiet" data-test="discard" onclick={on_discard}>{ "Discard it" }</button>
        </div>
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
