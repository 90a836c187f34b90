//! Visibility of the page.

use gloo::events::EventListener;
use gloo::utils::{document, window};

/// Returns `true` if the page is in the foreground.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Calls `on_change` when the visibility changes, until dropped.
pub fn watch(on_change: impl Fn(bool) + 'static) -> EventListener {
    EventListener::new(&document(), "visibilitychange", move |_| {
        on_change(is_visible())
    })
}

/// Calls `on_leave` when the page is closed, reloaded or put into the back/forward cache, until
/// dropped.
pub fn watch_leaving(on_leave: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "pagehide", move |_| on_leave())
}

/// Calls `on_return` when the page is shown, at first and from the back/forward cache, until
/// dropped.
pub fn watch_coming_back(on_return: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "pageshow", move |_| on_return())
}
