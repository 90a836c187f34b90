//! Trill: a browser tab that makes an iPhone ring.
//!
//! A pure centre and three shells. [`apns`] knows what Apple accepts and [`call`] what the phone
//! does with it, [`lint`] holds the rules about a push before it is sent, [`diagnosis`] the likely
//! causes of how it ended, and [`receiver`] writes the app's half; all take values and return
//! values. `app` is the page, `relay` the program that serves it and carries its pushes, `store`
//! what of that outlives a restart, `simulator` an APNs to practise on, and `cli` what is typed to
//! start them. The shells meet in the centre and in HTTP, nowhere else.

pub mod apns;
pub mod call;
pub mod diagnosis;
pub mod lint;
pub mod receiver;

#[cfg(feature = "app")]
pub mod app;
#[cfg(feature = "relay")]
pub mod caller;
#[cfg(feature = "relay")]
pub mod cli;
#[cfg(feature = "relay")]
mod http2_frames;
#[cfg(feature = "relay")]
mod option_file;
#[cfg(feature = "relay")]
mod random_bytes;
#[cfg(feature = "relay")]
pub mod relay;
#[cfg(feature = "relay")]
pub mod simulator;
#[cfg(feature = "relay")]
pub mod store;
#[cfg(feature = "relay")]
mod sync;
