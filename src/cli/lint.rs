//! `trill lint`: finds the mistakes in a payload, for terminals and build servers.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::app_choice;
use crate::apns::finding::Certainty;
use crate::apns::payload;
use crate::apns::{Finding, Payload, PushType, Severity};
use crate::call::profile::Source;
use crate::call::{AppChoice, ReceivingApp};
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
    /// App that gets it: a name in docs/apps.md, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) app: Option<OsString>,
    /// File with the payload, or - for standard input
    #[arg(value_name = "PAYLOAD")]
    pub(crate) payload: OsString,
}

/// Error of `trill lint`.
#[derive(Debug)]
pub(crate) enum LintError {
    /// The payload cannot be read.
    Payload(PathBuf, io::Error),
    /// The app is not known, or its profile cannot be read.
    App(String),
}

impl fmt::Display for LintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payload(path, error) if path == OsStr::new("-") => write!(
                f,
                "cannot read standard input: {error}; pipe a payload into it"
            ),
            Self::Payload(path, error) => write!(
                f,
                "cannot read {}: {error}; check the path of the payload",
                shown(path)
            ),
            Self::App(sentence) => f.write_str(sentence),
        }
    }
}

/// The output of `trill lint`.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Findings, one per line.
    pub(crate) text: String,
    /// `true` if a finding is an error.
    pub(crate) has_error: bool,
}

/// Checks the payload of a VoIP push that has the headers recommended for a call.
pub(crate) fn run(args: &Args) -> Result<Verdict, LintError> {
    let choice = match args.app.as_deref() {
        Some(name) => app_choice::read(name).map_err(LintError::App)?,
        None => AppChoice::Recognise,
    };
    let bytes = read(&args.payload)
        .map_err(|error| LintError::Payload(args.payload.clone().into(), error))?;
    let (findings, app) = findings(&bytes, &choice);
    let payload = str::from_utf8(&bytes).unwrap_or_default();
    let mut text = String::new();
    if let Some(line) = app.filter(|_| !args.json) {
        text = line + "\n";
    }
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

/// Returns the findings, worst first, and a line about the app; among equals, findings about the
/// JSON text come first.
fn findings(bytes: &[u8], choice: &AppChoice) -> (Vec<Finding>, Option<String>) {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sentence = format!("Not UTF-8 at byte {}.", error.valid_up_to() + 1);
            return (vec![Finding::error("json_utf8", sentence)], None);
        }
    };
    let mut findings = payload::findings(text, PushType::Voip);
    let mut about = None;
    if let Ok(payload) = Payload::parse(text, PushType::Voip) {
        let app = choice.resolve(payload.value());
        let call = app.read(payload.value());
        let request = Request::voip(payload.value());
        findings.extend(call_lint::check(&Subject::new(request, &app, &call)));
        about = Some(app_line(choice, &app));
    }
    findings.sort_by_key(|finding| finding.severity);
    (findings, about)
}

/// Line about the app that gets the push.
fn app_line(choice: &AppChoice, app: &ReceivingApp) -> String {
    let (Some(name), Some(profile)) = (app.name(), app.profile()) else {
        return "app: not recognised; the call is looked for under the usual names".to_owned();
    };
    let marks = match &profile.recognise {
        Some(condition) if *choice == AppChoice::Recognise => {
            format!(", recognised by {}", condition.marks().join(", "))
        }
        _ => String::new(),
    };
    let source = profile.sources.first().map(Source::short);
    let source = source.unwrap_or_else(|| "your description".to_owned());
    format!("app: {name}{marks} ({source})")
}

/// Line of output.
struct Line<'a> {
    finding: &'a Finding,
    /// Description of the finding and its consequence.
    sentence: String,
    /// Fix; may be empty.
    fix: &'static str,
    /// Document or code that is the source of the finding.
    source: &'a str,
}

impl<'a> Line<'a> {
    fn of(finding: &'a Finding) -> Self {
        let sentence = finding.sentence.clone();
        match lint::prose(finding.code) {
            Some(prose) => Self {
                finding,
                sentence: [&sentence, " ", prose.consequence(finding.certainty)]
                    .concat()
                    .trim_end()
                    .to_owned(),
                fix: prose.fix,
                source: finding.source.as_deref().unwrap_or(prose.source),
            },
            None => Self {
                finding,
                sentence,
                fix: "",
                source: finding.source.as_deref().unwrap_or(source(finding)),
            },
        }
    }

    fn as_line(&self) -> String {
        let likely = match self.finding.certainty {
            Certainty::Likely => "likely: ",
            Certainty::Certain | Certainty::ThisApp => "",
        };
        format!(
            "{} {}: {likely}{} {}",
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
            "certainty": self.finding.certainty.as_str(),
            "app": self.finding.app,
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
