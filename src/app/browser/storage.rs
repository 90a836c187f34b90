//! The browser's storage, which survives a reload: the draft of each tab, and the environments in
//! which device tokens were accepted. Neither can hold a key.

use std::collections::VecDeque;

use gloo::utils::window;
use web_sys::Storage;

use super::{clock, random};
use crate::apns::secret;
use crate::apns::uuid::Uuid;
use crate::app::draft::Draft;
use crate::app::entry::Entry;
use crate::app::form::Form;
use crate::app::message::Message;
use crate::app::saved_draft::{Opening, SavedDraft, opening, surplus};
use crate::app::state::State;
use crate::diagnosis::DeviceMemory;

/// Key in the session storage: the ID of this tab's draft.
const TAB: &str = "trill.tab";
/// Prefix of a draft's key in the local storage; the tab's ID follows.
const DRAFT: &str = "trill.draft.";
/// Key under which older versions kept one draft for all tabs.
const OLD_DRAFT: &str = "trill.draft";
const DEVICES: &str = "trill.devices";
/// Prefix of every key this page uses.
const OWN: &str = "trill.";

/// Removes secrets that an older version of the page stored, and keeps the rest of the drafts.
/// Returns `true` if there were any.
pub fn remove_secrets() -> bool {
    let mut was_any = false;
    for storage in [local(), session()] {
        let Some(storage) = storage else { continue };
        for name in names(&storage) {
            was_any |= remove_secret(&storage, &name);
        }
    }
    was_any
}

fn remove_secret(storage: &Storage, name: &str) -> bool {
    let Ok(Some(kept)) = storage.get_item(name) else {
        return false;
    };
    let draft = match name.strip_prefix(DRAFT) {
        Some(tab) => SavedDraft::read(tab, &kept).map(|draft| draft.to_text()),
        None => Draft::read(&kept).map(|draft| draft.to_text()),
    };
    let is_clean =
        secret::find(&kept).is_none() && draft.as_ref().is_none_or(|draft| *draft == kept);
    if !is_clean {
        let _ = match draft {
            Some(draft) => storage.set_item(name, &draft),
            None => storage.remove_item(name),
        };
    }
    !is_clean && secret::find(&kept).is_some()
}

fn names(storage: &Storage) -> Vec<String> {
    let mut names = Vec::new();
    for place in 0..storage.length().unwrap_or_default() {
        if let Ok(Some(name)) = storage.key(place)
            && name.starts_with(OWN)
        {
            names.push(name);
        }
    }
    names
}

/// Access to the draft of this tab.
pub struct DraftStore {
    /// ID of this tab's draft, once it has one.
    tab: Option<String>,
    /// ID of this load of the page.
    load: String,
    /// The form, and the one the demo set aside.
    current: (Form, Option<Form>),
    /// Entries that are not yet in the form, the oldest first.
    entries: VecDeque<Entry>,
    is_saved: bool,
    /// `true` once this load has saved a draft.
    has_saved: bool,
    /// `true` while the page is left (closed or in the back/forward cache). Its draft then has no
    /// owner.
    is_left: bool,
}

impl DraftStore {
    /// Opens the store with the draft this tab had, or with a copy of another tab's.
    pub fn open() -> (Self, Option<SavedDraft>) {
        let mut store = Self {
            tab: None,
            load: new_id(),
            current: Default::default(),
            entries: VecDeque::new(),
            is_saved: true,
            has_saved: false,
            is_left: false,
        };
        take_over_old_draft();
        let saved = all();
        let remembered = session().and_then(|session| session.get_item(TAB).ok()?);
        let found = match opening(&saved, remembered.as_deref()) {
            Opening::Empty => None,
            Opening::Own(own) => {
                store.tab = Some(own.tab.clone());
                Some(own.clone())
            }
            Opening::Copy(other) => {
                // A draft that is open in another tab is written by that tab only.
                if other.is_closed() {
                    put(&SavedDraft {
                        is_taken_up: true,
                        ..other.clone()
                    });
                }
                Some(other.clone())
            }
        };
        (store, found)
    }

    /// Notes an entry whose message is on its way to the form. A busy page handles messages later
    /// than the events they came from, and a page that is left never does.
    pub fn note(&mut self, message: &Message) {
        if let Message::Do(action) = message {
            self.entries.extend(action.entry());
        }
    }

    /// Takes over the current form; returns `true` if there is something to save.
    pub fn take(&mut self, state: &State) -> bool {
        let (form, set_aside) = &self.current;
        if *form != state.form || *set_aside != state.set_aside {
            self.current = (state.form.clone(), state.set_aside.clone());
            self.is_saved = false;
        }
        !self.is_saved
    }

