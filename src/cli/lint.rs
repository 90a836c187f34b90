//! `trill lint`: what is wrong with a payload, for terminals and build servers.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::json;

use crate::apns::lint::Request;
use crate::apns::{Finding, Payload, PushType, Severity};
use crate::call::IncomingCall;
use crate::call::catalogue::{self, Catalogue, Prose};
use crate::call::lint::{self, Subject};
use crate::sentence::Sentence;

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
            write!(f, "cannot read standard input: {}; pipe a payload into it", self.1)
        } else {
            write!(f, "cannot read {}: {}; check the path of the payload", self.0.display(), self.1)
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
    let bytes = read(&args.payload).map_err(|error| Unreadable(args.payload.clone().into(), error))?;
    let findings = findings(&bytes);
    let catalogue = Catalogue::from_value(catalogue::to_value()).unwrap_or_default();
    let mut text = String::new();
    for finding in &findings {
        // Writing to a String does not fail.
        let _ = match catalogue.rule(finding.rule) {
            prose if args.json => writeln!(text, "{}", as_json(finding, prose, &bytes)),
            prose => writeln!(text, "{}", as_line(finding, prose)),
        };
    }
    Ok(Verdict { text, has_error: findings.iter().any(|finding| finding.severity == Severity::Error) })
}

fn read(payload: &OsStr) -> io::Result<Vec<u8>> {
    if payload != "-" {
        return fs::read(payload);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
}

fn findings(bytes: &[u8]) -> Vec<Finding> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return vec![Finding::error("json_utf8", Sentence::new("json_utf8.byte").number(error.valid_up_to() + 1))],
    };
    match Payload::parse(text, PushType::Voip) {
        Ok(payload) => {
            let call = IncomingCall::read(payload.value());
            lint::check(&Subject::new(Request::voip(payload.value()), &call))
        }
        Err(error) => vec![Finding::error(error.code(), error.sentence())],
    }
}

fn as_line(finding: &Finding, prose: Prose<'_>) -> String {
    let line = format!("{} {}: {} {} {}", finding.severity.as_str(), finding.rule, finding.sentence, prose.why, prose.fix);
    line.trim_end().to_owned()
}

fn as_json(finding: &Finding, prose: Prose<'_>, payload: &[u8]) -> serde_json::Value {
    let sentence = [&finding.sentence.to_string(), prose.why].join(" ");
    let mended = finding.mend.as_ref().and_then(|mend| mend.payload(str::from_utf8(payload).ok()?));
    json!({
        "severity": finding.severity.as_str(),
        "rule": finding.rule,
        "path": finding.path,
        "sentence": sentence.trim_end(),
        "fix": prose.fix,
        "source": prose.source,
        "mended": mended,
    })
}
