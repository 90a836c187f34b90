//! Icons as inline SVG, which need no request.

use yew::prelude::*;

const HANDSET: &str = "M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.500c.6 0 1 .4 1 1 0 1.2.2 2.4.6 3.6.1.4 0 .7-.2 1z";
const CAMERA: &str = "M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zm13.5 4.5L22 7.5v9l-4.5-3z";
const RINGS: &str = "M10 13a9 9 0 0 1 9 9M10 7.5A14.5 14.5 0 0 1 24.5 22M10 2a20 20 0 0 1 20 20";

/// Trill's logo: a handset's bell and three sound waves.
pub fn mark() -> Html {
    html! {
        <svg viewBox="0 0 32 32" aria-hidden="true" class="mark">
            <circle cx="10" cy="22" r="4" fill="currentColor" />
            <path
                fill="none"
                d={RINGS}
                stroke="currentColor"
                stroke-width="3"
                stroke-linecap="round"
            />
        </svg>
    }
}

/// Handset icon of the answer and the end button.
pub fn handset() -> Html {
    picture(HANDSET)
}

/// Camera icon of video calls.
pub fn camera() -> Html {
    picture(CAMERA)
}

fn picture(shape: &'static str) -> Html {
    html! {
        <svg viewBox="0 0 24 24" aria-hidden="true">
            <path fill="currentColor" d={shape} />
        </svg>
    }
}
