//! The rule that decided what a phone does, each with a sentence of its own.

use serde::{Serialize, Serializer};

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The app reported the call and CallKit shows it.
    Reported,
    /// The same from an app that the push had to start.
    Launched,
    /// The same after APNs had stored the push.
    ReportedLate,
    /// A call is in progress, and the reported one waits.
    WaitingCall,
    /// A call is in progress and another one waits already: CallKit shows no third.
    TooManyCalls,
    /// The same UUID is already on the screen: CallKit refuses the report, which still counts.
    SameUuid,
    /// CallKit refuses the report because of Do Not Disturb, but it counts.
    DoNotDisturb,
    /// CallKit refuses the report because of the block list, but it counts.
    BlockedCaller,
    /// No usable handle, so nothing was reported.
    NoHandle,
    /// No call UUID at all, so nothing was reported.
    NoCallUuid,
    /// The call's ID is not a UUID, so nothing was reported.
    BadCallUuid,
    /// The app reports nothing at all.
    NotReported,
    /// Nothing was reported by an app in front, which need not.
    UnreportedInFront,
    /// Nothing was reported by an app with a call in progress, which need not.
    UnreportedInCall,
    /// Nothing was reported of a push that came late, which need not be since iOS 26.4.
    UnreportedLate,
    /// iOS delivers no more VoIP pushes to the app.
    DeliveryStopped,
    /// Out of reach, and the push was not to be stored.
    Offline,
    /// Out of reach, and the push is stored.
    Stored,
    /// A newer push has taken the place of the stored one.
    StoredReplaced,
    /// The stored push came to its expiration.
    StoredExpired,
    /// The PushToTalk framework takes the push.
    PushToTalk,
    /// The system shows a notification.
    Notified,
    /// The notification came under Do Not Disturb.
    NotifiedSilently,
    /// The payload has nothing that a notification could show.
    NothingToShow,
    /// The owner answered.
    Answered,
    /// The owner answered the waiting call, which ended the first.
    EndedAndAnswered,
    /// The owner declined.
    Declined,
    /// The owner hung up.
    Ended,
    /// Nobody answered in time.
    Unanswered,
}

/// Each with the word for it.
const WORDS: [(Rule, &str); 29] = [
    (Rule::Reported, "reported"),
    (Rule::Launched, "launched"),
    (Rule::ReportedLate, "reported-late"),
    (Rule::WaitingCall, "waiting-call"),
    (Rule::TooManyCalls, "too-many-calls"),
    (Rule::SameUuid, "same-uuid"),
    (Rule::DoNotDisturb, "do-not-disturb"),
    (Rule::BlockedCaller, "blocked-caller"),
    (Rule::NoHandle, "no-handle"),
    (Rule::NoCallUuid, "no-call-uuid"),
    (Rule::BadCallUuid, "bad-call-uuid"),
    (Rule::NotReported, "not-reported"),
    (Rule::UnreportedInFront, "unreported-in-front"),
    (Rule::UnreportedInCall, "unreported-in-call"),
    (Rule::UnreportedLate, "unreported-late"),
    (Rule::DeliveryStopped, "delivery-stopped"),
    (Rule::Offline, "offline"),
    (Rule::Stored, "stored"),
    (Rule::StoredReplaced, "stored-replaced"),
    (Rule::StoredExpired, "stored-expired"),
    (Rule::PushToTalk, "push-to-talk"),
    (Rule::Notified, "notified"),
    (Rule::NotifiedSilently, "notified-silently"),
    (Rule::NothingToShow, "nothing-to-show"),
    (Rule::Answered, "answered"),
    (Rule::EndedAndAnswered, "ended-and-answered"),
    (Rule::Declined, "declined"),
    (Rule::Ended, "ended"),
    (Rule::Unanswered, "unanswered"),
];

