//! The look into the simulator: an order, if there is one, and the drawer as it is drawn then.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use serde_json::Value;

use yew::AttrValue;

use super::App;
use super::action::Action;
use super::browser::{fields, http};
use super::drawer::{self, Change};
use super::form::Field;
use super::message::{Link, Message};
use super::register::{self, Book};
use super::report::problem;
use super::secret_guard::{KeptOut, Place};
use super::task;
use crate::apns::secret;

/// Whatever happens in this time is one look.
const PAUSE_MS: u32 = 100;

/// Method, path, body, and what gets the focus afterwards.
pub type Order = [String; 4];

/// What came of a look: the how manieth it was, what came of its order, and what the simulator has
/// drawn; nothing when it did not answer.
pub type Sight = (u32, Option<Answer>, Value);

/// What came of an order: cause and remedy if it was refused, the phone that was made or changed,
/// and what gets the focus.
pub struct Answer {
    refusal: String,
    phone: String,
    focus: String,
}

/// The looks of a page.
#[derive(Default)]
pub struct Look {
    begun: u32,
    seen: u32,
    timer: Option<Timeout>,
}

impl Look {
    /// Something changed: looks in a moment.
    pub fn soon(&mut self, link: &Link) {
        if self.timer.is_none() {
            let link = link.clone();
            self.timer = Some(Timeout::new(PAUSE_MS, move || {
                link.send_message(Message::Look)
            }));
        }
    }

    /// Looks, with more of these shown.
    pub fn go(&mut self, link: &Link, book: &Book, order: Option<Order>, chosen: [String; 2]) {
        self.timer = None;
        self.begun += 1;
        task::begin(link, look(self.begun, Rc::clone(book), order, chosen));
    }

    /// Whether a look is newer than all that were seen; it is seen now.
    pub fn is_newest(&mut self, number: u32) -> bool {
        let is_newest = number > self.seen;
        self.seen = self.seen.max(number);
        is_newest
    }
}

impl App {
    /// Does what was pressed or changed in the drawer.
    pub(super) fn take_order(&mut self, link: &Link, order: Vec<String>, value: String) {
        let [method, path, focus, pieces @ ..] = order.as_slice() else {
            return;
        };
        let body = drawer::body(pieces, |id| {
            if id.is_empty() {
                value.clone()
            } else {
                fields::value(id)
            }
        });
        match method.as_str() {
            "choose" => {
                self.reduce(Action::Drawer(Change::Choose(
                    usize::from(path != "0"),
                    body,
                )));
                self.look(link, None);
            }
            "use" => {
                self.reduce(Action::Fix(Field::DeviceToken, path.clone()));
                self.reduce(Action::Fix(Field::BundleId, body));
            }
            // A field may have been filled without a word to anybody.
            _ if secret::find(&body).is_some() => {
                self.reduce(Action::KeepOut(Place::Simulator, KeptOut::Prepared, None));
            }
            _ => self.look(
                link,
                Some([method.clone(), path.clone(), body, focus.clone()]),
            ),
        }
    }

    /// Carries out an order, if there is one, and has the drawer drawn anew.
    pub(super) fn look(&mut self, link: &Link, order: Option<Order>) {
        if order.is_some() {
            self.reduce(Action::Drawer(Change::Order));
        }
        self.look
            .go(link, &self.book, order, self.state.drawer.chosen.clone());
    }

    /// The simulator has answered.
    pub(super) fn see(&mut self, link: &Link, (number, answer, sketch): Sight) {
        if let Some(Answer {
            refusal,
            phone,
            focus,
        }) = answer
        {
            self.refocus = Some(AttrValue::from(focus)).filter(|_| refusal.is_empty());
            self.reduce(Action::Drawer(Change::Answer(refusal)));
            if !phone.is_empty() {
                self.reduce(Action::Drawer(Change::Choose(0, phone)));
            }
        }
        if !self.look.is_newest(number) {
            self.look.soon(link);
        } else if !sketch.is_null() {
            self.reduce(Action::Drawer(Change::Draw(sketch)));
        }
    }
}

async fn look(
    number: u32,
    book: Book,
    order: Option<Order>,
    [mut shown, decision]: [String; 2],
) -> Option<Message> {
    let mut answer = None;
    if let Some([method, path, body, focus]) = order {
        let reply = register::ask(&book, &method, &path, &body)
            .await
            .unwrap_or_default();
        let (mut refusal, mut phone) = (String::new(), String::new());
        if !reply.is_success() {
            refusal = match problem(&reply.body) {
                Some((_, cause, remedy)) => [&cause, " ", &remedy].concat(),
                None => "The simulator did not answer. Try it again.".to_owned(),
            };
        } else if let Ok(body) = serde_json::from_str::<Value>(&reply.body)
            && let Some(device_token) = body["device_token"].as_str()
        {
            phone.push_str(device_token);
            shown.clone_from(&phone);
        }
        answer = Some(Answer {
            refusal,
            phone,
            focus,
        });
    }
    let sketch = http::get(&["/api/simulator/drawer/", &shown, "/", &decision].concat()).await;
    Some(Message::Looked((
        number,
        answer,
        sketch.unwrap_or_default(),
    )))
}
