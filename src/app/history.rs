//! The history: every change of the work, made by hand or by program, on one stack, to be undone and redone.
//!
//! A step keeps what the changed fields held on its other side, so undoing and redoing are the same exchange. Keys are
//! no part of it: a step only knows which of the tab's two keys signed.

use std::collections::VecDeque;
use std::rc::Rc;

use super::form::{Field, Form};
use super::splice::Splice;
use crate::apns::{Environment, PushType};

/// The most steps that are kept; the oldest go first.
const MOST_STEPS: usize = 300;
/// The most bytes of text in all of them.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The undoable part of the page: the form, the one the demo set aside, and which key signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The form.
    pub form: Form,
    /// The form before the demo took its place.
    pub set_aside: Option<Form>,
    /// The place of the key that signs.
    pub signer: KeySlot,
}

/// The two places for a key in a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeySlot {
    /// The visitor's own.
    #[default]
    Own,
    /// The demo's.
    Demo,
}

/// The manner of a change, which decides whether it joins the step before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A character was typed or deleted.
    Typed(Field),
    /// An input method changed the text it is composing.
    Composed(Field),
    /// An entry of a list was chosen; its name is the list's. Arrows walk through the entries.
    Chosen(&'static str),
    /// Everything else: a paste, a fix, the demo.
    AtOnce,
}

/// An open step: the next change joins it if it goes on there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Typing in this field, with the caret behind this many bytes.
    Typing(Field, usize),
    /// Choosing from this list.
    Choosing(&'static str),
}

/// One step: what the changed parts held on its other side.
#[derive(Clone, Debug, Default)]
struct Step {
    texts: Vec<(Field, String)>,
    push_type: Option<PushType>,
    environment: Option<Environment>,
    set_aside: Option<Option<Box<Form>>>,
    signer: Option<KeySlot>,
    /// The bytes of the larger side.
    bytes: usize,
}

/// The steps that can be undone, and those that can be redone. Copies of a history share them.
#[derive(Clone, Debug, Default)]
pub struct History {
    undone: Vec<Rc<Step>>,
    done: VecDeque<Rc<Step>>,
    run: Option<Run>,
    bytes: usize,
}

impl History {
    /// True if there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// True if there is a step to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// The bytes of text it keeps at most, whichever way it is walked.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of steps, done and undone.
    pub fn steps(&self) -> usize {
        self.done.len() + self.undone.len()
    }

    /// Ends the newest step: the next change begins another.
    pub fn end_step(&mut self) {
        self.run = None;
    }

    /// Takes in a change that was made.
    pub fn record(&mut self, before: &Work, after: &Work, manner: Manner) {
        if before == after {
            return;
        }
        for step in self.undone.drain(..) {
            self.bytes -= step.bytes;
        }
        let (joins, run) = follow(self.run, before, after, manner);
        match self.done.back_mut() {
            Some(newest) if joins => {
                self.bytes -= newest.bytes;
                Rc::make_mut(newest).join(before, after);
                self.bytes += newest.bytes;
            }
            _ => {
                let step = Step::between(before, after);
                self.bytes += step.bytes;
                self.done.push_back(Rc::new(step));
            }
        }
        self.run = run;
        self.shrink();
    }

    /// Undoes the newest step; false if there is none.
    pub fn undo(&mut self, work: &mut Work) -> bool {
        self.run = None;
        let Some(mut step) = self.done.pop_back() else {
            return false;
        };
        Rc::make_mut(&mut step).exchange(work);
        self.undone.push(step);
        true
    }

    /// Makes the step again that was undone last; false if there is none.
    pub fn redo(&mut self, work: &mut Work) -> bool {
        self.run = None;
        let Some(mut step) = self.undone.pop() else {
            return false;
        };
        Rc::make_mut(&mut step).exchange(work);
        self.done.push_back(step);
        true
    }

    fn shrink(&mut self) {
        while self.done.len() > MOST_STEPS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.done.pop_front() else {
                return;
            };
            self.bytes -= oldest.bytes;
        }
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

    /// Takes in a further change: of what it keeps already, the older text stays.
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

    /// Puts what it keeps into the work, and keeps what stood there.
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

/// Keeps a choice that was changed, unless an older one is kept already.
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

/// Decides whether a change goes on with a run, and which run is open after it.
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
            // At the caret, or deleting what is behind it.
            let is_there = caret == Some(splice.removed().end) || caret == Some(splice.start);
            (
                is_small && is_there,
                Some(Run::Typing(field, splice.inserted().end)),
            )
        }
    }
}

/// The bytes of text in a form.
fn size(form: &Form) -> usize {
    Field::ALL
        .into_iter()
        .map(|field| form.text(field).len())
        .sum()
}
