//! The files people send with instead of a signing key: a certificate for pushes and its key, in all their forms.

use super::openssl;

/// The app they are for.
pub(crate) const BUNDLE_ID: &str = "com.example.calls";
/// Topic of their calls.
pub(crate) const TOPIC: &str = "com.example.calls.voip";
/// The team in their subjects.
pub(crate) const TEAM_ID: &str = "DEF123GHIJ";
/// Password of their `.p12` files.
pub(crate) const PASSWORD: &str = "correct horse ß";

/// A certificate and its key, both as PEM.
pub(crate) struct PushFiles {
    /// The certificate.
    pub(crate) certificate: String,
    /// Private key, PKCS#8.
    pub(crate) key: String,
}

impl PushFiles {
    /// As Apple makes them today: RSA, universal, with the topics of the app.
    pub(crate) fn universal(days: i32) -> Self {
        let topics = format!(
            "1.2.840.113635.100.6.3.1=ASN1:NULL\n1.2.840.113635.100.6.3.2=ASN1:NULL\n1.2.840.113635.100.6.3.6=ASN1:SEQUENCE:topics\n\
             [topics]\na.0=UTF8String:{BUNDLE_ID}\na.1=SEQWRAP,UTF8String:app\na.2=UTF8String:{TOPIC}\na.3=SEQWRAP,UTF8String:voip\n"
        );
        let subject = format!("/UID={BUNDLE_ID}/CN=Apple Push Services: {BUNDLE_ID}/OU={TEAM_ID}");
        Self::of(
            &openssl::key(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            &subject,
            &topics,
            days,
        )
    }

    /// One with this name and nothing else that would say what it is for.
    pub(crate) fn named(name: &str, user_id: &str) -> Self {
        let subject = if user_id.is_empty() {
            format!("/CN={name}")
        } else {
            format!("/UID={user_id}/CN={name}")
        };
        Self::of(&openssl::p256_key(), &subject, "", 365)
    }

    /// A VoIP Services certificate for this key.
    pub(crate) fn of_key(key: &str) -> Self {
        Self::of(
            key,
            &format!("/UID={TOPIC}/CN=VoIP Services: {BUNDLE_ID}"),
            "",
            365,
        )
    }

    fn of(key: &str, subject: &str, extensions: &str, days: i32) -> Self {
        Self {
            certificate: openssl::push_certificate_of(key, subject, extensions, days),
            key: key.to_owned(),
        }
    }

    /// Certificate and key in one PEM text.
    pub(crate) fn pem(&self) -> String {
        [self.certificate.as_str(), &self.key].concat()
    }

    /// As Keychain Access exports it, which openssl calls legacy.
    pub(crate) fn keychain(&self, password: &str) -> Vec<u8> {
        openssl::p12(&self.pem(), password, &["-legacy"])
    }

    /// As openssl packs it by itself, with AES.
    pub(crate) fn modern(&self, password: &str) -> Vec<u8> {
        openssl::p12(&self.pem(), password, &[])
    }

    /// The certificate as Apple offers it for download.
    pub(crate) fn cer(&self) -> Vec<u8> {
        openssl::run(&["x509", "-outform", "DER"], self.certificate.as_bytes())
    }

    /// Returns `true` if `text` repeats the password or a line of the key.
    pub(crate) fn are_told_in(&self, text: &str) -> bool {
        let lines = self.key.lines().filter(|line| !line.starts_with("-----"));
        lines.chain([PASSWORD]).any(|secret| text.contains(secret))
    }
}
