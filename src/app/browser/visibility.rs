//! Whether anybody looks at the page.

use gloo::events::EventListener;
use gloo::utils::{document, window};

/// Whether the page is in front.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Calls `on_change` whenever that changes, until dropped.
pub fn watch(on_change: impl Fn(bool) + 'static) -> EventListener {
    EventListener::new(&document(), "visibilitychange", move |_| {
        on_change(is_visible())
    })
}

/// Calls `on_leave` when the page is closed, loaded again or put by, until dropped.
pub fn watch_leaving(on_leave: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "pagehide", move |_| on_leave())
}

/// Calls `on_return` when a page that was put by is shown again, until dropped. A first showing counts too.
pub fn watch_coming_back(on_return: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "pageshow", move |_| on_return())
}
