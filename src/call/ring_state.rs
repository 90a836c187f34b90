//! Ring state: the effect of an accepted push on the phone, as far as receipts show it. It is
//! computed with the arrival times of the receipts, because the clock of a device may be wrong.

use serde_json::{Value, json};

use super::receipt::{Receipt, ReceiptEvent};

/// Time without a receipt after which none is expected, in milliseconds.
pub const PATIENCE_MS: u64 = 10_000;

/// Effect of an accepted push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RingState {
    /// APNs has accepted the push, and a receipt may still come.
    Accepted,
    /// The push reached the app, which has not reported the call.
    Received,
    /// The phone rang, this many milliseconds after the push left.
    Rang(u64),
    /// The app reported the call, and CallKit kept it silent, for the reason of this phrase.
    Silent(String),
    /// CallKit refused the report, for the reason of this phrase.
    Failed(String),
    /// No receipt came.
    Nothing,
}

impl RingState {
    /// Computes the state at `now_ms` of a push that left at `sent_ms`.
    pub fn of(sent_ms: u64, receipts: &[Receipt], now_ms: u64) -> Self {
        // A receipt may be lost: who answers or declines has heard it ring.
        let rang = receipts.iter().filter(|receipt| {
            matches!(
                receipt.event,
                ReceiptEvent::Reported | ReceiptEvent::Answered | ReceiptEvent::Declined
            )
        });
        if let Some(arrived_ms) = rang.map(|receipt| receipt.arrived_ms).min() {
            return Self::Rang(arrived_ms.saturating_sub(sent_ms));
        }
        let failed = receipts
            .iter()
            .find(|receipt| receipt.event == ReceiptEvent::Failed);
        if let Some(failed) = failed {
            return match &failed.error {
                Some(error) if error.is_filter() => Self::Silent(error.phrase()),
                Some(error) => Self::Failed(error.phrase()),
                None => Self::Failed("the app names no error".to_owned()),
            };
        }
        if !receipts.is_empty() {
            Self::Received
        } else if now_ms.saturating_sub(sent_ms) < PATIENCE_MS {
            Self::Accepted
        } else {
            Self::Nothing
        }
    }

    /// JSON of the state.
    pub fn to_value(&self) -> Value {
        let after_ms = if let Self::Rang(after) = self {
            Some(after)
        } else {
            None
        };
        json!({ "state": self.as_str(), "sentence": self.sentence(), "after_ms": after_ms })
    }

    /// Name of the state in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Received => "received",
            Self::Rang(_) => "rang",
            Self::Silent(_) => "silent",
            Self::Failed(_) => "failed",
            Self::Nothing => "nothing",
        }
    }

    /// Words for the state.
    pub fn sentence(&self) -> String {
        match self {
            Self::Accepted => "accepted".to_owned(),
            Self::Received => "received, but not reported to CallKit".to_owned(),
            Self::Rang(after) => format!("rang after {}", duration(*after)),
            Self::Silent(phrase) => format!("reported but silent: {phrase}"),
            Self::Failed(phrase) => format!("not reported: {phrase}"),
            Self::Nothing => format!("nothing came within {} s", PATIENCE_MS / 1_000),
        }
    }
}

/// A duration in milliseconds below a second, and else in seconds with one digit behind the point:
/// “92 ms”, “1.2 s”.
pub fn duration(milliseconds: u64) -> String {
    if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else {
        format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::call_error::CallError;

    fn receipt(event: ReceiptEvent, arrived_ms: u64) -> Receipt {
        Receipt {
            event,
            error: None,
            // A clock that is a day ahead changes nothing.
            device_ms: Some(86_400_000),
            arrived_ms,
        }
    }

    fn words(receipts: &[Receipt], now_ms: u64) -> String {
        RingState::of(1_000, receipts, now_ms).sentence()
    }

    #[test]
    fn the_words_follow_from_the_receipts_in_any_order() {
        use ReceiptEvent::{Answered, Ended, Failed, Received, Reported};

        let failed = |error| Receipt {
            error: Some(error),
            ..receipt(Failed, 1_500)
        };
        assert_eq!(words(&[], 10_999), "accepted");
        assert_eq!(words(&[], 11_000), "nothing came within 10 s");
        for receipts in [
            [receipt(Received, 2_000), receipt(Reported, 2_250)],
            [receipt(Reported, 2_250), receipt(Received, 2_300)],
            [receipt(Answered, 2_299), receipt(Ended, 2_100)],
        ] {
            assert_eq!(words(&receipts, 60_000), "rang after 1.2 s");
        }
        assert_eq!(
            words(&[receipt(Reported, 1_092)], 60_000),
            "rang after 92 ms"
        );
        assert_eq!(
            words(&[receipt(Received, 2_000)], 60_000),
            "received, but not reported to CallKit"
        );
        assert_eq!(
            words(&[failed(CallError::incoming(4))], 60_000),
            "reported but silent: the caller is blocked"
        );
        let foreign = CallError {
            domain: "x".to_owned(),
            code: -1,
        };
        assert_eq!(
            words(&[failed(foreign)], 60_000),
            "not reported: code -1 of x"
        );
    }
}
