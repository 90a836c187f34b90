//! Tracks whether an element is in the viewport.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::js_sys::Array;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};
use yew::prelude::*;

/// An `IntersectionObserver` together with the callback it calls.
struct Observer {
    observer: IntersectionObserver,
    _callback: Closure<dyn Fn(Array)>,
}

impl Observer {
    /// Calls `on_change` with `true` if any part of the element is in the viewport, now and at each
    /// change, until dropped.
    fn watch(element: &Element, on_change: impl Fn(bool) + 'static) -> Option<Self> {
        let callback = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
            let newest = entries.pop().unchecked_into::<IntersectionObserverEntry>();
            on_change(newest.is_intersecting());
        });
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Returns a reference for an element, and `true` while any part of it is in the viewport.
#[hook]
pub fn use_in_view() -> (NodeRef, bool) {
    let element = use_node_ref();
    let is_in_view = use_state_eq(|| true);
    let (watched, change) = (element.clone(), is_in_view.setter());
    use_effect_with((), move |()| {
        let observer = watched
            .cast::<Element>()
            .and_then(|element| Observer::watch(&element, move |is| change.set(is)));
        move || drop(observer)
    });
    (element, *is_in_view)
}
