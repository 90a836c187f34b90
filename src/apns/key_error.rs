//! Why a file is not a signing key. The sentence says what it is instead and what to do; it never repeats a byte of
//! the key.

use std::fmt;

use super::pem_error::PemError;

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
        Self::Pem(error)
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

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooBig { bytes } => {
                let kib = bytes.div_ceil(1024);
                return write!(f, "An APNs key is about 250 bytes; this file has {kib} KiB. Pick the AuthKey_….p8 file.");
            }
            Self::WrongCurve { name } => return write!(f, "This key is on {name}; APNs needs P-256. Pick the AuthKey_….p8 file."),
            Self::WrongType { name } => return write!(f, "This is {name} key; APNs needs EC P-256. Pick the AuthKey_….p8 file."),
            Self::WrongLabel { label } if !label.is_empty() => {
                return write!(f, "This is a “{label}”, not a private key. Pick the AuthKey_….p8 file.");
            }
            Self::Pem(error) => return error.fmt(f),
            Self::Version { version } => return write!(f, "Unknown key format version {version}. Use the original AuthKey_….p8 file."),
            Self::CutMiddle { have, whole } => {
                return write!(f, "A line is missing: {have} of {whole} bytes are there. Copy the whole file again.");
            }
            Self::Trailing { extra } => {
                let plural = if *extra == 1 { "byte follows" } else { "bytes follow" };
                return write!(f, "{extra} extra {plural} the key. Copy the file again.");
            }
            Self::NumberLength { bytes: 33 } => "The number inside is one byte too long: the file was edited. Use the original .p8.",
            Self::NumberLength { bytes } => {
                return write!(f, "The number inside has {bytes} bytes instead of 32: the file was edited. Use the original .p8.");
            }
            Self::Empty => "There is nothing in it, or only blank lines. Download the .p8 again or pick another file.",
            Self::NotText => "This is an image, an archive or another binary file, not a .p8 key. Pick the AuthKey_….p8 file.",
            Self::Utf16 => "This was saved as UTF-16, not as plain text. Save it as UTF-8, or use the original .p8.",
            Self::IsHtml => "This is a web page, perhaps one that asks to sign in. Sign in to Apple and download the key again.",
            Self::IsFirebase => "This is a Firebase or Google file, not an Apple key. Pick the AuthKey_….p8 file.",
            Self::IsP12 => "This is a certificate bundle or another binary file. Use a token key (.p8) instead.",
            Self::IsCertificate => "This is a certificate, not a private key. Pick the AuthKey_….p8 file.",
            Self::IsPublic => "This is the public half; the .p8 holds the private one. Pick the AuthKey_….p8 file.",
            Self::IsSsh => "This is an SSH key. APNs needs the .p8 key from your Apple developer account.",
            Self::Encrypted => "This key has a passphrase; Apple’s keys have none. Decrypt it first: openssl pkcs8 -in KEY -out PLAIN.p8",
            Self::Rsa => "This is an RSA key. APNs needs an EC key on curve P-256: the .p8 from your developer account.",
            Self::ExplicitCurve => "The curve is spelled out instead of named. Re-export the key as named P-256, or use Apple’s file.",
            Self::WrongLabel { .. } => "The BEGIN line names something else than a private key. Pick the AuthKey_….p8 file.",
            Self::Beheaded => "The text inside does not begin as a key does: a line is missing or damaged. Copy the whole file again.",
            Self::NotAKey => "The text inside is not a private key; it may be damaged. Download or copy the .p8 again.",
            Self::InvalidNumber => "The number inside is not a valid P-256 key: the file was edited or damaged. Use the original .p8.",
            Self::PairMismatch => "The public half inside is damaged or of another key: the file was edited. Use the original .p8.",
        })
    }
}

impl std::error::Error for KeyError {}
