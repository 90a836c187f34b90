//! Key error: the reason why a file is not a signing key. Its sentence tells what the file is
//! instead and what to do, and never repeats a byte of the key.

use thiserror::Error;

use super::pem_error::PemError;

/// Reason why a file is not a signing key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The file is empty, or has only blank lines.
    #[error(
        "There is nothing in it, or only blank lines. Download the .p8 again or pick another file."
    )]
    Empty,
    /// The file is too large for a key.
    #[error(
        "An APNs key is about 250 bytes; this file has {} KiB. Pick the AuthKey_XXXXXXXXXX.p8 \
         file.",
        bytes.div_ceil(1024)
    )]
    TooBig {
        /// Size in bytes.
        bytes: usize,
    },
    /// The file is an image, an archive, a PDF or other binary data.
    #[error(
        "This is an image, an archive or another binary file, not a .p8 key. Pick the \
         AuthKey_XXXXXXXXXX.p8 file."
    )]
    NotText,
    /// The text is encoded in UTF-16, or contains NUL bytes.
    #[error(
        "This was saved as UTF-16, not as plain text. Save it as UTF-8, or use the original .p8."
    )]
    Utf16,
    /// The file is a web page.
    #[error(
        "This is a web page, perhaps one that asks to sign in. Sign in to Apple and download the \
         key again."
    )]
    IsHtml,
    /// The file is a service account of Firebase or Google Cloud.
    #[error(
        "This is a Firebase or Google file, not an Apple key. Pick the AuthKey_XXXXXXXXXX.p8 file."
    )]
    IsFirebase,
    /// The file is a PKCS#12 bundle or some other DER.
    #[error("This is a certificate bundle or another binary file. Use a token key (.p8) instead.")]
    IsP12,
    /// The file is a certificate.
    #[error("This is a certificate, not a private key. Pick the AuthKey_XXXXXXXXXX.p8 file.")]
    IsCertificate,
    /// The file is a public key.
    #[error(
        "This is the public half; the .p8 holds the private one. Pick the AuthKey_XXXXXXXXXX.p8 \
         file."
    )]
    IsPublic,
    /// The file is an SSH key.
    #[error("This is an SSH key. APNs needs the .p8 key from your Apple developer account.")]
    IsSsh,
    /// The key is protected by a passphrase.
    #[error(
        "This key has a passphrase; Apple’s keys have none. Decrypt it first: openssl pkey -in \
         KEY -out PLAIN.p8"
    )]
    Encrypted,
    /// The key is an RSA key.
    #[error(
        "This is an RSA key. APNs needs an EC key on curve P-256: the .p8 from your developer \
         account."
    )]
    Rsa,
    /// The key is on an elliptic curve other than P-256.
    #[error("This key is on {name}; APNs needs P-256. Pick the AuthKey_XXXXXXXXXX.p8 file.")]
    WrongCurve {
        /// Name of the curve.
        name: &'static str,
    },
    /// The key is of another type.
    #[error("This is {name} key; APNs needs EC P-256. Pick the AuthKey_XXXXXXXXXX.p8 file.")]
    WrongType {
        /// Name of the type, with its article.
        name: &'static str,
    },
    /// The curve is given by its parameters instead of its name.
    #[error(
        "The curve is spelled out instead of named. Re-export the key as named P-256, or use \
         Apple’s file."
    )]
    ExplicitCurve,
    /// The PEM block has another label.
    #[error("{} Pick the AuthKey_XXXXXXXXXX.p8 file.", labelled(label))]
    WrongLabel {
        /// Label of the block; empty if it is unknown.
        label: &'static str,
    },
    /// The PEM text around the key is damaged.
    #[error(transparent)]
    Pem(PemError),
    /// The version of the format is undefined.
    #[error("Unknown key format version {version}. Use the original AuthKey_XXXXXXXXXX.p8 file.")]
    Version {
        /// Version of the format.
        version: u8,
    },
    /// Bytes are missing.
    #[error("A line is missing: {have} of {whole} bytes are there. Copy the whole file again.")]
    CutMiddle {
        /// Number of bytes present.
        have: usize,
        /// Number of bytes expected.
        whole: usize,
    },
    /// The data does not begin like a key.
    #[error(
        "The text inside does not begin as a key does: a line is missing or damaged. Copy the \
         whole file again."
    )]
    Beheaded,
    /// There are extra bytes at the end.
    #[error("{} the key. Copy the file again.", extra_bytes(*extra))]
    Trailing {
        /// Number of extra bytes.
        extra: usize,
    },
    /// The data does not describe a key.
    #[error(
        "The text inside is not a private key; it may be damaged. Download or copy the .p8 again."
    )]
    NotAKey,
    /// The private number is not valid for P-256.
    #[error(
        "The number inside is not a valid P-256 key: the file was edited or damaged. Use the \
         original .p8."
    )]
    InvalidNumber,
    /// The private number has a wrong length.
    #[error(
        "The number inside {}: the file was edited. Use the original .p8.",
        number_length(*bytes)
    )]
    NumberLength {
        /// Length of the number in bytes.
        bytes: usize,
    },
    /// The public key inside is damaged, or belongs to another key.
    #[error(
        "The public half inside is damaged or of another key: the file was edited. Use the \
         original .p8."
    )]
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
    /// Stable code of the error.
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

/// Sentence about an unexpected label; an empty one is unknown.
fn labelled(label: &str) -> String {
    match label {
        "" => "The BEGIN line names something else than a private key.".to_owned(),
        label => format!("This is a “{label}”, not a private key."),
    }
}

fn extra_bytes(extra: usize) -> String {
    match extra {
        1 => "1 extra byte follows".to_owned(),
        extra => format!("{extra} extra bytes follow"),
    }
}

fn number_length(bytes: usize) -> String {
    match bytes {
        33 => "is one byte too long".to_owned(),
        bytes => format!("has {bytes} bytes instead of 32"),
    }
}
