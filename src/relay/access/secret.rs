//! Secrets of access: the access token, and random values such as the names of sessions.
//!
//! A secret that a client shows is compared by its keyed hash alone, of which somebody who measures how long
//! a comparison takes learns nothing about the secret.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use rustls::crypto::ring;
use zeroize::Zeroizing;

/// 256 bits.
const SECRET: usize = 32;
/// Fewer characters can be guessed, depending on who chose them.
const SHORTEST_TOKEN: usize = 32;
/// 128 random bits in hex have nearly always fourteen or so; a word that is repeated has few. The right token is let in
/// however many wrong ones came before it, so it must be none that is found by trying.
const FEWEST_DIFFERENT: usize = 8;
/// A header has room for more, but nobody has a reason.
const LONGEST_TOKEN: usize = 256;

/// The system gives no random bytes.
#[derive(Debug)]
pub struct NoRandomness;

/// Random bytes that are fit for secrets.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A secret that cannot be guessed, as text for a header, a cookie or the fragment of a URL.
pub(crate) fn make() -> Result<Zeroizing<String>, NoRandomness> {
    let bytes = Zeroizing::new(random::<SECRET>()?);
    Ok(Zeroizing::new(Base64UrlUnpadded::encode_string(&*bytes)))
}

/// What lets somebody in. It cannot be printed by mistake.
#[derive(Clone)]
pub struct AccessToken(Arc<Zeroizing<String>>);

impl AccessToken {
    /// Makes one of 256 bits.
    pub(crate) fn make() -> Result<Self, NoRandomness> {
        make().map(Arc::new).map(Self)
    }

    /// Reads one that somebody chose; what is wrong with it is a part of a sentence.
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

    /// The token itself, for the one who started the program.
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
