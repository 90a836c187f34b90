//! Prose that the page loads from the relay when it shows it, because it would be a part of every
//! first visit otherwise: that of causes, of the linter's rules, and of the profile of the app that
//! gets the push.

use std::cell::RefCell;

use super::browser::http;
use super::message::{Link, Message};
use super::page::Page;
use super::report::Reply;
use super::task;

/// Prose of the causes on the relay; that of another version has an address of its own.
const CAUSES: &str = concat!("/api/causes?version=", env!("CARGO_PKG_VERSION"));
/// Prose of the linter's rules on the relay, by version too.
const RULES: &str = concat!("/api/rules?version=", env!("CARGO_PKG_VERSION"));

/// Prose that is wanted or was asked for, by its address on the relay.
#[derive(Default)]
pub(super) struct Prose {
    /// Prose that what is shown lacks.
    wanted: RefCell<Vec<String>>,
    asked: Vec<String>,
    /// `true` once the list of the other causes was opened.
    pub(super) wants_causes: bool,
    /// `true` once a list of notes was opened.
    pub(super) wants_notes: bool,
}

impl Prose {
    /// Records the prose that the page is about to be shown without.
    pub(super) fn want(&self, page: &Page) {
        let mut wanted = Vec::new();
        for profile in page.composed.app.members() {
            if profile.lacks_prose() {
                wanted.push(["/api/profiles/", &profile.id].concat());
            }
        }
        if page.state.lacks_prose() || (self.wants_causes && page.state.causes.is_null()) {
            wanted.push(CAUSES.to_owned());
        }
        if page
            .state
            .lacks_prose_of(&page.composed.remarks, self.wants_notes)
        {
            wanted.push(RULES.to_owned());
        }
        self.wanted.replace(wanted);
    }

    /// Asks for the prose that is wanted, once.
    pub(super) fn ask(&mut self, link: &Link) {
        for path in self.wanted.take() {
            if self.asked.contains(&path) {
                continue;
            }
            let message: fn(Reply) -> Message = if path == CAUSES || path == RULES {
                Message::Prose
            } else {
                Message::Profile
            };
            let answer = http::look(&path);
            self.asked.push(path);
            task::begin(link, async move {
                Some(message(answer.await.unwrap_or_default()))
            });
        }
    }

    /// Lets everything be asked for again that has not come.
    pub(super) fn forget(&mut self) {
        self.asked.clear();
    }
}
