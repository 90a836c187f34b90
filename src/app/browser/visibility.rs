//! Whether anybody looks at the page.

use gloo::events::EventListener;
use gloo::utils::document;

/// Whether the page is in front.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Calls `on_change` whenever that changes, until dropped.
pub fn watch(on_change: impl Fn(bool) + 'static) -> EventListener {
    EventListener::new(&document(), "visibilitychange", move |_| on_change(is_visible()))
}
