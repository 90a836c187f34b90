//! The relay between programs that are not ours: curl, HAProxy, nginx and slowhttptest in front of it, nghttpd behind
//! it, openssl for keys and certificates.
//!
//! Where to add a test: `upstream` is what the relay does to, and learns from, a foreign HTTP/2
//! server, `tunnel` the same behind a proxy; `proxies` is what stands in front of it and is lied to, `slow` who takes his time; `senders` is what five libraries make of `trill simulate`, and `command_line` what
//! curl and openssl do; `receiver` is what a Swift parser makes of the generated code; `recipe` is what a shell script that follows Apple's documentation gets back.

#![allow(clippy::unwrap_used)] // a test may fail

mod command_line;
mod nghttpd;
mod proxies;
mod receiver;
mod recipe;
mod senders;
mod slow;
#[path = "../support/mod.rs"]
#[allow(dead_code)] // shared with other test binaries, each of which uses a part
mod support;
mod tunnel;
mod upstream;
