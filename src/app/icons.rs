//! Icons, drawn here so that no file is asked for.

use yew::prelude::*;

/// Trill's mark: a handset's bell and three rings of sound.
pub fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="10" cy="22" r="4" fill="currentColor" />
            <path d="M10 13a9 9 0 0 1 9 9M10 7.5A14.5 14.5 0 0 1 24.500 22M10 2a20 20 0 0 1 20 20" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
        </svg>
    }
}

/// A handset, for the green and the red button.
pub fn handset() -> Html {
    html! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path
                fill="currentColor"
                d="M6.600 10.800c1.400 2.800 3.800 5.100 6.600 6.600l2.200-2.200c.3-.3.7-.4 1-.2 1.100.4 2.300.6 3.600.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.600 21 3 13.400 3 4c0-.6.4-1 1-1h3.500c.6 0 1 .4 1 1 0 1.200.2 2.400.6 3.600.1.4 0 .7-.2 1z"
            />
        </svg>
    }
}

/// A camera, for video calls.
pub fn camera() -> Html {
    html! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path fill="currentColor" d="M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zm13.500 4.500L22 7.500v9l-4.500-3z" />
        </svg>
    }
}
