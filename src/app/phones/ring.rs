//! Ring state of the last send, as far as receipts can show it.

use serde_json::Value;

use crate::apns::Outcome;
use crate::app::state::State;
use crate::call::PhoneRule;
use crate::call::call_error::TRANSACTION;

impl State {
    /// Returns the last send as the relay reports it; `null` if it does not.
    pub fn last_send(&self) -> &Value {
        let report = self.report.as_ref();
        report
            .and_then(|report| self.phones.send(&report.apns_id))
            .unwrap_or(&Value::Null)
    }

    /// Returns the ring state of the last send; `null` if no receipt can come.
    pub fn ring(&self) -> &Value {
        if self.no_receipt().is_some() {
            &Value::Null
        } else {
            &self.last_send()["ring"]
        }
    }

    /// Returns the reason why no receipt for the last push can come; `None` if one can, or if the
    /// relay takes no receipts.
    pub fn no_receipt(&self) -> Option<&'static str> {
        let report = self.report.as_ref()?;
        let is_about = report.outcome == Outcome::Accepted
            && !report.environment.is_simulator()
            && self.relay_info.phones_url().is_some();
        let send = self.last_send();
        if !is_about || send.is_null() || has_receipts(send) {
            None
        } else if self.phones.device(&report.device_token).is_none() {
            Some("No app has registered this device here, so Trill cannot tell whether it rang.")
        } else if send["call"].is_null() {
            Some("The push names no call, so Trill cannot tell whether it rang.")
        } else {
            None
        }
    }

    /// Returns the rule of the phone's latest reaction to the last push, as the simulator's events
    /// or else the receipts of the app tell it.
    pub fn phone_rule(&self) -> Option<PhoneRule> {
        let heard = rule(self.last_send());
        match self.watch.rule() {
            Some(seen) if heard.is_none_or(|heard| seen.rang() || !heard.rang()) => Some(seen),
            _ => heard,
        }
    }
}

/// Returns `true` if a send has receipts.
pub fn has_receipts(send: &Value) -> bool {
    send["receipts"]
        .as_array()
        .is_some_and(|all| !all.is_empty())
}

/// Returns the rule that the receipts of a send show; `None` if they show none.
fn rule(send: &Value) -> Option<PhoneRule> {
    match send["ring"]["state"].as_str()? {
        "rang" => Some(PhoneRule::Reported),
        "silent" => {
            let receipts = send["receipts"].as_array()?;
            let error = receipts
                .iter()
                .find(|receipt| receipt["event"] == "failed")?;
            let error = &error["error"];
            match error["code"].as_i64()? {
                _ if error["domain"] == TRANSACTION => Some(PhoneRule::TooManyCalls),
                2 => Some(PhoneRule::SameUuid),
                3 => Some(PhoneRule::DoNotDisturb),
                4 => Some(PhoneRule::BlockedCaller),
                _ => None,
            }
        }
        _ => None,
    }
}
