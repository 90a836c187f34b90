//! The panels of the page, one a file: each draws its part of the state.

pub mod certificate;
pub mod diagnosis;
pub mod findings;
pub mod headers;
pub mod mapping;
pub mod masthead;
pub mod notice;
pub mod outcome;
pub mod payload;
pub mod phone;
pub mod signer;
pub mod target;
