//! State of the pointer: whether a button or a finger is down. A press misses its target if the
//! layout moves under it, so comments on the field that loses the focus wait until the press is
//! over.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::document;

/// Tracks the pointer until dropped.
pub struct Pointer {
    is_down: Rc<Cell<bool>>,
    _listeners: [EventListener; 3],
}

impl Pointer {
    /// Calls `on_release` when a press, including the click it causes, is over.
    pub fn watch(on_release: impl Fn() + Clone + 'static) -> Self {
        let is_down = Rc::new(Cell::new(false));
        let listen = |name: &'static str, down: bool| {
            let (is_down, on_release) = (Rc::clone(&is_down), on_release.clone());
            EventListener::new_with_options(
                &document(),
                name,
                EventListenerOptions::run_in_capture_phase(),
                move |_| {
                    is_down.set(down);
                    if !down {
                        let on_release = on_release.clone();
                        // The click event follows the release within the same task.
                        Timeout::new(0, on_release).forget();
                    }
                },
            )
        };
        let listeners = [
            listen("pointerdown", true),
            listen("pointerup", false),
            listen("pointercancel", false),
        ];
        Self {
            is_down,
            _listeners: listeners,
        }
    }

    /// Returns `true` while a button or a finger is down.
    pub fn is_down(&self) -> bool {
        self.is_down.get()
    }
}
