//! The undo history: one stack of all changes to the form, whether made by hand or by program.
//!
//! A step stores the previous values of the fields it changed; undo and redo both exchange them
//! with the current values. Keys are not stored: a step only records which of the tab's two keys
//! signed.

use super::form::{Field, Form};
use super::splice::Splice;
use crate::apns::{Environment, PushType};

/// Maximum number of steps; the oldest are dropped first.
const MOST_STEPS: usize = 300;
/// Maximum number of bytes of text in all steps.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The undoable state of the page: the form, the form the demo set aside, and the choice of the
/// signing key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The form.
    pub form: Form,
    /// The form before the demo replaced it.
    pub set_aside: Option<Form>,
    /// Slot of the key that signs.
    pub signer: KeySlot,
}

/// The two key slots of a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeySlot {
    /// The visitor's own key.
    #[default]
    Own,
    /// The demo's key.
    Demo,
}

/// Kind of a change, which decides whether it joins the previous step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A character was typed or deleted.
    Typed(Field),
    /// An input method (IME) changed the text it is composing.
    Composed(Field),
    /// An entry of the list with this name was chosen. The arrow keys walk through the entries.
    Chosen(&'static str),
    /// Any other change: a paste, a fix, the demo.
    AtOnce,
}

/// An open step, which the next change joins if it continues there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Typing in this field, with the caret at this byte offset.
    Typing(Field, usize),
    /// Choosing from this list.
    Choosing(&'static str),
}

/// Step: the previous values of what it changed.
#[derive(Clone, Debug, Default)]
struct Step {
    texts: Vec<(Field, String)>,
    push_type: Option<PushType>,
    environment: Option<Environment>,
    set_aside: Option<Option<Box<Form>>>,
    signer: Option<KeySlot>,
    /// Bytes of text, before or after the change, whichever is more.
    bytes: usize,
}

/// Direction in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Undo.
    Back,
    /// Redo.
    Forth,
}

/// The steps that can be undone and redone, the newest last.
#[derive(Clone, Debug, Default)]
pub struct History {
    undone: Vec<Step>,
    done: Vec<Step>,
    run: Option<Run>,
    bytes: usize,
}

impl History {
    /// Returns `true` if there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Returns `true` if there is a step to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Returns an upper bound of the bytes of text in the history, regardless of undo and redo.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the number of steps, undone ones included.
    pub fn steps(&self) -> usize {
        self.done.len() + self.undone.len()
    }

    /// Ends the current step; the next change starts a new one.
    pub fn end_step(&mut self) {
        self.run = None;
    }

    /// Records a change that was made, and drops the undone steps.
    pub fn record(&mut self, before: &Work, after: &Work, manner: Manner) {
        if before == after {
            return;
        }
        for step in self.undone.drain(..) {
            self.bytes -= step.bytes;
        }
        let (joins, run) = follow(self.run, before, after, manner);
        match self.done.last_mut() {
            Some(newest) if joins => {
                self.bytes -= newest.bytes;
                newest.join(before, after);
                self.bytes += newest.bytes;
            }
            _ => {
                let step = Step::between(before, after);
                self.bytes += step.bytes;
                self.done.push(step);
            }
        }
        self.run = run;
        self.shrink();
    }

    /// Undoes the newest step; returns `false` if there is none.
    pub fn undo(&mut self, work: &mut Work) -> bool {
        self.run = None;
        let Some(mut step) = self.done.pop() else {
            return false;
        };
        step.exchange(work);
        self.undone.push(step);
        true
    }

    /// Redoes the step that was undone last; returns `false` if there is none.
    pub fn redo(&mut self, work: &mut Work) -> bool {
        self.run = None;
        let Some(mut step) = self.undone.pop() else {
            return false;
        };
        step.exchange(work);
        self.done.push(step);
        true
    }

