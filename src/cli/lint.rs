//! `trill lint`: what is wrong with a payload, for terminals and build servers.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::apns::payload::{self, Position};
use crate::apns::{Finding, Payload, PushType, Severity};
use crate::call::IncomingCall;
use crate::lint::call::{self as call_lint, Subject};
use crate::lint::{self, Request};
use crate::option_file;

/// What was typed after `trill lint`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    /// `--json`.
    pub(crate) json: bool,
    /// The file, or `-` for standard input.
    pub(crate) payload: OsString,
}

/// The payload cannot be read.
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
                self.0.display(),
                self.1
            )
        }
    }
}

/// What `trill lint` says, and whether it is good news.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// One finding a line.
    pub(crate) text: String,
    /// Whether one of them is an error.
    pub(crate) has_error: bool,
}

/// Looks at the payload as the body of a VoIP push with the headers a call should have.
pub(crate) fn run(args: &Args) -> Result<Verdict, Unreadable> {
    let bytes =
        read(&args.payload).map_err(|error| Unreadable(args.payload.clone().into(), error))?;
    let remarks = remarks(&bytes);
    let mut text = String::new();
    for remark in &remarks {
        // Writing to a String does not fail.
        let _ = if args.json {
            writeln!(text, "{}", remark.as_json())
        } else {
            writeln!(text, "{}", remark.as_line())
        };
    }
    Ok(Verdict {
        text,
        has_error: remarks
            .iter()
            .any(|remark| remark.severity == Severity::Error),
    })
}

fn read(payload: &OsStr) -> io::Result<Vec<u8>> {
    if payload != "-" {
        return option_file::read(payload.as_ref());
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
}

/// What there is to say, the worst first, and of equals first what is about the text itself.
fn remarks(bytes: &[u8]) -> Vec<Remark> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sentence = format!("Not UTF-8 at byte {}.", error.valid_up_to() + 1);
            return vec![Remark::of_rule(&Finding::error("json_utf8", sentence), "")];
        }
    };
    let mut remarks: Vec<Remark> = payload::findings(text, PushType::Voip)
        .into_iter()
        .map(Remark::of_text)
        .collect();
    if let Ok(payload) = Payload::parse(text, PushType::Voip) {
        let call = IncomingCall::read(payload.value());
        let findings = call_lint::check(&Subject::new(Request::voip(payload.value()), &call));
        remarks.extend(
            findings
                .iter()
                .map(|finding| Remark::of_rule(finding, text)),
        );
    }
    remarks.sort_by_key(|remark| remark.severity);
    remarks
}

/// One thing there is to say.
struct Remark {
    severity: Severity,
    rule: &'static str,
    path: String,
    position: Option<Position>,
    sentence: String,
    fix: &'static str,
    source: &'static str,
    /// The whole payload with this one mended.
    mended: Option<String>,
}

impl Remark {
    /// What a rule found.
    fn of_rule(finding: &Finding, text: &str) -> Self {
        let prose = lint::prose(finding.rule);
        let why = prose.map_or("", |prose| prose.why);
        Self {
            severity: finding.severity,
            rule: finding.rule,
            path: finding.path.clone(),
            position: None,
            sentence: [finding.sentence.as_str(), why]
                .join(" ")
                .trim_end()
                .to_owned(),
            fix: prose.map_or("", |prose| prose.fix),
            source: prose.map_or("", |prose| prose.source),
            mended: finding.mend.as_ref().and_then(|mend| mend.payload(text)),
        }
    }

    /// What is odd about the text, or keeps it from being sent; its sentence says what to do.
    fn of_text(finding: payload::Finding) -> Self {
        Self {
            severity: finding.severity,
            rule: finding.code,
            path: String::new(),
            position: finding.position,
            sentence: finding.sentence,
            fix: "",
            source: if finding.code.starts_with("json_") {
                "RFC 8259"
            } else {
                "Apple, “Generating a remote notification”"
            },
            mended: finding.fix,
        }
    }

    fn as_line(&self) -> String {
        format!(
            "{} {}: {} {}",
            self.severity.as_str(),
            self.rule,
            self.sentence,
            self.fix
        )
        .trim_end()
        .to_owned()
    }

    fn as_json(&self) -> Value {
        json!({
            "severity": self.severity.as_str(),
            "rule": self.rule,
            "path": self.path,
            "line": self.position.map(|position| position.line),
            "column": self.position.map(|position| position.column),
            "sentence": self.sentence,
            "fix": self.fix,
            "source": self.source,
            "mended": self.mended,
        })
    }
}
