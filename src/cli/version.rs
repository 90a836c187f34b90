//! The version of the program and of the page it contains.
//!
//! The hashes are those of the files a browser receives, so that anyone can compare a served page
//! with a program, and a program with a build of one's own.

use std::fmt::Write as _;

use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

use crate::relay::page;

/// Commit the program was built from, as the build environment reports it.
const COMMIT: Option<&str> = option_env!("BUILT_FROM");

/// The version in one line.
pub(crate) const SHORT: &str = concat!("trill ", env!("CARGO_PKG_VERSION"), "\n");

/// Returns the version with target, toolchain and commit, and with the hashes of the page: one per
/// file in the format of `sha256sum`, and one of those lines.
pub(crate) fn verbose() -> String {
    let files: String = page::files()
        .map(|(path, bytes)| format!("{}  {path}\n", sha256(&bytes)))
        .collect();
    let mut text = SHORT.to_owned();
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "target {}\ntoolchain {}",
        env!("BUILT_FOR"),
        env!("BUILT_BY")
    );
    let _ = writeln!(text, "commit {}", COMMIT.unwrap_or("unknown"));
    let _ = match files.is_empty() {
        true => writeln!(text, "page none, this is a debug build"),
        false => write!(text, "page {}\n{files}", sha256(files.as_bytes())),
    };
    text
}

/// Returns the SHA-256 as hexadecimal digits, computed by the TLS library.
fn sha256(bytes: &[u8]) -> String {
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else {
        return String::new();
    };
    let hash = suite.common.hash_provider.hash(bytes);
    hash.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn a_hash_is_the_one_everybody_computes() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