    fn shrink(&mut self) {
        let mut dropped = 0;
        for oldest in &self.done {
            if self.done.len() - dropped <= MOST_STEPS && self.bytes <= MOST_BYTES {
                break;
            }
            self.bytes -= oldest.bytes;
            dropped += 1;
        }
        self.done.drain(..dropped);
        if self.done.is_empty() {
            self.run = None;
        }
    }
}

impl Step {
    fn between(before: &Work, after: &Work) -> Self {
        let mut step = Self::default();
        step.join(before, after);
        step
    }

    /// Adds a further change to the step. Where the step already stores a previous value, it keeps
    /// that one.
    fn join(&mut self, before: &Work, after: &Work) {
        for field in Field::ALL {
            let is_new = before.form.text(field) != after.form.text(field)
                && !self.texts.iter().any(|(kept, _)| *kept == field);
            if is_new {
                self.texts.push((field, before.form.text(field).to_owned()));
            }
        }
        keep(
            &mut self.push_type,
            before.form.push_type,
            after.form.push_type,
        );
        keep(
            &mut self.environment,
            before.form.environment,
            after.form.environment,
        );
        keep(&mut self.signer, before.signer, after.signer);
        if before.set_aside != after.set_aside && self.set_aside.is_none() {
            self.set_aside = Some(before.set_aside.clone().map(Box::new));
        }
        let mut bytes = 0;
        for (field, text) in &self.texts {
            bytes += text.len().max(after.form.text(*field).len());
        }
        if let Some(kept) = &self.set_aside {
            let size = |form: Option<&Form>| form.map_or(0, size);
            bytes += size(kept.as_deref()).max(size(after.set_aside.as_ref()));
        }
        self.bytes = self.bytes.max(bytes);
    }

    /// Exchanges the stored values with the current ones.
    fn exchange(&mut self, work: &mut Work) {
        for (field, text) in &mut self.texts {
            let other = work.form.text(*field).to_owned();
            work.form.set(*field, std::mem::replace(text, other));
        }
        swap(&mut self.push_type, &mut work.form.push_type);
        swap(&mut self.environment, &mut work.form.environment);
        swap(&mut self.signer, &mut work.signer);
        if let Some(kept) = &mut self.set_aside {
            let other = std::mem::replace(&mut work.set_aside, kept.take().map(|form| *form));
            *kept = other.map(Box::new);
        }
    }
}

/// Stores the previous value of a choice that changed, unless one is stored already.
fn keep<T: PartialEq>(kept: &mut Option<T>, before: T, after: T) {
    if kept.is_none() && before != after {
        *kept = Some(before);
    }
}

fn swap<T>(kept: &mut Option<T>, current: &mut T) {
    if let Some(kept) = kept {
        std::mem::swap(kept, current);
    }
}

/// Returns whether a change continues the open step, and the step that is open after it.
fn follow(run: Option<Run>, before: &Work, after: &Work, manner: Manner) -> (bool, Option<Run>) {
    match manner {
        Manner::AtOnce => (false, None),
        Manner::Chosen(list) => (run == Some(Run::Choosing(list)), Some(Run::Choosing(list))),
        Manner::Typed(field) | Manner::Composed(field) => {
            let (old, new) = (before.form.text(field), after.form.text(field));
            let splice = Splice::between(old, new);
            let caret = match run {
                Some(Run::Typing(typed, caret)) if typed == field => Some(caret),
                _ => None,
            };
            let is_small = matches!(manner, Manner::Composed(_))
                || old[splice.removed()].chars().nth(1).is_none();
            // At the caret, or a deletion of the character after it.
            let is_there = caret == Some(splice.removed().end) || caret == Some(splice.start);
            (
                is_small && is_there,
                Some(Run::Typing(field, splice.inserted().end)),
            )
        }
    }
}

/// Bytes of text in a form.
fn size(form: &Form) -> usize {
    Field::ALL
        .into_iter()
        .map(|field| form.text(field).len())
        .sum()
}
