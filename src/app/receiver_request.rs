//! Requests for the files of the app's half: one after a pause in what they are made from.

use gloo::timers::callback::Timeout;

use super::action::Action;
use super::browser::http;
use super::message::{Link, Message};
use super::receiver_view::Change;
use super::report::{Reply, problem};
use super::{App, task};

/// Milliseconds without a change after which the relay is asked.
const PAUSE_MS: u32 = 250;
const NO_ANSWER: &str = "The relay did not answer, so this may be older than the payload.";

/// The newest request for the files.
#[derive(Default)]
pub(super) struct ReceiverRequest {
    /// Its body; empty to ask again.
    body: String,
    number: u32,
    timer: Option<Timeout>,
}

impl ReceiverRequest {
    /// Lets the same request be sent again.
    pub(super) fn forget(&mut self) {
        self.body.clear();
    }
}

impl App {
    /// Schedules a request if the files would be other ones by now.
    pub(super) fn follow_receiver(&mut self, link: &Link) {
        let Some(body) = self.state.receiver_request() else {
            return;
        };
        if body == self.receiver_request.body {
            return;
        }
        let pause = if self.state.receiver.answer.is_null() {
            0
        } else {
            PAUSE_MS
        };
        let link = link.clone();
        self.receiver_request = ReceiverRequest {
            body,
            number: self.receiver_request.number + 1,
            timer: Some(Timeout::new(pause, move || {
                link.send_message(Message::AskReceiver)
            })),
        };
    }

    /// Sends the newest request.
    pub(super) fn ask_receiver(&mut self, link: &Link) {
        self.receiver_request.timer = None;
        let number = self.receiver_request.number;
        let answer = http::post("/api/receiver", &self.receiver_request.body);
        task::begin(link, async move {
            Some(Message::Receiver(number, answer.await.unwrap_or_default()))
        });
    }

    /// Takes over the answer to the newest request; an older one is out of date.
    pub(super) fn take_receiver(&mut self, number: u32, reply: &Reply) {
        if number != self.receiver_request.number {
            return;
        }
        let change = match (serde_json::from_str(&reply.body), problem(&reply.body)) {
            (Ok(answer), _) if reply.is_success() => Change::Answer(answer),
            (_, Some((_, cause, fix))) => Change::Fail([&cause, " ", &fix].concat()),
            _ => Change::Fail(NO_ANSWER.to_owned()),
        };
        self.reduce(Action::Receiver(change));
    }
}
