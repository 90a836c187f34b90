//! `trill lint`: finds the mistakes in a payload, for terminals and build servers.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::apns::payload;
use crate::apns::{Finding, Payload, PushType, Severity};
use crate::call::IncomingCall;
use crate::lint::call::{self as call_lint, Subject};
use crate::lint::{self, Request};
use crate::option_file::{self, shown};

/// Arguments of `trill lint`.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Print JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// File with the payload, or - for standard input
    #[arg(value_name = "PAYLOAD")]
    pub(crate) payload: OsString,
}

/// Error of reading the payload.
#[derive(Debug)]
pub(crate) struct Unreadable(PathBuf, io::Error);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == OsStr::new("-") {
            write!(
                f,
                "cannot read standard input: {}; pipe a payload into it",
                self.1
            )
        } else {
            write!(
                f,
                "cannot read {}: {}; check the path of the payload",
                shown(&self.0),
                self.1
            )
        }
    }
}

/// The output of `trill lint`.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// One finding per line.
    pub(crate) text: String,
    /// `true` if a finding is an error.
    pub(crate) has_error: bool,
}

/// Checks the payload of a VoIP push that has the headers recommended for a call.
pub(crate) fn run(args: &Args) -> Result<Verdict, Unreadable> {
    let bytes =
        read(&args.payload).map_err(|error| Unreadable(args.payload.clone().into(), error))?;
    let findings = findings(&bytes);
    let payload = str::from_utf8(&bytes).unwrap_or_default();
    let mut text = String::new();
    for line in findings.iter().map(Line::of) {
        // Writing to a `String` cannot fail.
        let _ = if args.json {
            writeln!(text, "{}", line.as_json(payload))
        } else {
            writeln!(text, "{}", line.as_line())
        };
    }
    Ok(Verdict {
        text,
        has_error: findings
            .iter()
            .any(|finding| finding.severity == Severity::Error),
    })
}

fn read(payload: &OsStr) -> io::Result<Vec<u8>> {
    if payload != "-" {
        return option_file::read(payload.as_ref());
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
}

/// Returns the findings, worst first; among equals, those about the JSON text come first.
fn findings(bytes: &[u8]) -> Vec<Finding> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sentence = format!("Not UTF-8 at byte {}.", error.valid_up_to() + 1);
            return vec![Finding::error("json_utf8", sentence)];
        }
    };
    let mut findings = payload::findings(text, PushType::Voip);
    if let Ok(payload) = Payload::parse(text, PushType::Voip) {
        let call = IncomingCall::read(payload.value());
        let request = Request::voip(payload.value());
        findings.extend(call_lint::check(&Subject::new(request, &call)));
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// One line of output.
struct Line<'a> {
    finding: &'a Finding,
    /// Description of the finding and its consequence.
    sentence: String,
    /// Fix; may be empty.
    fix: &'static str,
    /// Document that is the source of the rule.
    source: &'static str,
}

impl<'a> Line<'a> {
    fn of(finding: &'a Finding) -> Self {
        let sentence = finding.sentence.clone();
        match lint::prose(finding.code) {
            Some(prose) => Self {
                finding,
                sentence: [&sentence, " ", prose.why].concat(),
                fix: prose.fix,
                source: prose.source,
            },
            None => Self {
                finding,
                sentence,
                fix: "",
                source: source(finding),
            },
        }
    }

    fn as_line(&self) -> String {
        format!(
            "{} {}: {} {}",
            self.finding.severity.as_str(),
            self.finding.code,
            self.sentence,
            self.fix
        )
        .trim_end()
        .to_owned()
    }

    fn as_json(&self, text: &str) -> Value {
        let Finding { code, fix, .. } = self.finding;
        let position = self.finding.position();
        let fixed = fix.as_ref().and_then(|fix| fix.payload(text));
        json!({
            "severity": self.finding.severity.as_str(),
            "rule": code,
            "path": self.finding.path(),
            "line": position.map(|position| position.line),
            "column": position.map(|position| position.column),
            "sentence": self.sentence,
            "fix": self.fix,
            "source": self.source,
            "mended": fixed.as_deref().or(self.finding.text()),
        })
    }
}

/// Returns the document that defines the rule behind a finding about the payload's text.
fn source(finding: &Finding) -> &'static str {
    match finding.code {
        "json_utf8" if finding.position().is_none() => "",
        code if code.starts_with("json_") => "RFC 8259",
        _ => "Apple, “Generating a remote notification”",
    }
}
