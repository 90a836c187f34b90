//! `trill receiver`: writes the app's half of a VoIP push as a folder of Swift files.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::Value;
use thiserror::Error;

use super::app_choice;
use crate::call::{AppChoice, ReceivingApp};
use crate::option_file::{self, shown};
use crate::receiver::{self, Flavour, HandleType, Options, OptionsProblem};

/// Arguments of `trill receiver`.
#[derive(Debug, PartialEq, Eq, clap::Args)]
#[group(skip)]
#[command(after_help = "docs/receiving.md describes the files.")]
pub(crate) struct Args {
    /// App that it is for: name in docs/apps.md, or a file
    #[arg(long, value_name = "NAME|FILE")]
    app: OsString,
    /// callkit, or livecommunicationkit, a draft
    #[arg(long, value_name = "WORD", value_parser = flavours(), hide_possible_values = true)]
    flavour: Option<Flavour>,
    /// New folder to write to [TrillCalls]
    #[arg(long, value_name = "DIR", allow_hyphen_values = true)]
    out: Option<PathBuf>,
    /// Its push server, such as https://10.0.0.5:7465
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Bundle ID of the app
    #[arg(long, value_name = "ID")]
    bundle_id: Option<String>,
    /// Take video calls
    #[arg(long)]
    video: bool,
    /// generic, phone-number or email-address; repeatable
    #[arg(long = "handle-type", value_name = "WORD", value_parser = handle_types(), hide_possible_values = true)]
    handle_types: Vec<HandleType>,
    /// Calls beside each other, all but one on hold [2]
    #[arg(long, value_name = "N", value_parser = limit)]
    call_groups: Option<u8>,
    /// Callers in one conference [1]
    #[arg(long, value_name = "N", value_parser = limit)]
    calls_per_group: Option<u8>,
    /// Sound file in the app
    #[arg(long, value_name = "NAME")]
    ringtone: Option<String>,
    /// Image for the call screen in the app's assets
    #[arg(long, value_name = "NAME")]
    icon: Option<String>,
}

/// Reason why `trill receiver` writes nothing, or not all.
#[derive(Debug, Error)]
pub(crate) enum ReceiverError {
    /// The app is not known, or its profile cannot be read.
    #[error("{0}")]
    App(String),
    /// The options cannot be used.
    #[error(transparent)]
    Options(#[from] OptionsProblem),
    /// The folder is there already.
    #[error("{} is there already; name a new folder with --out", shown(.0))]
    Exists(PathBuf),
    /// The folder or a file cannot be written.
    #[error("cannot write {}: {error}; check the path given to --out", shown(.path))]
    Unwritable {
        /// Path.
        path: PathBuf,
        /// Error of the system.
        error: io::Error,
    },
}

/// Result of `trill receiver`.
#[derive(Debug)]
pub(crate) struct Written {
    /// Files that were written, or the reason why there are none.
    pub(crate) text: String,
    /// `true` if the app has a receiver of its own, so that nothing was written.
    pub(crate) is_empty: bool,
}

/// Writes the files of the receiver.
pub(crate) fn run(args: Args) -> Result<Written, ReceiverError> {
    let choice = app_choice::read(&args.app).map_err(ReceiverError::App)?;
    let folder = args.out.clone().unwrap_or_else(|| "TrillCalls".into());
    let (app, payload) = resolve(&choice);
    let options = options(args, Options::fitting(&app, &payload));
    if let Some(problem) = options.problem() {
        return Err(problem.into());
    }
    let files = match receiver::receiver(&app, &payload, &options) {
        Ok(files) => files,
        Err(set_up) => {
            return Ok(Written {
                text: format!("{set_up}\n"),
                is_empty: true,
            });
        }
    };
    make_folder(&folder)?;
    let mut text = format!("Wrote to {}:\n", shown(&folder));
    for file in files {
        let path = folder.join(file.name);
        option_file::write(&path, file.text.as_bytes())
            .map_err(|error| ReceiverError::Unwritable { path, error })?;
        text += &format!("  {}\n", file.name);
    }
    Ok(Written {
        text,
        is_empty: false,
    })
}

/// The app, and the payload that its profile gives as an example.
fn resolve(choice: &AppChoice) -> (ReceivingApp, Value) {
    let app = choice.resolve(&Value::Null);
    let template = app.profile().and_then(|profile| profile.template.clone());
    (app, template.unwrap_or_default())
}

/// Options as given, and as they fit the payload.
fn options(args: Args, fitting: Options) -> Options {
    Options {
        flavour: args.flavour.unwrap_or_default(),
        supports_video: args.video || fitting.supports_video,
        handle_types: match args.handle_types.is_empty() {
            true => fitting.handle_types,
            false => args.handle_types,
        },
        call_groups: args.call_groups.unwrap_or(fitting.call_groups),
        calls_per_group: args.calls_per_group.unwrap_or(fitting.calls_per_group),
        ringtone: args.ringtone.unwrap_or_default(),
        icon: args.icon.unwrap_or_default(),
        server: args.server.unwrap_or_default(),
        bundle_id: args.bundle_id.unwrap_or_default(),
    }
}

fn make_folder(folder: &Path) -> Result<(), ReceiverError> {
    match fs::create_dir(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ReceiverError::Exists(folder.to_owned()))
        }
        Err(error) => Err(ReceiverError::Unwritable {
            path: folder.to_owned(),
            error,
        }),
    }
}

fn flavours() -> impl TypedValueParser<Value = Flavour> {
    let words = PossibleValuesParser::new(Flavour::ALL.map(Flavour::as_str));
    words.try_map(|word| {
        let flavour = Flavour::ALL.into_iter().find(|one| one.as_str() == word);
        flavour.ok_or("is no flavour")
    })
}

fn handle_types() -> impl TypedValueParser<Value = HandleType> {
    let words = PossibleValuesParser::new(HandleType::ALL.map(HandleType::as_str));
    words.try_map(|word| {
        let kind = HandleType::ALL.into_iter().find(|one| one.as_str() == word);
        kind.ok_or("is no handle type")
    })
}

fn limit(text: &str) -> Result<u8, &'static str> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("is not a whole number from 1 to 255"),
    }
}
