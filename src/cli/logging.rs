//! The log: events of the program on standard error, as text or as lines of JSON.
//!
//! Only Trill's own events are logged, because the HTTP/2 library would log every header of a push
//! at the finest level. A separate thread writes the lines, so that a reader that stalls blocks
//! nothing; when the queue is full, lines are dropped. A panic becomes a line too, without its
//! formatted values, which could be secrets. The field names are a public interface, so Trill
//! formats the lines itself.

use std::any::Any;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber, dispatcher};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use crate::relay::observe::json_line;

/// Prefix of the targets of Trill's own events.
const OWN_TARGET: &str = "trill";
/// Maximum number of queued lines.
const MOST_WAITING: usize = 1_024;
/// Time the program waits at its end for the last lines to be written.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// Format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// Text for people.
    #[default]
    Text,
    /// JSON, one object per line.
    Json,
}

/// Returns the default level: start, stop, warnings and failures; on a terminal only the latter
/// two, because the greeting covers the rest.
pub(crate) fn usual() -> LevelFilter {
    if io::stderr().is_terminal() {
        LevelFilter::WARN
    } else {
        LevelFilter::INFO
    }
}

/// The log; dropping it writes the queued lines.
pub(crate) struct Log {
    format: Format,
    messages: SyncSender<Message>,
}

enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

/// Starts the log, once in a process.
pub(crate) fn start(level: LevelFilter, format: Format) -> io::Result<Log> {
    let (messages, waiting) = mpsc::sync_channel(MOST_WAITING);
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || write(&waiting))?;
    let lines = tracing_subscriber::fmt::layer()
        .event_format(LineFormat(format))
        .log_internal_errors(false)
        .with_writer(LineSender(messages.clone()));
    let own = Targets::new().with_target(OWN_TARGET, level);
    // Fails if a log has been started already, which then stays in use.
    let _ = tracing::subscriber::set_global_default(
        tracing_subscriber::registry().with(lines).with(own),
    );
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(
            place,
            "Trill has a bug, please report it: {}",
            source_text(info.payload())
        );
    }));
    Ok(Log { format, messages })
}

/// Writes a warning; to standard error if the command has no log.
pub(crate) fn warn(sentence: &str) {
    if dispatcher::has_been_set() {
        tracing::warn!("{sentence}")
    } else {
        eprintln!("trill: warning: {sentence}")
    }
}

impl Log {
    /// Writes a warning, whatever the level.
    pub(crate) fn insist(&self, sentence: &str) {
        let line = match self.format {
            Format::Text => format!("trill: WARNING: {sentence}\n"),
            Format::Json => Fields {
                message: sentence.to_owned(),
                ..Fields::default()
            }
            .line(Format::Json, &now(), Level::WARN),
        };
        // Written synchronously, before connections are accepted.
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let (sender, written) = mpsc::sync_channel(1);
        if self.messages.try_send(Message::Flush(sender)).is_ok() {
            let _ = written.recv_timeout(LAST_PATIENCE);
        }
    }
}

/// Returns the message of a panic if it is a literal; a formatted one may contain values.
fn source_text(payload: &(dyn Any + Send)) -> &'static str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("what it said is left out, it may hold a secret")
}

fn write(waiting: &Receiver<Message>) {
    while let Ok(message) = waiting.recv() {
        match message {
            // A closed standard error is no reason to stop.
            Message::Line(line) => drop(io::stderr().write_all(line.as_bytes())),
            Message::Flush(sender) => drop(sender.send(())),
        }
    }
}