    /// Notes that the message of the oldest entry was handled.
    pub fn arrived(&mut self) {
        self.entries.pop_front();
    }

    /// Saves the form taken over last; returns `true` if the browser stored it. `is_left` says that
    /// the page is being left, which releases its draft; entries on their way to the form are
    /// saved with it.
    pub fn save(&mut self, is_left: bool) -> bool {
        (self.is_left, self.is_saved) = (self.is_left || is_left, true);
        if is_left {
            for entry in &self.entries {
                entry.clone().put(&mut self.current.0);
            }
        }
        let (form, set_aside) = &self.current;
        if self.tab.is_none() && set_aside.is_none() && *form == Form::default() {
            return true;
        }
        let tab = self.tab.get_or_insert_with(new_id);
        if let Some(session) = session() {
            let _ = session.set_item(TAB, tab);
        }
        let draft = SavedDraft {
            tab: tab.clone(),
            saved_at: clock::unix_milliseconds(),
            owner: if self.is_left {
                String::new()
            } else {
                self.load.clone()
            },
            is_taken_up: false,
            form: Draft::of(form),
            set_aside: set_aside.as_ref().map(Draft::of),
        };
        if !self.has_saved {
            for gone in surplus(&all(), tab, draft.to_text().len(), draft.saved_at) {
                remove(&gone);
            }
        }
        self.has_saved = true;
        self.is_saved = put(&draft) || make_room(&draft);
        self.is_saved
    }

    /// Claims the draft again when the browser restores the page from its back/forward cache. If
    /// another tab has claimed it meanwhile, the next save creates a new draft.
    pub fn come_back(&mut self) {
        self.is_left = false;
        let is_taken = |draft: SavedDraft| !draft.is_closed() && draft.owner != self.load;
        if self.tab.as_deref().and_then(get).is_some_and(is_taken) {
            self.tab = None;
        }
    }
}

/// Removes closed drafts of other tabs, the oldest first, until this one can be stored; returns
/// `true` on success.
fn make_room(draft: &SavedDraft) -> bool {
    let mut closed: Vec<SavedDraft> = all()
        .into_iter()
        .filter(|other| other.is_closed() && other.tab != draft.tab)
        .collect();
    while let Some(oldest) = closed
        .iter()
        .enumerate()
        .min_by_key(|(_, draft)| draft.saved_at)
        .map(|(index, _)| index)
    {
        remove(&closed.swap_remove(oldest).tab);
        if put(draft) {
            return true;
        }
    }
    false
}

fn new_id() -> String {
    Uuid::from_random_bytes(random::bytes().unwrap_or_default()).to_string()
}

/// Reads the drafts of all tabs.
fn all() -> Vec<SavedDraft> {
    let Some(storage) = local() else {
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for name in names(&storage) {
        drafts.extend(name.strip_prefix(DRAFT).and_then(get));
    }
    drafts
}

fn get(tab: &str) -> Option<SavedDraft> {
    SavedDraft::read(tab, &local()?.get_item(&[DRAFT, tab].concat()).ok()??)
}

fn put(draft: &SavedDraft) -> bool {
    keep(&[DRAFT, &draft.tab].concat(), &draft.to_text())
}

fn remove(tab: &str) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(&[DRAFT, tab].concat());
    }
}

/// Converts the single draft of an older version into the draft of a closed tab.
fn take_over_old_draft() {
    let Some(storage) = local() else { return };
    let Ok(Some(stored)) = storage.get_item(OLD_DRAFT) else {
        return;
    };
    if let Some(form) = Draft::read(&stored) {
        let saved_at = clock::unix_milliseconds();
        put(&SavedDraft {
            tab: new_id(),
            saved_at,
            owner: String::new(),
            is_taken_up: false,
            form,
            set_aside: None,
        });
    }
    let _ = storage.remove_item(OLD_DRAFT);
}

/// Reads the environments in which device tokens were accepted; tokens are stored as fingerprints.
pub fn devices() -> DeviceMemory {
    let stored = local().and_then(|storage| storage.get_item(DEVICES).ok()?);
    stored
        .map(|text| DeviceMemory::read(&text))
        .unwrap_or_default()
}

/// Stores the environments in which device tokens were accepted.
pub fn keep_devices(memory: &DeviceMemory) {
    keep(DEVICES, &memory.to_text());
}

fn local() -> Option<Storage> {
    window().local_storage().ok()?
}

fn session() -> Option<Storage> {
    window().session_storage().ok()?
}

/// Writes a value; returns `false` if storage is full or disabled, which the page tolerates.
fn keep(key: &str, text: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(key, text).is_ok())
}
