//! Tracks whether an element is in the viewport.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::js_sys::Array;
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// An `IntersectionObserver` together with the callback it calls.
pub struct InView {
    observer: IntersectionObserver,
    _callback: Closure<dyn Fn(Array)>,
}

impl InView {
    /// Calls `on_change` with `true` if any part of the element with this ID is in the viewport,
    /// now and at each change, until dropped.
    pub fn watch(id: &str, on_change: impl Fn(bool) + 'static) -> Option<Self> {
        let element = document().get_element_by_id(id)?;
        let callback = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
            let newest = entries.pop().unchecked_into::<IntersectionObserverEntry>();
            on_change(newest.is_intersecting());
        });
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for InView {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
