//! How everything is said that is said here, gathered from the files that say it.

use super::{
    collapse_id, combination, device_token, device_token_error, expiration, identifier, key_error,
    outcome, pasted_token, path, payload, pem, pem_error, priority, provider_token, push_type,
    signer, signing_key, topic,
};
use crate::sentence::Wordings;

pub(crate) const TABLES: &[&[Wordings]] = &[
    &[
        signing_key::WORDINGS,
        key_error::WORDINGS,
        pem::WORDINGS,
        pem_error::WORDINGS,
    ],
    &[
        identifier::WORDINGS,
        signer::WORDINGS,
        provider_token::WORDINGS,
        pasted_token::WORDINGS,
    ],
    &[
        topic::WORDINGS,
        device_token::WORDINGS,
        device_token_error::WORDINGS,
    ],
    &[
        push_type::WORDINGS,
        priority::WORDINGS,
        expiration::WORDINGS,
        collapse_id::WORDINGS,
        combination::WORDINGS,
    ],
    &[path::WORDINGS, outcome::WORDINGS],
    &payload::WORDINGS,
];
