//! The saved draft: the form of one tab, as this browser stores it. Each tab has its own, so no tab
//! overwrites another's; a new tab starts with a copy of the newest one, preferably that of a
//! closed tab.
//!
//! A tab finds its draft by an ID in its session storage. Duplicating a tab copies that ID, so a
//! draft also names the page load that owns it: a tab whose draft has another owner continues with
//! a copy.

use serde_json::Value;

use super::draft::Draft;
use super::form::Form;
use crate::apns::json::{compact, object, quoted};

/// Maximum number of drafts.
const MOST_DRAFTS: usize = 20;
/// Maximum number of bytes in all drafts.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Milliseconds after which a draft expires: 30 days.
const OLDEST_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Warning shown if the browser cannot store the draft.
pub const STORAGE_FULL: &str = "This browser’s storage is full or switched off: what you type here is lost when the tab is reloaded or closed. \
     Clear the data of other sites, or keep this tab open.";

/// The draft of one tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedDraft {
    /// ID of the tab.
    pub tab: String,
    /// Time of the save, in milliseconds since 1970.
    pub saved_at: u64,
    /// ID of the page load that owns the draft; empty if the page was left.
    pub owner: String,
    /// `true` once another tab has started with a copy.
    pub is_taken_up: bool,
    /// The form.
    pub form: Draft,
    /// The form that the demo set aside.
    pub set_aside: Option<Draft>,
}

impl SavedDraft {
    /// Parses the stored draft of a tab; `None` if it is malformed.
    pub fn read(tab: &str, stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        let draft = |name: &str| {
            stored[name]
                .as_object()
                .and_then(|_| Draft::read(&compact(&stored[name])))
        };
        Some(Self {
            tab: tab.to_owned(),
            saved_at: stored["saved_at"].as_u64()?,
            owner: stored["owner"].as_str()?.to_owned(),
            is_taken_up: stored["is_taken_up"] == true,
            form: draft("form")?,
            set_aside: draft("set_aside"),
        })
    }

    /// Serializes the draft as JSON.
    pub fn to_text(&self) -> String {
        let set_aside = self
            .set_aside
            .as_ref()
            .map_or_else(|| "null".to_owned(), Draft::to_text);
        object(&[
            ("saved_at", self.saved_at.to_string()),
            ("owner", quoted(&self.owner)),
            ("is_taken_up", self.is_taken_up.to_string()),
            ("form", self.form.to_text()),
            ("set_aside", set_aside),
        ])
    }

    /// Returns `true` if no page has this draft open.
    pub fn is_closed(&self) -> bool {
        self.owner.is_empty()
    }

    /// Returns the form, and the form that was set aside.
    pub fn forms(&self) -> (Form, Option<Form>) {
        (self.form.form(), self.set_aside.as_ref().map(Draft::form))
    }
}

/// The draft a tab starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening<'a> {
    /// No draft.
    Empty,
    /// The tab's own draft.
    Own(&'a SavedDraft),
    /// A copy of another tab's draft.
    Copy(&'a SavedDraft),
}

/// Chooses the draft for a tab that remembers this ID.
pub fn opening<'a>(saved: &'a [SavedDraft], remembered: Option<&str>) -> Opening<'a> {
    let own = saved
        .iter()
        .find(|draft| Some(draft.tab.as_str()) == remembered);
    let newest = |fits: fn(&SavedDraft) -> bool| {
        saved
            .iter()
            .filter(|draft| fits(draft))
            .max_by_key(|draft| draft.saved_at)
    };
    match own {
        Some(own) if own.is_closed() => Opening::Own(own),
        // The tab is a duplicate, or the page crashed.
        Some(own) => Opening::Copy(own),
        None => match newest(|draft| draft.is_closed() && !draft.is_taken_up)
            .or_else(|| newest(|_| true))
        {
            Some(other) => Opening::Copy(other),
            None => Opening::Empty,
        },
    }
}

/// Returns the tabs whose drafts are to be removed to make room: expired ones, then the oldest,
/// closed ones first. `size` is that of the tab's own draft, which stays.
pub fn surplus(saved: &[SavedDraft], own: &str, size: usize, now: u64) -> Vec<String> {
    let mut others: Vec<(&SavedDraft, usize)> = Vec::new();
    let mut gone = Vec::new();
    for draft in saved.iter().filter(|draft| draft.tab != own) {
        if now.saturating_sub(draft.saved_at) > OLDEST_MS {
            gone.push(draft.tab.clone());
        } else {
            others.push((draft, draft.to_text().len()));
        }
    }
    let mut bytes = size + others.iter().map(|(_, size)| size).sum::<usize>();
    while others.len() >= MOST_DRAFTS || bytes > MOST_BYTES {
        let first = others
            .iter()
            .enumerate()
            .min_by_key(|(_, (draft, _))| (!draft.is_closed(), draft.saved_at));
        let Some(first) = first.map(|(index, _)| index) else {
            break;
        };
        let (draft, size) = others.swap_remove(first);
        bytes -= size;
        gone.push(draft.tab.clone());
    }
    gone
}