fn now() -> String {
    json_line::moment(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

/// A writer that sends lines to the thread of the log.
struct LineSender(SyncSender<Message>);

impl<'a> MakeWriter<'a> for LineSender {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &LineSender {
    /// Queues a whole line: the library writes each event with one call.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line).into_owned();
        let _ = self.0.try_send(Message::Line(text));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Formatter of the log's lines.
struct LineFormat(Format);

impl<S, N> FormatEvent<S, N> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        writer.write_str(&fields.line(self.0, &now(), *event.metadata().level()))
    }
}

/// Fields of an event, collected by a visitor.
#[derive(Default)]
struct Fields {
    message: String,
    fields: Map<String, Value>,
}

impl Fields {
    fn line(self, format: Format, time: &str, level: Level) -> String {
        let level = level.as_str();
        match format {
            Format::Json => {
                let head = [
                    ("time", time),
                    ("level", &level.to_ascii_lowercase()),
                    ("message", &self.message),
                ];
                let head = head.map(|(name, text)| (name.to_owned(), Value::from(text)));
                json_line::json(&head.into_iter().chain(self.fields).collect::<Map<_, _>>())
            }
            Format::Text => {
                let mut line = format!("{time} {level:<5} {}", harmless(&self.message));
                for (name, value) in &self.fields {
                    let value = match value {
                        Value::String(text) if is_plain(text) => text.clone(),
                        // Quoted as JSON, so that its end is visible.
                        other => harmless(&other.to_string()),
                    };
                    line.push_str(&format!(" {name}={value}"));
                }
                line + "\n"
            }
        }
    }

    fn add(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(message)) => self.message = message,
            (name, value) => drop(self.fields.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }
}

/// Escapes line breaks and control characters, including bidirectional ones.
fn harmless(text: &str) -> String {
    let is_harmful = |character: char| {
        character.is_control()
            || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .flat_map(|c| {
            if is_harmful(c) {
                c.escape_unicode().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"\\=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// Marks the child process of the test.
    const CHILD: &str = "LOGGING_TEST_CHILD";

    fn fields(message: &str, value: &str) -> Fields {
        Fields {
            message: message.to_owned(),
            fields: Map::from_iter([("field".to_owned(), Value::from(value))]),
        }
    }

    #[test]
    fn a_line_is_text_or_json() {
        let line = |format| {
            fields("stopped", "two words").line(format, "2026-11-28T15:00:00.000Z", Level::INFO)
        };
        assert_eq!(
            line(Format::Text),
            "2026-11-28T15:00:00.000Z INFO  stopped field=\"two words\"\n"
        );
        let json = "{\"time\":\"2026-11-28T15:00:00.000Z\",\"level\":\"info\",\"message\":\"stopped\",\"field\":\"two words\"}\n";
        assert_eq!(line(Format::Json), json);
    }

    proptest! {
        #[test]
        fn nothing_ends_a_line_or_drives_a_terminal(message in any::<String>(), value in any::<String>()) {
            for format in [Format::Text, Format::Json] {
                let line = fields(&message, &value).line(format, "", Level::WARN);
                prop_assert!(line.ends_with('\n'));
                prop_assert!(line.trim_end_matches('\n').chars().all(|character| !character.is_control()), "{line:?}");
            }
        }
    }

    /// A process has only one log and one panic hook, so the panic is raised in a child process.
    #[test]
    fn a_panic_is_a_line_without_the_values_it_was_raised_with() {
        if std::env::var_os(CHILD).is_some() {
            let log = start(LevelFilter::INFO, Format::Json).expect("a thread");
            let secret = "canary".repeat(2);
            drop(panic::catch_unwind(|| panic!("the words of the source")));
            drop(panic::catch_unwind(|| panic!("a value: {secret}")));
            tracing::error!(target: "h2::proto", "a stranger's event");
            tracing::error!(target: "trill::relay", "\u{1b}[2J\nan event");
            drop(log);
            return;
        }
        let program = std::env::current_exe().expect("a test is a program");
        let name = "cli::logging::tests::a_panic_is_a_line_without_the_values_it_was_raised_with";
        let output = Command::new(program)
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines: Vec<Value> = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert_eq!(lines.len(), 3, "{text}");
        let message = |index: usize| {
            lines[index]["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert!(
            message(0).ends_with("the words of the source")
                && message(1).ends_with("it may hold a secret"),
            "{text}"
        );
        assert_eq!(message(2), "\u{1b}[2J\nan event", "one line: {text}");
        assert!(
            lines[..2].iter().all(|line| line["place"]
                .as_str()
                .is_some_and(|place| place.contains("logging.rs"))),
            "{text}"
        );
        assert!(
            !text.contains("canary") && !text.contains("stranger"),
            "{text}"
        );
    }
}
