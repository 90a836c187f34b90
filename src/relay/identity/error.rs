//! Errors of identity files. The text tells what the file is instead and what to do. It contains
//! neither the password nor any byte of the file.

use std::fmt;

use crate::apns::Date;
use crate::apns::signing_key::KeyError;

/// Reason for which a file is no usable identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityError {
    /// The file is empty.
    Empty,
    /// The file is larger than any certificate with its key.
    TooBig,
    /// The file is neither a certificate nor a key.
    Unknown,
    /// The file ends too early, or is not valid PEM or DER.
    Damaged,
    /// The `.p12` needs a password.
    PasswordMissing,
    /// The password does not open the `.p12`.
    WrongPassword,
    /// The `.p12` uses an unusual format.
    Unsupported,
    /// The PEM key has a passphrase.
    EncryptedKey,
    /// The file has certificates and no key.
    NoKey,
    /// The file is one certificate, as downloaded from Apple.
    BareCertificate,
    /// The file is a private key without its certificate.
    BareKey,
    /// The file is a key, or the remains of one, that cannot be used for this reason.
    Key(KeyError),
    /// The file is the `.p8` key that signs provider tokens.
    SigningKey,
    /// The file is a public key.
    PublicKey,
    /// The file is a certificate signing request.
    Request,
    /// The file is a provisioning profile, or other signed data.
    SignedData,
    /// TLS cannot use this kind of key.
    UnsupportedKey,
    /// The key belongs to another certificate.
    Mismatch,
    /// The file has several certificates with their keys.
    Several,
    /// The certificate has expired; its last day.
    Expired(Date),
    /// The certificate is not valid yet; its first day.
    Early(Date),
    /// The certificate is not for pushes.
    NoTopics,
    /// The certificate is for signing apps.
    SignsApps,
}

impl IdentityError {
    /// Stable error code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "identity_empty",
            Self::TooBig => "identity_too_big",
            Self::Unknown => "identity_unknown",
            Self::Damaged => "identity_damaged",
            Self::PasswordMissing => "identity_password_missing",
            Self::WrongPassword => "identity_wrong_password",
            Self::Unsupported => "identity_unsupported",
            Self::EncryptedKey | Self::Key(KeyError::Encrypted) => "identity_encrypted_key",
            Self::Key(error) => error.code(),
            Self::NoKey => "identity_no_key",
            Self::BareCertificate => "identity_bare_certificate",
            Self::BareKey => "identity_bare_key",
            Self::SigningKey => "identity_signing_key",
            Self::PublicKey => "identity_public_key",
            Self::Request => "identity_request",
            Self::SignedData => "identity_signed_data",
            Self::UnsupportedKey => "identity_unsupported_key",
            Self::Mismatch => "identity_mismatch",
            Self::Several => "identity_several",
            Self::Expired(_) => "identity_expired",
            Self::Early(_) => "identity_not_valid_yet",
            Self::NoTopics => "identity_no_topics",
            Self::SignsApps => "identity_signs_apps",
        }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::Expired(date) => {
                return write!(
                    f,
                    "The certificate expired on {date}. Make a new one at developer.apple.com."
                );
            }
            Self::Early(date) => {
                return write!(
                    f,
                    "The certificate is not valid before {date}. Check the clock of this machine."
                );
            }
            Self::Key(error) => return error.fmt(f),
            Self::Empty => {
                "The file is empty. Choose the .p12 that Keychain Access exports, or PEM with certificate and key."
            }
            Self::TooBig => {
                "The file is too large for a certificate with its key. Choose the .p12 that Keychain Access exports."
            }
            Self::Unknown => {
                "This is neither .p12 nor PEM nor a certificate. Export certificate and key from Keychain Access as .p12."
            }
            Self::Damaged => {
                "The file is damaged or cut off. Copy it again as a whole, or export it anew."
            }
            Self::PasswordMissing => {
                "This .p12 has a password, and none was given. Set TRILL_IDENTITY_PASSWORD, or name a file that holds it (see --help)."
            }
            Self::WrongPassword => {
                "The password does not open this .p12. Give the one it was exported with, or export it anew."
            }
            Self::Unsupported => {
                "This .p12 is written in an unusual way. Convert it: openssl pkcs12 -legacy -in FILE -nodes -out push.pem"
            }
            Self::EncryptedKey => {
                "The key in this PEM file has a passphrase. Make a .p12, which may have one: openssl pkcs12 -export -in FILE -out push.p12"
            }
            Self::NoKey => {
                "There is a certificate in it but no private key. In Keychain Access, export the certificate with the key under it as .p12."
            }
            Self::BareCertificate => {
                "This is a certificate alone, without a key. Open it on the Mac that requested it, and export both from Keychain Access as .p12."
            }
            Self::BareKey => {
                "This is a private key without its certificate. Put both into one file: cat certificate.pem key.pem > push.pem"
            }
            Self::SigningKey => {
                "This is a signing key for provider tokens, and no certificate. Drop it into the page instead."
            }
            Self::PublicKey => {
                "This is a public key. Choose the certificate and its private key, from Keychain Access as .p12."
            }
            Self::Request => {
                "This is a certificate request. Upload it at developer.apple.com, and join what you get with the key that made the request."
            }
            Self::SignedData => {
                "This is a provisioning profile or PKCS#7, without a key. Export the certificate from Keychain Access as .p12."
            }
            Self::UnsupportedKey => {
                "TLS cannot use this kind or size of key; Apple takes RSA of 2048 bits. Make a new certificate."
            }
            Self::Mismatch => {
                "The private key is not the one of the certificate. Export both together from Keychain Access as .p12."
            }
            Self::Several => {
                "Several certificates for pushes have their keys in it. Export the one you mean alone."
            }
            Self::NoTopics => {
                "The certificate is not for pushes: it names no topic. Use an Apple Push Services or VoIP Services certificate."
            }
            Self::SignsApps => {
                "This certificate signs apps and cannot send. Use an Apple Push Services or VoIP Services certificate."
            }
        };
        f.write_str(sentence)
    }
}

impl std::error::Error for IdentityError {}
