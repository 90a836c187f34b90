//! Rule that decides the reaction of a phone, each with a sentence that explains it.

use serde::{Serialize, Serializer};

/// Rule that decides the reaction of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The app reported the call, and CallKit shows it.
    Reported,
    /// `Reported`, by an app that the push launched.
    Launched,
    /// `Reported`, after APNs stored the push.
    ReportedLate,
    /// A call is in progress, and the reported call waits.
    WaitingCall,
    /// A call is in progress and another is waiting, so CallKit does not show a third.
    TooManyCalls,
    /// A call with the same UUID exists: CallKit refuses the report, which still counts.
    SameUuid,
    /// CallKit refuses the report because of Do Not Disturb; the report still counts.
    DoNotDisturb,
    /// CallKit refuses the report because the caller is blocked; the report still counts.
    BlockedCaller,
    /// The payload has no usable handle, so the app reported no call.
    NoHandle,
    /// The payload has no call UUID, so the app reported no call.
    NoCallUuid,
    /// The call ID is not a UUID, so the app reported no call.
    BadCallUuid,
    /// The app never reports calls.
    NotReported,
    /// The app reported no call, but was in the foreground and is exempt.
    UnreportedInFront,
    /// The app reported no call, but a call is in progress and it is exempt.
    UnreportedInCall,
    /// The app reported no call, but the push arrived late and it is exempt, since iOS 26.4.
    UnreportedLate,
    /// iOS no longer delivers VoIP pushes to the app.
    DeliveryStopped,
    /// The phone is offline, and the push is not to be stored.
    Offline,
    /// The phone is offline, and APNs stores the push.
    Stored,
    /// A newer push replaced the stored one.
    StoredReplaced,
    /// The stored push expired.
    StoredExpired,
    /// The PushToTalk framework handles the push.
    PushToTalk,
    /// iOS shows a notification.
    Notified,
    /// iOS delivers the notification silently because of Do Not Disturb.
    NotifiedSilently,
    /// The payload has nothing to show in a notification.
    NothingToShow,
    /// The app crashed before it reported a call.
    AppCrashed,
    /// The app reported a call and ended it at once.
    EndedAtOnce,
    /// The push ended a call, and the app reported no other.
    EndedByPush,
    /// The app’s reaction is not known.
    CannotTell,
    /// The owner answered the call.
    Answered,
    /// The owner answered the waiting call, which ended the first one.
    EndedAndAnswered,
    /// The owner declined the call.
    Declined,
    /// The owner hung up.
    Ended,
    /// The call was not answered in time.
    Unanswered,
}

/// Names of the rules, in the order of the enum.
const WORDS: [(Rule, &str); 33] = [
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
    (Rule::AppCrashed, "app-crashed"),
    (Rule::EndedAtOnce, "ended-at-once"),
    (Rule::EndedByPush, "ended-by-push"),
    (Rule::CannotTell, "cannot-tell"),
    (Rule::Answered, "answered"),
    (Rule::EndedAndAnswered, "ended-and-answered"),
    (Rule::Declined, "declined"),
    (Rule::Ended, "ended"),
    (Rule::Unanswered, "unanswered"),
];

impl Rule {
    /// All rules.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|(rule, _)| *rule)
    }

    /// Parses the name of a rule in an event.
    pub fn parse(word: &str) -> Option<Self> {
        WORDS
            .iter()
            .find(|(_, other)| *other == word)
            .map(|(rule, _)| *rule)
    }

    /// Name of the rule in events.
    pub fn as_str(self) -> &'static str {
        // The table has the order of the enum.
        WORDS[self as usize].1
    }

    /// Sentence that explains the rule.
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
                 The app did report it, which counts."
            }
            Self::SameUuid => {
                "A call with this UUID is on the screen: CallKit answers callUUIDAlreadyExists and \
                 shows nothing new. The report counts; use a new UUID for each call."
            }
            Self::DoNotDisturb => {
                "Do Not Disturb is on: CallKit answers filteredByDoNotDisturb and shows nothing. \
                 The app did report the call, which is generally held to count."
            }
            Self::BlockedCaller => {
                "The caller is blocked: CallKit answers filteredByBlockList and shows nothing. \
                 The app did report the call, which is generally held to count."
            }
            Self::NoHandle => {
                "The payload has no handle the app can show. The app on this iPhone reports no call \
                 then, and iOS kills it."
            }
            Self::NoCallUuid => {
                "The payload has no call UUID. The app on this iPhone reports no call then, and iOS \
                 kills it."
            }
            Self::BadCallUuid => {
                "The call’s ID is not a UUID. The app on this iPhone reports no call then, and iOS \
                 kills it."
            }
            Self::NotReported => {
                "The app reported no call to CallKit or LiveCommunicationKit after receiving the \
                 VoIP push, and iOS kills it."
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
                "After four VoIP pushes without a reported call this iPhone delivers no more of \
                 them, as developers observed. Fix the app and reinstall it."
            }
            Self::Offline => {
                "The iPhone is offline. With this expiration APNs tries once and stores nothing: \
                 the iPhone never rings for this push."
            }
            Self::Stored => {
                "The iPhone is offline. APNs stores one push for the app, usually the latest, and \
                 delivers it if the iPhone returns before it expires."
            }
            Self::StoredReplaced => {
                "APNs stores one push for each app on a device, usually the latest: a newer one \
                 took the place of this one."
            }
            Self::StoredExpired => {
                "The stored push expired before the iPhone was back online. Here it is not \
                 delivered; Apple says that it may be, some time later."
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
            Self::AppCrashed => {
                "The app crashed before it reported a call to CallKit, and nothing rings."
            }
            Self::EndedAtOnce => {
                "The app reported a call and ended it at once: the call screen only flashes."
            }
            Self::EndedByPush => {
                "The app ended the call that was on the iPhone. It reported no new one, and during \
                 a call it need not."
            }
            Self::CannotTell => "The reaction of the app that gets this payload is not known.",
            Self::Answered => "The call was answered.",
            Self::EndedAndAnswered => {
                "The waiting call was answered with End & Accept, which ended the first one."
            }
            Self::Declined => "The call was declined.",
            Self::Ended => "The call has ended.",
            Self::Unanswered => "Nobody answered.",
        }
    }

    /// Sentence that explains the rule, and the one about the app’s code.
    pub(crate) fn sentence_with(self, because: Option<&str>) -> String {
        match because {
            Some(because) => [self.sentence(), " ", because].concat(),
            None => self.sentence().to_owned(),
        }
    }

    /// Returns `true` if the phone has shown a call, by now or earlier.
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

    /// Returns `true` if the payload has no call that the app could report.
    pub fn finds_no_call(self) -> bool {
        matches!(self, Self::NoHandle | Self::NoCallUuid | Self::BadCallUuid)
    }

    /// Returns `true` if iOS kills the app because it reported no call.
    pub fn kills(self) -> bool {
        self.finds_no_call() || self == Self::NotReported
    }

    /// Returns `true` if the app has reported a call. A refused report counts too: for Do Not
    /// Disturb and the block list this is generally assumed, for a UUID in use it is documented.
    pub(super) fn counts_as_report(self) -> bool {
        self.rang()
            || matches!(
                self,
                Self::EndedAtOnce
                    | Self::TooManyCalls
                    | Self::SameUuid
                    | Self::DoNotDisturb
                    | Self::BlockedCaller
            )
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
