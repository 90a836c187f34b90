//! Why a file is not a signing key. The sentence says what it is instead and what to do; it never repeats a byte of
//! the key.

use std::fmt;

use super::pem_error::PemError;
use crate::sentence::{Sentence, Wordings};

/// Why a file is not a signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing, or only blank lines.
    Empty,
    /// Too large to be a key.
    TooBig {
        /// The size found.
        bytes: usize,
    },
    /// An image, an archive, a PDF or other bytes.
    NotText,
    /// Text in UTF-16, or with NUL bytes in it.
    Utf16,
    /// A web page.
    IsHtml,
    /// A service account of Firebase or Google Cloud.
    IsFirebase,
    /// A PKCS#12 bundle, or some other bare DER.
    IsP12,
    /// A certificate.
    IsCertificate,
    /// A public key.
    IsPublic,
    /// A key for SSH.
    IsSsh,
    /// Protected by a passphrase.
    Encrypted,
    /// An RSA key.
    Rsa,
    /// An elliptic curve, but not P-256.
    WrongCurve {
        /// What the field calls the curve.
        name: &'static str,
    },
    /// Another kind of key.
    WrongType {
        /// What it is, with its article.
        name: &'static str,
    },
    /// The curve is given by its numbers instead of its name.
    ExplicitCurve,
    /// A PEM block of some other kind.
    WrongLabel {
        /// The label found, or nothing when it is none we know.
        label: &'static str,
    },
    /// The PEM text around the key is damaged.
    Pem(PemError),
    /// A format version nobody has defined.
    Version {
        /// The version.
        version: u8,
    },
    /// Bytes are missing.
    CutMiddle {
        /// How many are there.
        have: usize,
        /// How many there should be.
        whole: usize,
    },
    /// What is there does not begin as a key does.
    Beheaded,
    /// Bytes are left over.
    Trailing {
        /// How many.
        extra: usize,
    },
    /// The bytes do not describe a key.
    NotAKey,
    /// The number inside is not a P-256 key.
    InvalidNumber,
    /// The number inside has another length.
    NumberLength {
        /// Its bytes.
        bytes: usize,
    },
    /// The public half is damaged, or belongs to another key.
    PairMismatch,
}

impl From<PemError> for KeyError {
    fn from(error: PemError) -> Self {
        match error {
            PemError::Encrypted => Self::Encrypted,
            error => Self::Pem(error),
        }
    }
}

impl KeyError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "key_empty",
            Self::TooBig { .. } => "key_too_big",
            Self::NotText => "key_not_text",
            Self::Utf16 => "key_utf16",
            Self::IsHtml => "key_is_html",
            Self::IsFirebase => "key_is_fcm",
            Self::IsP12 => "key_is_p12",
            Self::IsCertificate => "key_is_cert",
            Self::IsPublic => "key_is_public",
            Self::IsSsh => "key_ssh",
            Self::Encrypted => "key_encrypted",
            Self::Rsa => "key_rsa",
            Self::WrongCurve { .. } => "key_wrong_curve",
            Self::WrongType { .. } | Self::WrongLabel { .. } | Self::NotAKey => "key_wrong_type",
            Self::ExplicitCurve => "key_explicit_params",
            Self::Pem(error) => error.code(),
            Self::Version { .. } => "key_version",
            Self::CutMiddle { .. } | Self::Beheaded => "key_cut_middle",
            Self::Trailing { .. } => "key_trailing",
            Self::InvalidNumber | Self::NumberLength { .. } => "key_invalid_number",
            Self::PairMismatch => "key_pair_mismatch",
        }
    }
}

