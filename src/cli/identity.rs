//! `trill identity`: explains a credential file, and says whether pushes can be sent with it.

use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::identity_files::name_of;
use super::password::{self, Password, PasswordError};
use super::private_file::PrivateFile;
use super::token_explanation::TokenExplanation;
use crate::apns::signing_key::KeyError;
use crate::apns::{Certificate, CertificateKind, Date, Environment, SigningKey, key_file};
use crate::option_file::shown;
use crate::relay::identity::{self, Form};
use crate::relay::{Identity, IdentityError};

/// Arguments of `trill identity`.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Print JSON, one object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// File with its password, or TRILL_IDENTITY_PASSWORD
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(crate) password_file: Option<PathBuf>,
    /// The .p12, .pem, .cer or .p8, or a file with a provider token
    #[arg(value_name = "FILE")]
    pub(crate) file: OsString,
}

/// Reason why a file cannot be explained.
#[derive(Debug)]
pub(crate) enum ExplainError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The password cannot be read.
    Password(PasswordError),
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(f, "cannot read {}: {error}; check the path", shown(path))
            }
            Self::Password(error) => error.fmt(f),
        }
    }
}

/// The output of `trill identity`.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Text for people, or one JSON object.
    pub(crate) text: String,
    /// `true` if pushes can be sent with the file.
    pub(crate) will_do: bool,
}

/// Explains the file.
pub(crate) fn run(args: &Args) -> Result<Verdict, ExplainError> {
    let path = Path::new(&args.file);
    let password = password(args, path).map_err(ExplainError::Password)?;
    let file = PrivateFile::read(path)
        .map_err(|error| ExplainError::Unreadable(path.to_owned(), error))?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    if let Some(explanation) = TokenExplanation::of(path, &file.bytes, now) {
        file.holds_secret();
        return Ok(Verdict {
            text: if args.json {
                format!("{}\n", explanation.to_json())
            } else {
                explanation.to_text()
            },
            will_do: explanation.will_do(),
        });
    }
    let explanation = Explanation::of(
        path,
        &file.bytes,
        password.as_ref().map(|password| password.as_str()),
        now,
    );
    if explanation.will_do() {
        file.holds_secret();
    }
    let text = if args.json {
        format!("{}\n", explanation.to_json(now))
    } else {
        explanation.to_text(now)
    };
    Ok(Verdict {
        text,
        will_do: explanation.will_do(),
    })
}

fn password(args: &Args, path: &Path) -> Result<Option<Password>, PasswordError> {
    match &args.password_file {
        Some(file) => password::from_file(file).map(Some),
        None => password::from_environment(&name_of(path).unwrap_or_default()),
    }
}

/// The explanation of a file.
struct Explanation<'a> {
    path: &'a Path,
    /// File format, as far as the file could be read.
    form: Option<Form>,
    /// The certificate, even if it cannot be used.
    certificate: Option<Certificate>,
    /// Reason why the file cannot be used.
    error: Option<IdentityError>,
    /// Signing key in the file, or the reason why the page cannot sign with it.
    key: Result<SigningKey, KeyError>,
}

impl<'a> Explanation<'a> {
    fn of(path: &'a Path, bytes: &[u8], password: Option<&str>, now: u64) -> Self {
        let key = key_file::read(bytes);
        let contents = match password::open(path, bytes, password) {
            Ok(contents) => contents,
            Err(error) => {
                return Self {
                    path,
                    form: None,
                    certificate: None,
                    error: Some(error),
                    key,
                };
            }
        };
        let (certificate, error) = match Identity::from_contents("", &contents) {
            Ok(identity) => (
                Some(identity.certificate().clone()),
                identity.check(now).err(),
            ),
            Err(error) => (contents.certificate(), Some(error)),
        };
        Self {
            path,
            form: Some(contents.form),
            certificate,
            error,
            key,
        }
    }

    fn will_do(&self) -> bool {
        matches!(self.error, None | Some(IdentityError::SigningKey))
    }

