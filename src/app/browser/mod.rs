//! The browser APIs that the page uses, one file each. No other module calls them.

pub mod clock;
pub mod events;
pub mod files;
pub mod focus;
pub mod http;
pub mod in_view;
pub mod keyboard;
mod listener;
pub mod pointer;
pub mod random;
pub mod save;
pub mod secret_guard;
pub mod selects;
pub mod sign_in;
pub mod storage;
pub mod visibility;
