//! The question before a push to Production, shown in place of Send.

use yew::prelude::*;

use crate::apns::Environment;
use crate::app::action::Action;
use crate::app::components::button::Button;
use crate::app::message::Message;
use crate::app::page::use_page;
use crate::app::production::{Question, TO_SIMULATOR};

/// The question before a push to Production.
#[component]
pub fn ProductionQuestion() -> Html {
    let page = use_page();
    let (question, yes) = match page.state.production_question() {
        Question::Send(question) => {
            let onclick = page.send(|| Message::AnswerProduction(true));
            let yes = html! {
                <Button class="send" test="production-yes" {onclick}>{ "Send" }</Button>
            };
            (question, yes)
        }
        Question::Refused(cause) => {
            let onclick = page.act(|| Action::Choose(Environment::Simulator));
            let choose = html! {
                <Button class="send" test="to-simulator" {onclick}>{ TO_SIMULATOR }</Button>
            };
            (cause.to_owned(), choose)
        }
    };
    html! {
        <div
            class="send-bar ask"
            role="alertdialog"
            aria-labelledby="ask-production"
            data-test="ask-production"
        >
            <p id="ask-production">{ question }</p>
            <div class="row">
                { yes }
                <Button
                    class="quiet"
                    test="production-no"
                    id="production-no"
                    onclick={page.send(|| Message::AnswerProduction(false))}
                >
                    { "Cancel" }
                </Button>
            </div>
        </div>
    }
}
