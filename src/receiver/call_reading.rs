//! Call reading: the Swift lines that read the call from a payload, at the paths of a profile.

use serde_json::Value;

use super::swift_text::{fill, literal};
use crate::apns::json;
use crate::apns::path::{Path, Step};
use crate::call::Profile;
use crate::call::app::CALL_NAME;
use crate::call::profile::{FlagReading, Form, TextReading, UuidReading};

/// Functions that the lines may call, each behind a line with its name.
const FUNCTIONS: &str = include_str!("swift/reading.swift");
/// Handle of an app that reads neither handle nor name.
const UNKNOWN_CALLER: &str = "\"Unknown\"";

/// Line of Swift, and the path that it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) path: Option<String>,
}

/// Expression that reads one path.
struct Expression {
    text: String,
    path: String,
}

/// Lines that read the fields of the call.
pub(super) fn lines(profile: &Profile) -> Vec<Line> {
    let reads_no_handle = profile.handle.paths.is_empty() && profile.handle.otherwise.is_none();
    let mut lines = text_lines("callerName", &profile.caller_name);
    if reads_no_handle {
        let reads_name = !profile.caller_name.paths.is_empty();
        let handle = if reads_name {
            "callerName"
        } else {
            UNKNOWN_CALLER
        };
        lines.push(plain(&["let handle: String? = ", handle].concat()));
    } else {
        lines.splice(0..0, text_lines("handle", &profile.handle));
    }
    lines.extend(uuid_lines(&profile.call_uuid));
    lines.extend(flag_lines(&profile.has_video));
    lines.push(name_line());
    lines
}

/// Functions that these lines call, each with a line break before it.
pub(super) fn functions(lines: &[Line], flag: &FlagReading) -> String {
    let mut functions = String::new();
    for section in FUNCTIONS.split("//# ").skip(1) {
        let (name, function) = section.split_once('\n').unwrap_or_default();
        let call = ["Self.", name, "("].concat();
        if lines.iter().any(|line| line.text.contains(&call)) {
            functions.extend(["\n", function.trim_end()]);
        }
    }
    fill(&functions, false, &[("IS_VIDEO", &video_values(flag))])
}

fn text_lines(name: &str, reading: &TextReading) -> Vec<Line> {
    let wanted = |expression: String| {
        let takes = |form| reading.takes.contains(&form);
        if reading.takes == [Form::NonEmpty] {
            ["Self.nonEmpty(", &expression, ")"].concat()
        } else if takes(Form::Number) || takes(Form::Integer) || takes(Form::Any) {
            ["Self.text(", &expression, ")"].concat()
        } else {
            expression + " as? String"
        }
    };
    let expressions = expressions(&reading.paths, wanted);
    let otherwise = match &reading.otherwise {
        Some(text) => literal(text),
        None if expressions.is_empty() => "nil".to_owned(),
        None => String::new(),
    };
    let Some(shown) = &reading.shown else {
        return chain(
            &["let ", name, ": String? = "].concat(),
            expressions,
            &otherwise,
        );
    };
    let read = [name, "Text"].concat();
    let mut lines = chain(
        &["let ", &read, ": String? = "].concat(),
        expressions,
        &otherwise,
    );
    let shown = literal(shown).replace("{}", "\\($0)");
    lines.push(plain(
        &["let ", name, " = ", &read, ".map { ", &shown, " }"].concat(),
    ));
    lines
}

fn uuid_lines(reading: &UuidReading) -> Vec<Line> {
    let function = if reading.takes_text {
        "Self.derivedUUID("
    } else {
        "Self.uuid("
    };
    let expressions = expressions(&reading.paths, |value| [function, &value, ")"].concat());
    let is_made = reading.is_made || expressions.is_empty();
    let mut lines = Vec::new();
    if is_made {
        lines.push(plain(
            "// The app makes the UUID, so a second push for the same call rings as another call.",
        ));
    }
    let otherwise = if is_made { "UUID()" } else { "" };
    lines.extend(chain("let callUUID: UUID? = ", expressions, otherwise));
    lines
}

fn flag_lines(reading: &FlagReading) -> Vec<Line> {
    let is_flag = reading.no.is_empty()
        && !reading.otherwise
        && reading
            .yes
            .iter()
            .all(|value| *value == true || *value == 1);
    let expressions = expressions(&reading.paths, |value| {
        if is_flag {
            value + " as? Bool"
        } else {
            ["Self.isVideo(", &value, ")"].concat()
        }
    });
    let otherwise = if reading.otherwise { "true" } else { "false" };
    chain("let hasVideo = ", expressions, otherwise)
}

/// Line that reads the name that the sender gives the call.
fn name_line() -> Line {
    let path = Path::of_names(&[CALL_NAME]);
    let value = value(&path);
    Line {
        path: Some(path.to_string()),
        ..plain(&["let givenName = Self.nonEmpty(", &value, ")"].concat())
    }
}

/// List of the values that mean video, or a denied list of those that do not.
fn video_values(reading: &FlagReading) -> String {
    let (not, values) = match reading.no.is_empty() {
        true => ("", &reading.yes),
        false => ("!", &reading.no),
    };
    let mut words: Vec<String> = values.iter().map(word).collect();
    words.dedup();
    [not, "[", &words.join(", "), "]"].concat()
}

/// Text that Swift makes of a JSON value.
fn word(value: &Value) -> String {
    match value {
        Value::Bool(true) => literal("1"),
        Value::Bool(false) => literal("0"),
        Value::Null => literal("<null>"),
        Value::String(text) => literal(text),
        value => literal(&json::compact(value)),
    }
}

fn expressions(paths: &[Path], wanted: impl Fn(String) -> String) -> Vec<Expression> {
    let mut expressions = Vec::new();
    for path in paths {
        expressions.push(Expression {
            text: wanted(value(path)),
            path: path.to_string(),
        });
    }
    expressions
}

/// Expression for the value at a path.
fn value(path: &Path) -> String {
    let mut steps = Vec::new();
    for step in path.steps() {
        steps.push(match step {
            Step::Name(name) => literal(name),
            Step::Index(index) => index.to_string(),
        });
    }
    match steps.as_slice() {
        [name] if name.starts_with('"') => ["payload[", name, "]"].concat(),
        _ => ["Self.value([", &steps.join(", "), "], in: payload)"].concat(),
    }
}

/// Constant that is the first of these expressions with a value, or else `otherwise`.
fn chain(constant: &str, expressions: Vec<Expression>, otherwise: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for Expression { text, path } in expressions {
        let text = if lines.is_empty() {
            ["        ", constant, &text].concat()
        } else {
            ["            ?? ", &text].concat()
        };
        lines.push(Line {
            text,
            path: Some(path),
        });
    }
    match lines.as_mut_slice() {
        _ if otherwise.is_empty() => {}
        [] => lines.push(plain(&[constant, otherwise].concat())),
        [line] => line.text += &[" ?? ", otherwise].concat(),
        _ => lines.push(plain(&["    ?? ", otherwise].concat())),
    }
    lines
}

fn plain(text: &str) -> Line {
    Line {
        text: ["        ", text].concat(),
        path: None,
    }
}
