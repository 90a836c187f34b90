//! Receiver over HTTP: the files of the app's half for a payload. Nothing of a request is stored.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::json_body;
use super::phones::Phones;
use super::problem::Problem;
use super::reply::{self, Reply};
use super::send::send_request;
use crate::call::AppChoice;
use crate::receiver::{File, Flavour, HandleType, Options, OptionsProblem, OwnSetUp, receiver};

/// Fix of an option that cannot be used.
const OPTIONS: &str = "docs/receiving.md describes the options.";

/// Body of a request for the files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiverBody {
    payload: Value,
    app: Option<String>,
    #[serde(default)]
    options: OptionsBody,
}

/// Options of a request. One that is left out fits the payload.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionsBody {
    flavour: Option<String>,
    supports_video: Option<bool>,
    handle_types: Option<Vec<String>>,
    call_groups: Option<u64>,
    calls_per_group: Option<u64>,
    ringtone: Option<String>,
    icon: Option<String>,
    server: Option<String>,
    bundle_id: Option<String>,
}

/// Answers with the files, or with the set-up of an app that has a receiver of its own.
pub(super) fn answer(shared: &Shared, body: &[u8]) -> Result<Reply, Problem> {
    send_request::body(body)?;
    let body: ReceiverBody = json_body::read_body(body)?;
    let choice = AppChoice::parse(&body.app.unwrap_or_default()).map_err(|error| {
        let cause = format!("The field “app” names no app. {error}");
        let fix = "Send the identifier of a profile in docs/apps.md, a profile in JSON as a text, or leave it out.";
        unprocessable("bad_app", cause, fix, "app")
    })?;
    let app = choice.resolve(&body.payload);
    let fitting = Options::fitting(&app, &body.payload);
    let phones_url = shared.phones.as_ref().map(Phones::url);
    let options = body.options.read(fitting, phones_url.unwrap_or_default())?;
    let answer = match receiver(&app, &body.payload, &options) {
        Ok(files) => json!({
            "files": files.iter().map(file_json).collect::<Vec<_>>(),
            "options": options_json(&options),
        }),
        Err(set_up) => json!({ "own_set_up": set_up_json(&set_up) }),
    };
    Ok(reply::json(StatusCode::OK, &answer))
}

impl OptionsBody {
    /// Options as they are asked for; `fitting` has those that are left out.
    fn read(self, fitting: Options, phones_url: &str) -> Result<Options, Problem> {
        let options = Options {
            flavour: match self.flavour {
                Some(word) => flavour(&word)?,
                None => fitting.flavour,
            },
            supports_video: self.supports_video.unwrap_or(fitting.supports_video),
            handle_types: match self.handle_types {
                Some(words) => handle_types(&words)?,
                None => fitting.handle_types,
            },
            call_groups: match self.call_groups {
                Some(number) => limit(number, "options.call_groups")?,
                None => fitting.call_groups,
            },
            calls_per_group: match self.calls_per_group {
                Some(number) => limit(number, "options.calls_per_group")?,
                None => fitting.calls_per_group,
            },
            ringtone: self.ringtone.unwrap_or_default(),
            icon: self.icon.unwrap_or_default(),
            server: self.server.unwrap_or_else(|| phones_url.to_owned()),
            bundle_id: self.bundle_id.unwrap_or_default(),
        };
        match options.problem() {
            Some(problem) => Err(unprocessable(
                "bad_option",
                problem.to_string(),
                OPTIONS,
                field(problem),
            )),
            None => Ok(options),
        }
    }
}

fn flavour(word: &str) -> Result<Flavour, Problem> {
    let mut flavours = Flavour::ALL.into_iter();
    flavours.find(|one| one.as_str() == word).ok_or_else(|| {
        let known = Flavour::ALL.map(Flavour::as_str);
        unknown_word("options.flavour", &known)
    })
}

fn handle_types(words: &[String]) -> Result<Vec<HandleType>, Problem> {
    let mut types = Vec::new();
    for word in words {
        let mut all = HandleType::ALL.into_iter();
        let Some(kind) = all.find(|kind| kind.as_str() == word) else {
            let known = HandleType::ALL.map(HandleType::as_str);
            return Err(unknown_word("options.handle_types", &known));
        };
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    Ok(types)
}

fn limit(number: u64, field: &str) -> Result<u8, Problem> {
    match u8::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => {
            let cause = format!("The field “{field}” is no number from 1 to 255.");
            Err(unprocessable("bad_option", cause, OPTIONS, field))
        }
    }
}

fn unknown_word(field: &str, known: &[&str]) -> Problem {
    let cause = format!("The field “{field}” has a word that is none of its own.");
    let fix = format!("Use one of: {}.", known.join(", "));
    unprocessable("bad_option", cause, fix, field)
}

fn unprocessable(
    code: &'static str,
    cause: String,
    fix: impl Into<String>,
    field: &str,
) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, cause, fix).with_field(field)
}

/// Field that a problem is about.
fn field(problem: OptionsProblem) -> &'static str {
    match problem {
        OptionsProblem::Server => "options.server",
        OptionsProblem::NoHandleType => "options.handle_types",
        OptionsProblem::NoCall => "options.call_groups",
        OptionsProblem::Ringtone => "options.ringtone",
    }
}

fn file_json(file: &File) -> Value {
    let mut marks = Vec::new();
    for mark in &file.marks {
        marks.push(json!({ "line": mark.line, "path": mark.path }));
    }
    json!({ "name": file.name, "text": file.text, "marks": marks })
}

/// The options as they were used.
fn options_json(options: &Options) -> Value {
    let types: Vec<_> = options
        .handle_types
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    json!({
        "flavour": options.flavour.as_str(),
        "supports_video": options.supports_video,
        "handle_types": types,
        "call_groups": options.call_groups,
        "calls_per_group": options.calls_per_group,
        "ringtone": options.ringtone,
        "icon": options.icon,
        "server": options.server,
        "bundle_id": options.bundle_id,
    })
}

fn set_up_json(set_up: &OwnSetUp) -> Value {
    json!({
        "app": set_up.app,
        "address": set_up.address,
        "is_page": set_up.is_page,
        "sentence": set_up.to_string(),
    })
}
