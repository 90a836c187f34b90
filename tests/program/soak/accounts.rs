//! The accounts: what became of every send, and whether anything was lost or doubled. Values in, values out.
//!
//! Nothing is lost when every send has exactly one outcome; when each accepted one stands in the journal exactly once; when
//! whatever the journal accepted is `accepted` or `unknown` to its sender; and so none that was rejected or not sent stands there.

use std::collections::BTreeMap;

use trill::apns::Outcome;

/// The book of all sends, by their `apns-id`.
#[derive(Default)]
pub(crate) struct Accounts {
    sends: BTreeMap<String, Account>,
}

#[derive(Default)]
struct Account {
    /// `true` once somebody has sent it.
    is_sent: bool,
    outcomes: Vec<Outcome>,
    /// Words that its sender was told besides.
    words: String,
    /// Number of times that the simulator accepted it.
    accepted: usize,
}

/// Contradiction in the account of one send.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// Nobody was told how it ended, or somebody was told more than once.
    Outcomes(String, usize),
    /// The sender was told that it is accepted, and it never came.
    Lost(String),
    /// The push came more than once.
    Doubled(String, usize),
    /// The push came, and its sender was told that it certainly did not, with these words.
    Denied(String, String),
    /// The push came, and nobody sent it.
    Stranger(String),
}

impl Accounts {
    /// Somebody sends it.
    pub(crate) fn begin(&mut self, apns_id: &str) {
        self.account(apns_id).is_sent = true;
    }

    /// Notes how the send ended by the word of its sender.
    pub(crate) fn end(&mut self, apns_id: &str, outcome: Outcome, words: &str) {
        let account = self.account(apns_id);
        account.outcomes.push(outcome);
        account.words.push_str(words);
    }

    /// The simulator accepted it.
    pub(crate) fn accept(&mut self, apns_id: &str) {
        self.account(apns_id).accepted += 1;
    }

    /// Number of pushes that were sent.
    pub(crate) fn sends(&self) -> usize {
        self.sends
            .values()
            .filter(|account| account.is_sent)
            .count()
    }

    /// Number of pushes that ended so.
    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.sends
            .values()
            .filter(|account| account.outcomes.contains(&outcome))
            .count()
    }

    /// All that is wrong.
    pub(crate) fn wrongs(&self) -> Vec<Wrong> {
        self.sends
            .iter()
            .flat_map(|(apns_id, account)| account.wrongs(apns_id))
            .collect()
    }

    /// Numbers of pushes by their ends, in one line.
    pub(crate) fn summary(&self) -> String {
        let counts =
            Outcome::ALL.map(|outcome| format!("{} {}", self.count(outcome), outcome.as_str()));
        let wrongs = self.wrongs();
        let doubled = wrongs
            .iter()
            .filter(|wrong| matches!(wrong, Wrong::Doubled(..)))
            .count();
        format!(
            "{} sends: {}; {} lost, {doubled} doubled",
            self.sends(),
            counts.join(", "),
            wrongs.len() - doubled
        )
    }

    fn account(&mut self, apns_id: &str) -> &mut Account {
        self.sends.entry(apns_id.to_ascii_lowercase()).or_default()
    }
}

impl Account {
    fn wrongs(&self, apns_id: &str) -> Vec<Wrong> {
        let has = |outcome| self.outcomes.contains(&outcome);
        let cases = [
            (
                self.is_sent && self.outcomes.len() != 1,
                Wrong::Outcomes(apns_id.to_owned(), self.outcomes.len()),
            ),
            (
                has(Outcome::Accepted) && self.accepted == 0,
                Wrong::Lost(apns_id.to_owned()),
            ),
            (
                self.accepted > 1,
                Wrong::Doubled(apns_id.to_owned(), self.accepted),
            ),
            (
                (has(Outcome::Rejected) || has(Outcome::NotSent)) && self.accepted > 0,
                Wrong::Denied(apns_id.to_owned(), self.words.clone()),
            ),
            (!self.is_sent, Wrong::Stranger(apns_id.to_owned())),
        ];
        cases
            .into_iter()
            .filter_map(|(is_so, wrong)| is_so.then_some(wrong))
            .collect()
    }
}
