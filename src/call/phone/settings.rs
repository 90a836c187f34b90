//! The settings of a phone: what its owner, its system and its app bring along before a push arrives.

use std::fmt;

use crate::apns::TokenKind;

/// What a phone is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For which kind of push its device token is.
    pub kind: TokenKind,
    /// Whether APNs reaches it.
    pub online: bool,
    /// Whether it shall not ring.
    pub do_not_disturb: bool,
    /// Whose calls it refuses.
    pub blocked: Vec<String>,
    /// Whether the app reports its calls to CallKit.
    pub reports: bool,
    /// Its system.
    pub ios: Ios,
    /// How each push finds the app.
    pub app: App,
}

/// A phone that rings.
impl Default for Settings {
    fn default() -> Self {
        Self {
            kind: TokenKind::Voip,
            online: true,
            do_not_disturb: false,
            blocked: Vec::new(),
            reports: true,
            ios: Ios {
                major: 18,
                minor: 0,
            },
            app: App::default(),
        }
    }
}

impl Settings {
    /// Whether this caller is blocked. A number is the same with and without its spaces and dashes.
    pub fn blocks(&self, handle: &str) -> bool {
        let handle = bare(handle);
        self.blocked.iter().any(|blocked| bare(blocked) == handle)
    }
}

fn bare(handle: &str) -> String {
    let handle = handle.trim().to_ascii_lowercase();
    let is_mark = |character: char| matches!(character, ' ' | '-' | '(' | ')' | '.');
    let is_number = handle
        .chars()
        .all(|character| character.is_ascii_digit() || character == '+' || is_mark(character));
    if is_number {
        handle.replace(is_mark, "")
    } else {
        handle
    }
}

/// A version of iOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ios {
    /// What stands before the dot.
    pub major: u8,
    /// What stands behind it.
    pub minor: u8,
}

impl Ios {
    /// The first one in which an app must report a call for every VoIP push.
    pub const FIRST: Self = Self {
        major: 13,
        minor: 0,
    };
    /// The first one that says whether this push must be reported (`PKVoIPPushMetadata.mustReport`).
    pub const MUST_REPORT: Self = Self {
        major: 26,
        minor: 4,
    };

    /// Reads a version from 13 on, such as `18` or `26.4`.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        let number = |digits: &str| {
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok())
                .flatten()
        };
        Some(Self {
            major: number(major)?,
            minor: number(minor)?,
        })
        .filter(|ios| *ios >= Self::FIRST)
    }
}

impl fmt::Display for Ios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What the app is doing when a push arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// It is in front.
    Foreground,
    /// It is behind another app.
    #[default]
    Background,
    /// It does not run: the push starts it.
    Terminated,
}

impl App {
    const ALL: [Self; 3] = [Self::Foreground, Self::Background, Self::Terminated];

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|app| app.as_str() == word)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Foreground => "foreground",
            Self::Background => "background",
            Self::Terminated => "terminated",
        }
    }
}
