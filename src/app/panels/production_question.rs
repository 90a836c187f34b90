//! The question before a push to Production, shown in place of Send.

use yew::prelude::*;

use crate::apns::Environment;
use crate::app::action::Action;
use crate::app::components::button::button;
use crate::app::message::Message;
use crate::app::page::Page;
use crate::app::production::{Question, TO_SIMULATOR};

/// The question before a push to Production.
pub fn production_question(page: &Page) -> Html {
    let (question, yes) = match page.state.production_question() {
        Question::Send(question) => {
            let onclick = page.send(|| Message::AnswerProduction(true));
            (question, button("send", "production-yes", "Send", onclick))
        }
        Question::Refused(cause) => {
            let onclick = page.act(|| Action::Choose(Environment::Simulator));
            let choose = button("send", "to-simulator", TO_SIMULATOR, onclick);
            (cause.to_owned(), choose)
        }
    };
    html! {
        <div
            key="question"
            class="send-bar ask"
            role="alertdialog"
            aria-labelledby="ask-production"
            data-test="ask-production"
        >
            <p id="ask-production">{ question }</p>
            <div class="row">
                { yes }
                <button
                    type="button"
                    class="quiet"
                    data-test="production-no"
                    id="production-no"
                    onclick={page.send(|| Message::AnswerProduction(false))}
                >
                    { "Cancel" }
                </button>
            </div>
        </div>
    }
}
