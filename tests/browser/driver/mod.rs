//! A driver for Chromium, just large enough for these tests: it speaks the DevTools protocol, and
//! its input is real input. A click is a mouse event at a place on the screen, a key goes to
//! whatever has the focus, and a dropped file comes from the disk.

mod browser;
mod connection;
mod input;
mod keyboard;
mod keys;
mod tab;
mod tasks;

pub(crate) use browser::Browser;
pub(crate) use connection::Event;
pub(crate) use keys::{CONTROL, META, NONE, SHIFT};
pub(crate) use tab::{Tab, by_test};