impl KeyError {
    /// What it is instead, and what to do.
    pub fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(self.code());
        match self {
            Self::TooBig { bytes } => sentence.number(bytes.div_ceil(1024)),
            Self::WrongCurve { name } | Self::WrongType { name } => sentence.gap(name),
            Self::WrongLabel { label: "" } => Sentence::new("key_wrong_type.unknown_label"),
            Self::WrongLabel { label } => Sentence::new("key_wrong_type.label").gap(label),
            Self::NotAKey => Sentence::new("key_wrong_type.text"),
            Self::Pem(error) => error.sentence(),
            Self::Version { version } => sentence.number(usize::from(*version)),
            Self::CutMiddle { have, whole } => sentence.number(*have).number(*whole),
            Self::Beheaded => Sentence::new("key_cut_middle.start"),
            Self::Trailing { extra: 1 } => Sentence::new("key_trailing.one"),
            Self::Trailing { extra } => sentence.number(*extra),
            Self::NumberLength { bytes: 33 } => Sentence::new("key_invalid_number.long"),
            Self::NumberLength { bytes } => {
                Sentence::new("key_invalid_number.length").number(*bytes)
            }
            _ => sentence,
        }
    }
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "key_missing",
        "There is no key to sign with. Drop your AuthKey_XXXXXXXXXX.p8 here, or ring the demo phone.",
    ),
    (
        "key_too_big",
        "An APNs key is about 250 bytes; this file has {0} KiB. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_wrong_curve",
        "This key is on {0}; APNs needs P-256. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_wrong_type",
        "This is {0} key; APNs needs EC P-256. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_wrong_type.label",
        "This is a “{0}”, not a private key. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_wrong_type.unknown_label",
        "The BEGIN line names something else than a private key. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_wrong_type.text",
        "The text inside is not a private key; it may be damaged. Download or copy the .p8 again.",
    ),
    (
        "key_version",
        "Unknown key format version {0}. Use the original AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_cut_middle",
        "A line is missing: {0} of {1} bytes are there. Copy the whole file again.",
    ),
    (
        "key_cut_middle.start",
        "The text inside does not begin as a key does: a line is missing or damaged. Copy the whole file again.",
    ),
    (
        "key_trailing",
        "{0} extra bytes follow the key. Copy the file again.",
    ),
    (
        "key_trailing.one",
        "1 extra byte follows the key. Copy the file again.",
    ),
    (
        "key_invalid_number",
        "The number inside is not a valid P-256 key: the file was edited or damaged. Use the original .p8.",
    ),
    (
        "key_invalid_number.long",
        "The number inside is one byte too long: the file was edited. Use the original .p8.",
    ),
    (
        "key_invalid_number.length",
        "The number inside has {0} bytes instead of 32: the file was edited. Use the original .p8.",
    ),
    (
        "key_empty",
        "There is nothing in it, or only blank lines. Download the .p8 again or pick another file.",
    ),
    (
        "key_not_text",
        "This is an image, an archive or another binary file, not a .p8 key. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_utf16",
        "This was saved as UTF-16, not as plain text. Save it as UTF-8, or use the original .p8.",
    ),
    (
        "key_is_html",
        "This is a web page, perhaps one that asks to sign in. Sign in to Apple and download the key again.",
    ),
    (
        "key_is_fcm",
        "This is a Firebase or Google file, not an Apple key. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_is_p12",
        "This is a certificate bundle or another binary file. Use a token key (.p8) instead.",
    ),
    (
        "key_is_cert",
        "This is a certificate, not a private key. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_is_public",
        "This is the public half; the .p8 holds the private one. Pick the AuthKey_XXXXXXXXXX.p8 file.",
    ),
    (
        "key_ssh",
        "This is an SSH key. APNs needs the .p8 key from your Apple developer account.",
    ),
    (
        "key_encrypted",
        "This key has a passphrase; Apple’s keys have none. Decrypt it first: openssl pkcs8 -in KEY -out PLAIN.p8",
    ),
    (
        "key_rsa",
        "This is an RSA key. APNs needs an EC key on curve P-256: the .p8 from your developer account.",
    ),
    (
        "key_explicit_params",
        "The curve is spelled out instead of named. Re-export the key as named P-256, or use Apple’s file.",
    ),
    (
        "key_pair_mismatch",
        "The public half inside is damaged or of another key: the file was edited. Use the original .p8.",
    ),
];

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for KeyError {}