    fn what(&self) -> &'static str {
        match (self.form, &self.error) {
            (Some(Form::P12), _) => "PKCS#12",
            (Some(Form::Pem), _) => "PEM",
            (Some(Form::Der), _) => "a certificate alone",
            (None, Some(IdentityError::SigningKey)) => "a signing key for provider tokens",
            (
                None,
                Some(
                    IdentityError::PasswordMissing
                    | IdentityError::WrongPassword
                    | IdentityError::Unsupported,
                ),
            ) => "PKCS#12",
            (
                None,
                Some(
                    IdentityError::Key(_)
                    | IdentityError::EncryptedKey
                    | IdentityError::BareKey
                    | IdentityError::PublicKey,
                ),
            ) => "a key",
            (None, _) => "no certificate",
        }
    }

    /// Returns notes on a usable certificate or key.
    fn notes(&self, now: u64) -> Vec<String> {
        if let (Ok(key), Some(IdentityError::SigningKey)) = (&self.key, &self.error) {
            let notes = key.notes().iter().map(|note| note.sentence.clone());
            return notes.collect();
        }
        let Some(certificate) = self.certificate.as_ref().filter(|_| self.error.is_none()) else {
            return Vec::new();
        };
        let rings = certificate
            .topics
            .iter()
            .any(|topic| topic.ends_with(".voip"));
        let silent = (!rings)
            .then(|| "None of its topics ends in .voip: it cannot make a phone ring.".to_owned());
        identity::warning(certificate, now)
            .into_iter()
            .chain(silent)
            .collect()
    }

    fn advice(&self) -> String {
        match &self.error {
            None => self.usage(),
            Some(IdentityError::SigningKey) => {
                "It will do: drop it into the page. It is no certificate, so --identity does not take it.".to_owned()
            }
            Some(error) => format!("It will not do. {error}"),
        }
    }

    fn usage(&self) -> String {
        let file = quoted(&self.path.display().to_string());
        match name_of(self.path) {
            Some(name) => format!(
                "It will do: trill serve --identity {file}, and send with trill-identity: {name}"
            ),
            None => format!(
                "It will do: trill serve --identity NAME={file}, and send with trill-identity: NAME"
            ),
        }
    }

    /// Returns the stable name of the file format.
    fn form(&self) -> Option<&'static str> {
        match (self.form, &self.error) {
            (Some(Form::P12), _) => Some("p12"),
            (Some(Form::Pem), _) => Some("pem"),
            (Some(Form::Der), _) => Some("certificate"),
            (None, Some(IdentityError::SigningKey)) => Some("signing-key"),
            (None, _) => None,
        }
    }

    fn to_text(&self, now: u64) -> String {
        let mut text = format!("{}: {}\n", self.path.display(), self.what());
        for (label, value) in self
            .certificate
            .iter()
            .flat_map(|certificate| rows(certificate, now))
        {
            // Writing to a `String` cannot fail. Control characters in a name are escaped for the
            // terminal.
            let _ = writeln!(text, "  {label:<13} {}", value.escape_debug());
        }
        for note in self.notes(now) {
            let _ = writeln!(text, "{note}");
        }
        text + &self.advice() + "\n"
    }

    fn to_json(&self, now: u64) -> Value {
        let mut object = Map::from_iter([
            ("file".to_owned(), json!(self.path.to_string_lossy())),
            ("form".to_owned(), json!(self.form())),
        ]);
        object.extend(
            self.certificate
                .iter()
                .flat_map(|certificate| identity::describe(certificate, now)),
        );
        object.insert("will_do".to_owned(), json!(self.will_do()));
        object.insert(
            "code".to_owned(),
            json!(self.error.as_ref().map(IdentityError::code)),
        );
        object.insert(
            "key_code".to_owned(),
            json!(self.key.as_ref().err().map(KeyError::code)),
        );
        object.insert("advice".to_owned(), json!(self.advice()));
        object.insert("notes".to_owned(), json!(self.notes(now)));
        Value::Object(object)
    }
}

/// Quotes a text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+:@%".contains(character);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

fn rows(certificate: &Certificate, now: u64) -> Vec<(&'static str, String)> {
    let environments: Vec<_> = certificate
        .environments
        .iter()
        .copied()
        .map(Environment::as_str)
        .collect();
    let (from, until) = (
        Date::of(certificate.valid_from),
        Date::of(certificate.valid_until),
    );
    let topics = if certificate.topics.is_empty() {
        "none".to_owned()
    } else {
        certificate.topics.join(", ")
    };
    vec![
        ("subject", certificate.name.clone()),
        (
            "team",
            certificate
                .team_id
                .clone()
                .unwrap_or_else(|| "not named".to_owned()),
        ),
        ("kind", kind(certificate.kind).to_owned()),
        ("environments", environments.join(", ")),
        ("topics", topics),
        (
            "valid",
            format!(
                "{from} to {until}, {} days left",
                identity::days_left(certificate, now)
            ),
        ),
    ]
}

fn kind(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::Universal => "Apple Push Services: every push of one app",
        CertificateKind::Development => "development push services of one app",
        CertificateKind::Production => "production push services of one app",
        CertificateKind::Voip => "VoIP Services: the calls of one app",
        CertificateKind::WatchKit => "WatchKit Services: complications and calls of one app",
        CertificateKind::NotForApps => "of a website or of Wallet, not of an app",
        CertificateKind::Mdm => "mobile device management",
        CertificateKind::Signing => "signs apps",
        CertificateKind::Other => "not one of Apple’s",
    }
}
