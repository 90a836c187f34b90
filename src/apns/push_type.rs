//! Push type: the purpose of a push. A table holds the properties of each type.
//! Source: Apple, "Sending notification requests to APNs" and "Generating a remote notification".

use super::finding::Finding;
use super::priority::Priority;
use super::priority::Priority::{Considerate, Immediate, Saving};

/// Value of `apns-push-type`: one of the eleven that Apple documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is Apple's own word, spelled by `as_str`
pub enum PushType {
    Alert,
    Background,
    Complication,
    Controls,
    FileProvider,
    LiveActivity,
    Location,
    Mdm,
    PushToTalk,
    Voip,
    Widgets,
}

/// Credentials that a push of this type may be authenticated with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A provider token or a certificate.
    Either,
    /// A provider token, or a certificate whose topics list this type.
    TokenOrListed,
    /// A provider token only.
    TokenOnly,
    /// A certificate only.
    CertificateOnly,
}

/// Properties of one push type.
struct Row {
    word: &'static str,
    suffix: &'static str,
    /// Priorities that APNs accepts, the usual one first.
    priorities: &'static [Priority],
    credentials: Credentials,
}

const ANY: &[Priority] = &[Immediate, Considerate, Saving];

const fn row(
    word: &'static str,
    suffix: &'static str,
    priorities: &'static [Priority],
    credentials: Credentials,
) -> Row {
    Row {
        word,
        suffix,
        priorities,
        credentials,
    }
}

impl PushType {
    /// All push types, in Apple's order.
    pub const ALL: [Self; 11] = [
        Self::Alert,
        Self::Background,
        Self::Complication,
        Self::Controls,
        Self::FileProvider,
        Self::LiveActivity,
        Self::Location,
        Self::Mdm,
        Self::PushToTalk,
        Self::Voip,
        Self::Widgets,
    ];

    #[rustfmt::skip] // a table
    fn row(self) -> Row {
        use Credentials::{CertificateOnly, Either, TokenOnly, TokenOrListed};
        match self {
            Self::Alert => row("alert", "", ANY, Either),
            Self::Background => row("background", "", &[Considerate], Either),
            Self::Complication => row("complication", ".complication", ANY, Either),
            Self::Controls => row("controls", ".push-type.controls", ANY, TokenOrListed),
            Self::FileProvider => row("fileprovider", ".pushkit.fileprovider", ANY, Either),
            Self::LiveActivity => row("liveactivity", ".push-type.liveactivity", &[Immediate, Considerate], TokenOrListed),
            Self::Location => row("location", ".location-query", &[Immediate, Considerate], TokenOnly),
            Self::Mdm => row("mdm", "", ANY, CertificateOnly),
            Self::PushToTalk => row("pushtotalk", ".voip-ptt", &[Immediate], TokenOrListed),
            Self::Voip => row("voip", ".voip", &[Immediate], Either),
            Self::Widgets => row("widgets", ".push-type.widgets", ANY, TokenOrListed),
        }
    }

    /// Text of the header value.
    pub fn as_str(self) -> &'static str {
        self.row().word
    }

    /// Parses the header value.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|push_type| push_type.as_str() == text)
    }

    /// Suffix of the topic after the bundle ID.
    pub fn topic_suffix(self) -> &'static str {
        self.row().suffix
    }

    /// Topic without the suffix of this type, however often it has it.
    pub fn without_suffix(self, topic: &str) -> &str {
        let mut rest = topic;
        while let Some(shorter) = rest.strip_suffix(self.topic_suffix())
            && shorter.len() < rest.len()
        {
            rest = shorter;
        }
        rest
    }

    /// Maximum size of a payload in bytes: 5 KB for VoIP, 4 KB for all others.
    pub fn largest_payload(self) -> usize {
        match self {
            Self::Voip => 5_120,
            _ => 4_096,
        }
    }

    /// Priorities suitable for this type, the usual one first.
    pub fn priorities(self) -> &'static [Priority] {
        self.row().priorities
    }

    /// Default priority.
    pub fn usual_priority(self) -> Priority {
        self.priorities().first().copied().unwrap_or(Immediate)
    }

    /// Finding about a priority that is not suitable for this type. Its fix is the usual priority.
    pub fn check_priority(self, priority: Priority) -> Option<Finding> {
        if self.priorities().contains(&priority) {
            return None;
        }
        let usual = self.usual_priority().as_str();
        let finding = match self {
            Self::Voip => Finding::warning(
                "voip_combination",
                "VoIP pushes are sent with priority 10: a call cannot wait for the battery. Use 10?",
            ),
            Self::Background => Finding::warning(
                "background_priority",
                "Background pushes must have priority 5; Apple calls another one an error. Use 5?",
            ),
            other => Finding::warning(
                "priority_combination",
                format!(
                    "{} pushes are sent with priority {usual}. Use it?",
                    other.as_str()
                ),
            ),
        };
        Some(finding.with_text(usual.to_owned()))
    }

    /// Credentials that a push of this type may be authenticated with.
    pub fn credentials(self) -> Credentials {
        self.row().credentials
    }

    /// Purpose of the type, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Self::Alert => {
                "Shows a notification, plays a sound or sets the badge. Does it arrive at all?"
            }
            Self::Background => {
                "Wakes the app silently, now and then; aps.content-available is 1 and nothing else."
            }
            Self::Complication => "Updates a complication on the watch face.",
            Self::Controls => {
                "Reloads a control in Control Center, on the lock screen or on the Action button."
            }
            Self::FileProvider => "Tells a file provider extension that files have changed.",
            Self::LiveActivity => "Starts, updates or ends a Live Activity.",
            Self::Location => "Asks a Location Push Service Extension where the device is.",
            Self::Mdm => {
                "Asks a managed device to call its MDM server; the topic is the UID in the MDM \
                 certificate."
            }
            Self::PushToTalk => "Tells a Push to Talk app who speaks; expiration 0.",
            Self::Voip => "Calls: wakes the app, which must report a call at once; expiration 0.",
            Self::Widgets => "Reloads an app’s widgets; aps.content-changed is true.",
        }
    }
}
