//! The panels of the page, one per file; each draws a part of the state. Cards and
//! their parts are functions of the [`Page`](super::page::Page).

pub mod certificate;
pub mod demo;
pub mod diagnosis;
pub mod editor;
pub mod findings;
pub mod headers;
pub mod key_holder;
pub mod masthead;
pub mod meter;
pub mod notice;
pub mod outcome;
pub mod oversized;
pub mod own_app;
pub mod payload;
pub mod payload_tools;
pub mod phone;
pub mod phone_screen;
pub mod production_question;
pub mod provider_token;
pub mod receiver;
pub mod receiver_files;
pub mod receiving_app;
pub mod ring;
pub mod send_bar;
pub mod sends;
pub mod sent;
pub mod signer;
pub mod target;
