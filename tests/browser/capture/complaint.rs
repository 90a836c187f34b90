//! A complaint of the browser: an exception, an error in the console, a report of a policy.

use std::fmt;

use serde_json::Value;

use super::{Failure, NO_ANSWER};
use crate::driver::Event;

/// Something the browser was not content with.
#[derive(Debug)]
pub(super) struct Complaint {
    kind: &'static str,
    text: String,
    url: String,
}

impl Complaint {
    pub(super) fn read(event: &Event) -> Option<Self> {
        let params = &event.params;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event.method.as_str() {
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                let description = text(&details["exception"]["description"]);
                let description = if description.is_empty() {
                    text(&details["text"])
                } else {
                    description
                };
                Some(Self {
                    kind: "exception",
                    text: description,
                    url: text(&details["url"]),
                })
            }
            "Runtime.consoleAPICalled"
                if matches!(
                    params["type"].as_str(),
                    Some("error" | "warning" | "assert")
                ) =>
            {
                let words = params["args"].as_array().into_iter().flatten();
                let words = words.map(|word| {
                    word["value"]
                        .as_str()
                        .map_or_else(|| text(&word["description"]), str::to_owned)
                });
                Some(Self {
                    kind: "console",
                    text: words.collect::<Vec<_>>().join(" "),
                    url: String::new(),
                })
            }
            "Log.entryAdded"
                if matches!(params["entry"]["level"].as_str(), Some("error" | "warning")) =>
            {
                let entry = &params["entry"];
                let kind = if entry["source"] == "network" {
                    "network"
                } else {
                    "log"
                };
                Some(Self {
                    kind,
                    text: text(&entry["text"]),
                    url: text(&entry["url"]),
                })
            }
            "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
                let details = &params["issue"]["details"]["contentSecurityPolicyIssueDetails"];
                Some(Self {
                    kind: "policy",
                    text: text(&details["violatedDirective"]),
                    url: text(&details["blockedURL"]),
                })
            }
            _ => None,
        }
    }

    /// `true` for the line that the browser always writes about such a failure.
    pub(super) fn is_about(&self, failure: &Failure) -> bool {
        let Some(rest) = self
            .text
            .strip_prefix("Failed to load resource: ")
            .filter(|_| self.kind == "network")
        else {
            return false;
        };
        let same_status = match failure.status {
            NO_ANSWER => rest.starts_with("net::"),
            status => rest.contains(&format!("status of {status} ")),
        };
        same_status && self.url == failure.url
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.kind, self.text, self.url)
    }
}
