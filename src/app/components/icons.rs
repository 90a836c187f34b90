//! Icons, drawn here so that no file is asked for.

use crate::app::tag::{Tag, tag};

const HANDSET: &str = "M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.500c.6 0 1 .4 1 1 0 1.2.2 2.4.6 3.6.1.4 0 .7-.2 1z";
const CAMERA: &str = "M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zm13.5 4.5L22 7.5v9l-4.5-3z";
const RINGS: &str = "M10 13a9 9 0 0 1 9 9M10 7.5A14.5 14.5 0 0 1 24.5 22M10 2a20 20 0 0 1 20 20";

/// Trill's mark: a handset's bell and three rings of sound.
pub fn mark() -> Tag {
    let bell = tag("circle", "")
        .set("cx", "10")
        .set("cy", "22")
        .set("r", "4")
        .set("fill", "currentColor");
    let rings = path(RINGS, "none")
        .set("stroke", "currentColor")
        .set("stroke-width", "3")
        .set("stroke-linecap", "round");
    picture("0 0 32 32")
        .set("class", "mark")
        .with(bell)
        .with(rings)
}

/// A handset, for the green and the red button.
pub fn handset() -> Tag {
    picture("0 0 24 24").with(path(HANDSET, "currentColor"))
}

/// A camera, for video calls.
pub fn camera() -> Tag {
    picture("0 0 24 24").with(path(CAMERA, "currentColor"))
}

fn picture(view_box: &'static str) -> Tag {
    tag("svg", "")
        .set("viewBox", view_box)
        .set("aria-hidden", "true")
}

fn path(shape: &'static str, fill: &'static str) -> Tag {
    tag("path", "").set("fill", fill).set("d", shape)
}
