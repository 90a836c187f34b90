//! Visibility of the page.

use gloo::events::EventListener;
use gloo::utils::{document, window};

use super::listener::listen;
use crate::app::message::{Link, Message};

/// Returns `true` if the page is in the foreground.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Tells when the visibility changes, until dropped.
pub fn watch(link: &Link) -> EventListener {
    listen(&document(), "visibilitychange", link, |_| {
        Some(Message::Visible(is_visible()))
    })
}

/// Calls `on_leave` when the page is closed, reloaded or put into the back/forward cache, until
/// dropped.
pub fn watch_leaving(on_leave: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "pagehide", move |_| on_leave())
}

/// Tells when the page is shown, at first and from the back/forward cache, until dropped.
pub fn watch_coming_back(link: &Link) -> EventListener {
    listen(&window(), "pageshow", link, |_| Some(Message::PageBack))
}
