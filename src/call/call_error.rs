//! Call error: the error with which CallKit refuses the report of an incoming call.
//! Source: Apple, `CXErrorCodeIncomingCallError`.

/// Domain of the errors of incoming calls.
pub const INCOMING_CALL: &str = "com.apple.CallKit.error.incomingcall";

/// Domain of the errors of transactions, which CallKit also uses for one call too many.
/// Source: Apple, `CXErrorCodeRequestTransactionError`.
pub const TRANSACTION: &str = "com.apple.CallKit.error.requesttransaction";
/// Code of one call too many, `maximumCallGroupsReached`.
pub const TOO_MANY_CALLS: i64 = 7;

/// Error with which the system refused the report of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Its domain.
    pub domain: String,
    /// Its code within the domain.
    pub code: i64,
}

/// The one code of transactions that concerns an incoming call.
const TOO_MANY: (i64, &str, &str, bool) = (
    TOO_MANY_CALLS,
    "maximumCallGroupsReached",
    "as many calls are on the screen as the app allows",
    true,
);

/// Codes of incoming calls: Apple's name, a phrase for it, and whether the call counts as reported.
const CODES: [(i64, &str, &str, bool); 8] = [
    (0, "unknown", "CallKit gives no reason", false),
    (1, "unentitled", "the app lacks an entitlement", false),
    (
        2,
        "callUUIDAlreadyExists",
        "a call with this UUID is on the screen",
        true,
    ),
    (3, "filteredByDoNotDisturb", "Do Not Disturb", true),
    (4, "filteredByBlockList", "the caller is blocked", true),
    (
        5,
        "filteredDuringRestrictedSharingMode",
        "the screen is shared",
        true,
    ),
    (6, "callIsProtected", "the call is protected", false),
    (
        7,
        "filteredBySensitiveParticipants",
        "a participant is sensitive",
        true,
    ),
];

impl CallError {
    /// Creates an error of an incoming call.
    pub fn incoming(code: i64) -> Self {
        Self {
            domain: INCOMING_CALL.to_owned(),
            code,
        }
    }

    /// Creates an error of a transaction.
    pub fn transaction(code: i64) -> Self {
        Self {
            domain: TRANSACTION.to_owned(),
            code,
        }
    }

    /// Apple's name of the error, if it is known.
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|(_, name, _, _)| *name)
    }

    /// Phrase for the error.
    pub fn phrase(&self) -> String {
        match self.row() {
            Some((_, _, phrase, _)) => (*phrase).to_owned(),
            None => format!("code {} of {}", self.code, self.domain),
        }
    }

    /// `true` if CallKit kept the call off the screen on purpose: the app has reported it, and the
    /// phone stays silent.
    pub fn is_filter(&self) -> bool {
        self.row().is_some_and(|(_, _, _, is_filter)| *is_filter)
    }

    fn row(&self) -> Option<&'static (i64, &'static str, &'static str, bool)> {
        match self.domain.as_str() {
            INCOMING_CALL => CODES.iter().find(|(code, ..)| *code == self.code),
            TRANSACTION if self.code == TOO_MANY_CALLS => Some(&TOO_MANY),
            _ => None,
        }
    }
}
