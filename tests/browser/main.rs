//! The page in a real browser, served by the real program.
//!
//! Where to add a test: `demo` is the visitor who presses one button, `own_key` the developer who
//! brings a key, `phone` the virtual iPhone, `bad_input` everything that goes wrong between them, and `keyboard` the
//! same without a mouse. `findings` is what the page says before a send, `mend` its buttons, `diagnosis` what it says
//! afterwards; `own_app` is the app that gets the push, recognised, chosen or described, `receiver` the code that reads it, `oversized_paste` what is too large for the editor, `history` is undo and
//! redo, `draft` what outlives a reload, `draft_tabs` several
//! tabs, `faults` a way to the relay that breaks, `press` what mouse and keys do to the page itself.
//! `phones` are the devices that registered, and what their receipts make of a send.
//! `certificate` is the other way to authenticate, `sign_in` and `shared_page` a page that somebody else runs: who may use
//! it, and for what. `verdict` is APNs's answer and the phone together, and the demo that always rings. `strangers` are
//! pages of other sites that reach for the relay, `threats` what a hostile text could do to the page, and what the page
//! could give away; `secrets` what becomes of a key in the wrong field. `weight` counts the bytes of a visit,
//! `layout_shift` what moves by itself. `states` are what a visitor can see; `accessibility` and `screenshots` go through
//! all of them, under the feature `peers`, because the first needs axe-core, which `.ci/run` installs.
//! `attention` is where the page leads the eye, the ear and the focus.
//! `driver_checks`, `capture_checks` and `second_opinion` show that the machinery can see what the others rely on it to see.

#![allow(clippy::unwrap_used)] // a test may fail

#[cfg(feature = "peers")]
mod accessibility;
mod attention;
mod bad_input;
mod capture;
mod capture_checks;
mod certificate;
mod demo;
mod diagnosis;
mod draft;
mod draft_tabs;
mod driver;
mod driver_checks;
mod faults;
mod findings;
mod front;
mod history;
mod keyboard;
mod layout_shift;
mod mend;
mod oversized_paste;
mod own_app;
mod own_key;
mod pasted_cases;
mod phone;
mod phones;
mod press;
mod receiver;
#[cfg(feature = "peers")]
mod screenshots;
mod second_opinion;
mod secrets;
mod shared_page;
mod sign_in;
mod simulator;
mod stand_in;
#[cfg(feature = "peers")]
mod states;
mod strangers;
#[path = "../support/mod.rs"]
#[allow(dead_code)] // shared with other test binaries, each of which uses a part
mod support;
mod threats;
mod verdict;
mod visit;
mod weight;
mod words;
