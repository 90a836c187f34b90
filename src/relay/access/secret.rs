//! Secrets of access: the access token, and random values such as session ids.
//!
//! Secrets from clients are compared only by a keyed hash, so the time that a comparison takes
//! reveals nothing about them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::random_bytes;

/// Size of a generated secret in bytes: 256 bits.
const SECRET: usize = 32;
/// Shortest access token. A shorter one might be guessed.
const SHORTEST_TOKEN: usize = 32;
/// Fewest different characters of an access token. 128 random bits in hex nearly always have about
/// fourteen; a repeated word has few. The right token is accepted after any number of wrong ones,
/// so it must not be guessable.
const FEWEST_DIFFERENT: usize = 8;
/// Longest access token; a header would have room for more.
const LONGEST_TOKEN: usize = 256;

/// The system provides no random bytes.
#[derive(Debug)]
pub struct NoRandomness;

/// Returns random bytes that are suitable for secrets.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    random_bytes::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Generates a secret of 256 bits, as text for a header, a cookie or a URL fragment.
pub(crate) fn make() -> Result<Zeroizing<String>, NoRandomness> {
    let bytes = Zeroizing::new(random::<SECRET>()?);
    Ok(Zeroizing::new(Base64UrlUnpadded::encode_string(&*bytes)))
}

/// Access token. Its `Debug` output is redacted.
#[derive(Clone)]
pub struct AccessToken(Arc<Zeroizing<String>>);

impl AccessToken {
    /// Generates a token of 256 bits.
    pub(crate) fn make() -> Result<Self, NoRandomness> {
        make().map(Arc::new).map(Self)
    }

    /// Reads a token chosen by the operator. The error completes a sentence that begins with the
    /// token's source.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if !(SHORTEST_TOKEN..=LONGEST_TOKEN).contains(&text.len()) {
            return Err("has not 32 to 256 characters");
        }
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        {
            return Err("has other characters than letters, digits, -, ., _ and ~");
        }
        if text.bytes().collect::<BTreeSet<_>>().len() < FEWEST_DIFFERENT {
            return Err("has fewer than 8 different characters, and so could be guessed");
        }
        Ok(Self(Arc::new(Zeroizing::new(text.to_owned()))))
    }

    /// Returns the token in clear, for the person who started the program.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, make};

    #[test]
    fn a_token_is_long_and_fits_into_a_fragment() {
        let made = AccessToken::make().expect("random");
        assert!(
            made.reveal().len() == 43
                && AccessToken::parse(made.reveal()).is_ok()
                && *make().expect("random") != made.reveal()
        );
        assert!(!format!("{made:?}").contains(made.reveal()));
        for bad in [
            "",
            &"0123456789abcdef".repeat(2)[..31],
            &"a".repeat(32),
            &"trill".repeat(8),
            &made.reveal().repeat(6),
            &format!("{} ", made.reveal()),
            &made.reveal().replace(char::is_alphabetic, "é"),
            &format!("{}+", made.reveal()),
        ] {
            assert!(AccessToken::parse(bad).is_err(), "{bad}");
        }
    }
}