impl Rule {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|(rule, _)| *rule)
    }

    /// Reads the word an event has for it.
    pub fn parse(word: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, other)| *other == word)
            .map(|(rule, _)| *rule)
    }

    /// The word for it in events.
    pub fn as_str(self) -> &'static str {
        // The table is in the order of the rules.
        WORDS[self as usize].1
    }

    /// What happened and why, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Reported => "The app reported the call to CallKit, and the iPhone rings.",
            Self::Launched => {
                "The push launched the app, which reported the call to CallKit, and the iPhone \
                 rings."
            }
            Self::ReportedLate => {
                "APNs stored the push until the iPhone was back online. The app reported the \
                 call, and the iPhone rings late, perhaps for a call that is over."
            }
            Self::WaitingCall => "A call is in progress: CallKit shows this one as a waiting call.",
            Self::TooManyCalls => {
                "A second call waits: with maximumCallGroups at 2, CallKit refuses a third. \
                 The app reported it, so it is not penalised."
            }
            Self::SameUuid => {
                "A call with this UUID is already on the screen: CallKit answers \
                 callUUIDAlreadyExists and shows nothing new. Use a new UUID for each call."
            }
            Self::DoNotDisturb => {
                "Do Not Disturb is on: CallKit answers filteredByDoNotDisturb and shows nothing. \
                 The app did report the call, so iOS does not penalise it."
            }
            Self::BlockedCaller => {
                "The caller is blocked: CallKit answers filteredByBlockList and shows nothing. \
                 The app did report the call, so iOS does not penalise it."
            }
            Self::NoHandle => {
                "The payload has no handle the app can show, so it reports no call to CallKit, \
                 and iOS kills it."
            }
            Self::NoCallUuid => {
                "The payload has no call UUID, so the app reports no call to CallKit, and iOS \
                 kills it."
            }
            Self::BadCallUuid => {
                "The call’s ID is not a UUID, so the app reports no call to CallKit, and iOS \
                 kills it."
            }
            Self::NotReported => {
                "The app reported no call to CallKit after receiving the VoIP push, and iOS kills \
                 it."
            }
            Self::UnreportedInFront => {
                "The app reported no call. In the foreground it need not, so iOS lets it live, \
                 and nothing rings."
            }
            Self::UnreportedInCall => {
                "The app reported no call. With a call in progress it need not, so iOS lets it \
                 live, and nothing more rings."
            }
            Self::UnreportedLate => {
                "The app reported no call. The push was delivered late, and mustReport is false \
                 for it since iOS 26.4: the app lives."
            }
            Self::DeliveryStopped => {
                "After repeated VoIP pushes without a reported call, iOS delivers no more of them \
                 to this app. Fix the app and reinstall it."
            }
            Self::Offline => {
                "The iPhone is offline. With this expiration APNs tries once and stores nothing: \
                 the iPhone never rings for this push."
            }
            Self::Stored => {
                "The iPhone is offline. APNs stores the push, the newest one only, and delivers \
                 it if the iPhone returns before it expires."
            }
            Self::StoredReplaced => {
                "APNs stores one push for each app on a device: a newer one took the place of \
                 this one, which is never delivered."
            }
            Self::StoredExpired => {
                "The push APNs had stored expired before the iPhone was back online, and is never \
                 delivered."
            }
            Self::PushToTalk => {
                "The PushToTalk framework asks the app who speaks. No call is reported to \
                 CallKit, and nothing rings."
            }
            Self::Notified => {
                "iOS shows the notification. Only a VoIP push brings the call screen."
            }
            Self::NotifiedSilently => {
                "Do Not Disturb is on: the notification goes to Notification Center without a \
                 sound."
            }
            Self::NothingToShow => {
                "The payload’s aps has no alert, sound or badge, so iOS shows nothing."
            }
            Self::Answered => "The call was answered.",
            Self::EndedAndAnswered => {
                "The waiting call was answered with End & Accept, which ended the first one."
            }
            Self::Declined => "The call was declined.",
            Self::Ended => "The call has ended.",
            Self::Unanswered => "Nobody answered.",
        }
    }

    /// Whether it has put a call on the screen, by now or earlier.
    pub fn rang(self) -> bool {
        use Rule::{
            Answered, Declined, Ended, EndedAndAnswered, Launched, Reported, ReportedLate,
            Unanswered, WaitingCall,
        };
        matches!(
            self,
            Reported
                | Launched
                | ReportedLate
                | WaitingCall
                | Answered
                | EndedAndAnswered
                | Declined
                | Ended
                | Unanswered
        )
    }

    /// Whether the payload has no call the app could report.
    pub fn finds_no_call(self) -> bool {
        matches!(self, Self::NoHandle | Self::NoCallUuid | Self::BadCallUuid)
    }

    /// Whether iOS kills the app, which reported no call.
    pub fn kills(self) -> bool {
        self.finds_no_call() || self == Self::NotReported
    }

    /// Whether the app has done its duty to CallKit. A report that is refused counts too, as is
    /// generally held of Do Not Disturb and the block list, and documented of a UUID that exists.
    pub(super) fn counts_as_report(self) -> bool {
        self.rang()
            || matches!(
                self,
                Self::TooManyCalls | Self::SameUuid | Self::DoNotDisturb | Self::BlockedCaller
            )
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
