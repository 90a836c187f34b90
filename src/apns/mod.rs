//! APNs: the data types of a request to APNs and of its answer.
//!
//! Pure functions without I/O. Nothing here uses a browser, a socket, a clock or a random source:
//! time and random bytes are arguments, so everything can be tested with constants. In reading
//! order: the credential ([`signing_key`], [`signer`], [`provider_token`], or [`certificate`]), the
//! recipient ([`topic`], [`device_token`], [`token_list`]), the content ([`headers`],
//! [`push_type`], [`payload`]), findings about it ([`finding`]), and the answer ([`answer`],
//! [`reason`], [`outcome`]). A [`secret`] is detected in any text. Values parsed from pasted text
//! are [`cleaned`], with findings about the corrections.

pub mod answer;
pub mod apns_id;
pub(crate) mod base64url;
pub mod certificate;
mod char_name;
pub mod cleaned;
pub mod collapse_id;
pub mod date;
pub(crate) mod der;
pub mod device_token;
mod device_token_error;
pub mod edit;
pub mod environment;
pub mod expiration;
pub mod finding;
pub mod fix;
pub mod headers;
pub(crate) mod hex;
pub mod identifier;
pub mod json;
pub(crate) mod json_writer;
mod key_error;
pub mod key_file;
mod key_parts;
pub mod outcome;
pub mod parts;
pub mod pasted_token;
pub mod path;
pub mod payload;
pub(crate) mod pem;
mod pem_error;
pub mod position;
pub mod priority;
pub mod provider_token;
pub mod public_key;
pub mod push;
pub mod push_type;
pub mod reason;
pub mod secret;
pub mod signer;
pub mod signing_key;
pub(crate) mod similar;
mod token_bytes;
mod token_in_text;
pub mod token_kind;
pub mod token_list;
pub mod token_schedule;
pub mod topic;
pub mod uuid;
mod words;

pub use answer::Answer;
pub use apns_id::ApnsId;
pub use certificate::{Certificate, CertificateKind};
pub use cleaned::Cleaned;
pub use collapse_id::CollapseId;
pub use date::Date;
pub use device_token::DeviceToken;
pub use edit::Edit;
pub use environment::Environment;
pub use expiration::Expiration;
pub use finding::{Finding, Place, Severity};
pub use fix::{Change, Fix};
pub use headers::Headers;
pub use outcome::Outcome;
pub use parts::Parts;
pub use path::Path;
pub use payload::Payload;
pub use position::Position;
pub use priority::Priority;
pub use provider_token::ProviderToken;
pub use public_key::PublicKey;
pub use push::Push;
pub use push_type::PushType;
pub use reason::Reason;
pub use signing_key::SigningKey;
pub use token_kind::TokenKind;
pub use topic::Topic;
