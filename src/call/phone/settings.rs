//! Settings: the properties of a phone, its system and its app before a push arrives.

use std::fmt;

use crate::apns::TokenKind;

/// Properties of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Kind of its device token.
    pub kind: TokenKind,
    /// `true` if APNs can reach it.
    pub online: bool,
    /// `true` if Do Not Disturb is on.
    pub do_not_disturb: bool,
    /// Handles of blocked callers.
    pub blocked: Vec<String>,
    /// `true` if the app reports its calls to CallKit.
    pub reports: bool,
    /// Version of iOS.
    pub ios: Ios,
    /// State of the app when a push arrives.
    pub app: App,
}

/// Phone that rings: online, with an app that reports calls.
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
    /// Returns `true` if this caller is blocked. Spaces and dashes in a number do not matter.
    pub fn blocks(&self, handle: &str) -> bool {
        if self.blocked.is_empty() {
            return false;
        }
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

/// Version of iOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ios {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
}

impl Ios {
    /// First version in which an app must report a call for every VoIP push.
    pub const FIRST: Self = Self {
        major: 13,
        minor: 0,
    };
    /// First version that tells the app if it must report a call for this push
    /// (`PKVoIPPushMetadata.mustReport`).
    pub const MUST_REPORT: Self = Self {
        major: 26,
        minor: 4,
    };

    /// Parses a version from 13 on, such as `18` or `26.4`.
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

/// State of the app when a push arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum App {
    /// In the foreground.
    Foreground,
    /// In the background.
    #[default]
    Background,
    /// Not running: the push launches it.
    Terminated,
}

impl App {
    const ALL: [Self; 3] = [Self::Foreground, Self::Background, Self::Terminated];

    /// Parses the name of a state.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|app| app.as_str() == word)
    }

    /// Name of the state.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Foreground => "foreground",
            Self::Background => "background",
            Self::Terminated => "terminated",
        }
    }
}
