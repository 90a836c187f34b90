//! Prose of profiles: loaded from the relay for the app that gets the push, and only then, because
//! that of all apps would be a part of every first visit.

use std::cell::RefCell;

use super::browser::http;
use super::composed::Composed;
use super::message::{Link, Message};
use super::task;

/// Profiles whose prose is wanted or was asked for, by their identifiers.
#[derive(Default)]
pub(super) struct ProfileProse {
    /// Profiles that are shown without their prose.
    wanted: RefCell<Vec<String>>,
    asked: Vec<String>,
}

impl ProfileProse {
    /// Records the profiles that are about to be shown without their prose.
    pub(super) fn want(&self, composed: &Composed) {
        let mut wanted = Vec::new();
        for profile in composed.app.members() {
            if profile.lacks_prose() {
                wanted.push(profile.id.clone());
            }
        }
        self.wanted.replace(wanted);
    }

    /// Asks for the prose that is wanted, once.
    pub(super) fn ask(&mut self, link: &Link) {
        for id in self.wanted.take() {
            if self.asked.contains(&id) {
                continue;
            }
            let answer = http::look(&["/api/profiles/", &id].concat());
            self.asked.push(id);
            task::begin(link, async move {
                Some(Message::Profile(answer.await.unwrap_or_default()))
            });
        }
    }

    /// Lets everything be asked for again that has not come.
    pub(super) fn forget(&mut self) {
        self.asked.clear();
    }
}
