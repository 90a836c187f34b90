//! Secrets in every wrong place: each flag, each variable, each line of the configuration file, and each JSON field of a
//! running relay. Nothing of them may be in what the program writes or answers. The flags and variables come from the
//! program's own parser and the fields from its own refusals, so none is forgotten.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::trill;
use crate::support::leak::LeakFinder;
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// More than a start that fails takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many programs run at once.
const AT_ONCE: usize = 8;
/// An address of no machine: with it nothing starts, whatever else is right.
const NOWHERE: &str = "203.0.113.1:7464";
const PHONE: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

/// A secret and how to find it.
struct Canary {
    text: String,
    finders: Vec<LeakFinder>,
}

impl Canary {
    /// A `.p8` in lines, the same in one line, and a password.
    fn all() -> [Self; 3] {
        let pem = openssl::p256_key();
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        // The rest says what any key says.
        let part = &body.as_bytes()[48..88];
        let password = String::from_utf8(openssl::run(&["rand", "-hex", "24"], b""));
        let password = password.expect("hex").trim().to_owned();
        let one_line = pem.replace('\n', "");
        [
            (pem, part.to_vec()),
            (one_line, part.to_vec()),
            (password.clone(), password.into_bytes()),
        ]
        .map(|(text, part)| Self {
            text,
            finders: vec![LeakFinder::new(&part)],
        })
    }

    fn check(&self, sink: &str, bytes: &[u8]) {
        let found = self.finders.iter().find_map(|finder| finder.find(bytes));
        assert!(
            found.is_none(),
            "{sink} shows it ({found:?}):\n{}",
            String::from_utf8_lossy(bytes)
        );
        let planted = [bytes, self.text.as_bytes()].concat();
        let found = self.finders.iter().find_map(|finder| finder.find(&planted));
        assert!(found.is_some(), "the search in {sink} is blind");
    }
}

/// A program to run, with the secret in one place.
struct Run {
    place: String,
    command: Command,
}

impl Run {
    fn new(place: String, arguments: &[&str], folder: &Path) -> Self {
        let mut command = trill(arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
            command.env_remove(name);
        }
        // A value that is taken for a path may be made there, and no other program shall find it.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let own = folder.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
        std::fs::create_dir(&own).expect("the folder is ours");
        command.current_dir(own);
        Self { place, command }
    }

    /// Exit code, if it ends by itself, and everything it writes.
    fn output(&mut self) -> (Option<i32>, Vec<u8>) {
        let mut child = self.command.spawn().expect("it runs");
        let start = Instant::now();
        while start.elapsed() < PATIENCE && child.try_wait().expect("it is ours").is_none() {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        let output = child.wait_with_output().expect("it has ended");
        (
            output.status.code(),
            [output.stdout, output.stderr].concat(),
        )
    }
}

/// Runs all of them, and looks for the secret in what they write. Each must refuse something.
fn check(canary: &Canary, runs: Vec<Run>) {
    let mut runs = runs;
    while !runs.is_empty() {
        let batch: Vec<_> = runs.drain(..runs.len().min(AT_ONCE)).collect();
        thread::scope(|scope| {
            for mut run in batch {
                scope.spawn(move || {
                    let (code, written) = run.output();
                    canary.check(&run.place, &written);
                    assert!(
                        matches!(code, Some(1 | 2 | 64)),
                        "{}: {code:?} {}",
                        run.place,
                        String::from_utf8_lossy(&written)
                    );
                });
            }
        });
    }
}

/// The arguments without which this command does not end at once, or asks the network.
fn base(command: &str) -> Vec<&str> {
    match command {
        "serve" | "simulate" => vec![command, "--listen", NOWHERE],
        _ => vec![command],
    }
}

#[test]
fn no_flag_shows_its_value() {
    let parser = trill::cli::parser();
    let folder = TempDir::new();
    for canary in &Canary::all() {
        let secret = canary.text.as_str();
        let mut runs = vec![
            Run::new("a command".to_owned(), &[secret], folder.path()),
            Run::new(
                "a flag".to_owned(),
                &[&format!("--{secret}")],
                folder.path(),
            ),
        ];
        let mut count = 0;
        for command in parser.get_subcommands() {
            let name = command.get_name();
            for argument in command.get_arguments() {
                let place = format!("trill {name} {}", argument.get_id());
                let takes_value = argument.get_action().takes_values();
                let mut words = base(name);
                let joined;
                match argument.get_long() {
                    None => words.push(secret),
                    // The settings are those of serve.
                    Some(_) if name == "doctor" && argument.get_env().is_some() => continue,
                    Some(flag) if takes_value => {
                        joined = format!("--{flag}={secret}");
                        words.push(&joined);
                    }
                    Some("help" | "help-all" | "version") => continue,
                    Some(flag) => {
                        joined = format!("--{flag}={secret}");
                        words.push(&joined);
                    }
                }
                count += 1;
                runs.push(Run::new(place.clone(), &words, folder.path()));
                runs.push(Run::new(
                    place + " with another",
                    &[&words[..], &[secret]].concat(),
                    folder.path(),
                ));
            }
        }
        assert!(count > 50, "only {count} arguments");
        check(canary, runs);
    }
}

#[test]
fn no_variable_shows_its_value() {
    let parser = trill::cli::parser();
    let variables: BTreeSet<_> = parser
        .get_subcommands()
        .flat_map(|command| command.get_arguments())
        .filter_map(|argument| argument.get_env()?.to_str())
        .chain(["TRILL_IDENTITY_PASSWORD", "TRILL_PROXY_CREDENTIALS"])
        .collect();
    assert!(variables.len() > 34, "{variables:?}");
    let folder = TempDir::new();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for canary in &Canary::all() {
        let mut runs = Vec::new();
        let mut helps = Vec::new();
        for variable in &variables {
            let run = |arguments: &[&str]| {
                let mut run = Run::new((*variable).to_owned(), arguments, folder.path());
                run.command.env(variable, &canary.text);
                run
            };
            // With a file that is no certificate the password is used.
            runs.push(run(&[
                "serve",
                "--identity",
                manifest,
                "--proxy",
                "http://127.0.0.1:1",
                "--public-url",
                "http://a.test",
            ]));
            helps.push(run(&["--help-all"]));
            helps.push(run(&["serve", "--help"]));
        }
        check(canary, runs);
        for mut run in helps {
            let (code, written) = run.output();
            canary.check(&run.place, &written);
            assert_eq!(code, Some(0), "{}", run.place);
        }
    }
}

/// The keys of a table of the file, as the refusal of an unknown one lists them.
fn keys(table: &str, folder: &TempDir) -> Vec<String> {
    let file = folder.write("keys.toml", format!("{table}\nxxxxxxxxxxxxxxxx = 1\n"));
    let path = file.to_string_lossy().into_owned();
    let mut run = Run::new(table.to_owned(), &["--config", &path], folder.path());
    let written = String::from_utf8(run.output().1).expect("text");
    let known = written.split_once("it knows ").expect("a list").1;
    known.trim().split(", ").map(str::to_owned).collect()
}

#[test]
fn no_line_of_the_file_shows_its_value() {
    let parser = trill::cli::parser();
    let folder = TempDir::new();
    let settings = parser
        .get_arguments()
        .filter(|argument| argument.get_env().is_some())
        .map(|argument| argument.get_id().to_string())
        .filter(|setting| setting != "config");
    let mut places: Vec<_> = settings.map(|setting| (String::new(), setting)).collect();
    assert!(places.len() > 30, "{places:?}");
    for table in ["[policy]", "[[preset]]"] {
        let keys = keys(table, &folder);
        assert!(keys.len() > 4, "{keys:?}");
        places.extend(keys.into_iter().map(|key| (table.to_owned(), key)));
    }
    for canary in &Canary::all() {
        let text = Value::from(canary.text.as_str()).to_string();
        let mut runs = Vec::new();
        let mut add = |place: String, content: String| {
            let file = folder.write(&format!("{}.toml", runs.len()), content);
            let path = file.to_string_lossy().into_owned();
            let words = ["serve", "--config", &path, "--listen", NOWHERE];
            runs.push(Run::new(place, &words, folder.path()));
        };
        for (table, key) in &places {
            let place = format!("{table} {key}");
            for value in [
                &text,
                &format!("[{text}]"),
                &canary.text,
                &format!("{{ {text} = {text} }}"),
            ] {
                add(place.clone(), format!("{table}\n{key} = {value}\n"));
            }
        }
        for (place, content) in [
            ("a key", format!("{text} = 1\n")),
            ("a bare key", format!("{} = 1\n", canary.text)),
            ("a table", format!("[{text}]\na = 1\n")),
            ("policy", format!("policy = {text}\n")),
            ("preset", format!("preset = [{text}]\n")),
            ("a line", canary.text.clone()),
            (
                "a preset outside the rules",
                format!(
                    "[policy]\ntopics = []\n[[preset]]\nname = {text}\nenvironment = \"sandbox\"\nbundle-id = \"com.example\"\n"
                ),
            ),
        ] {
            add(place.to_owned(), content);
        }
        check(canary, runs);
    }
}

/// A relay with everything it says about itself.
struct Relay(Trill);

impl Relay {
    /// The fields of a body that is sent there, as the refusal of an unknown one lists them.
    fn fields(&self, path: &str, wrap: fn(Value) -> Value) -> Vec<String> {
        let body = wrap(json!({ "xxxxxxxxxxxxxxxx": 1 })).to_string();
        let answer = self.0.request("PUT", path, &[], body.as_bytes()).text();
        let known = answer.split_once("use one of: ").expect("a list").1;
        let known = known.split_once('.').expect("an end").0;
        known.split(", ").map(str::to_owned).collect()
    }
}

#[test]
fn no_json_field_shows_a_key() {
    let relay = Relay(Trill::start_as(
        &[],
        &["--listen", "127.0.0.1:0", "--log=trace"],
    ));
    let device = format!("/api/simulator/devices/{PHONE}");
    let itself: fn(Value) -> Value = |value| value;
    let list: fn(Value) -> Value = |value| json!([value]);
    let fault: fn(Value) -> Value = |mut value| {
        if let Some(fields) = value.as_object_mut() {
            fields.entry("fault").or_insert(json!("refuse"));
        }
        json!([value])
    };
    let bodies = [
        (
            "/api/simulator/keys/ABC123DEFG",
            json!({ "team_id": "DEF123GHIJ" }),
            itself,
        ),
        (
            device.as_str(),
            json!({ "bundle_id": "com.example.calls" }),
            itself,
        ),
        ("/api/simulator/faults", json!({ "fault": "refuse" }), list),
    ];
    let [pem, one_line, _] = Canary::all();
    for canary in [&pem, &one_line] {
        let mut count = 0;
        for (path, base, wrap) in &bodies {
            let lists = if *path == "/api/simulator/faults" {
                fault
            } else {
                *wrap
            };
            for field in relay.fields(path, lists) {
                for value in [
                    json!(canary.text),
                    json!([canary.text]),
                    json!({ "a": canary.text }),
                ] {
                    let mut body = base.as_object().cloned().unwrap_or_default();
                    body.insert(field.clone(), value);
                    let body = wrap(Value::Object(body)).to_string();
                    let answer = relay.0.request("PUT", path, &[], body.as_bytes());
                    canary.check(&format!("{path} {field}"), &answer.body);
                    // Some is left out instead of refused where another kind of value belongs.
                    assert!(answer.status < 500, "{path} {field}: {}", answer.text());
                    count += 1;
                }
            }
        }
        assert!(count > 60, "only {count} bodies");
        for field in ["aps", "callUUID", "handle", "anything"] {
            let mut payload = Map::new();
            payload.insert(field.to_owned(), json!(canary.text));
            let body = Value::Object(payload).to_string();
            for environment in ["simulator", "sandbox"] {
                let path = format!("/{environment}/3/device/{PHONE}");
                let headers = [("apns-topic", "com.example.calls.voip")];
                let answer = relay.0.request("POST", &path, &headers, body.as_bytes());
                canary.check(&format!("{path} {field}"), &answer.body);
                assert_eq!(answer.status / 100, 4, "{path} {field}: {}", answer.text());
            }
        }
        for path in [
            "/api/simulator/journal",
            "/api/simulator/keys",
            "/api/simulator/devices",
            "/api/simulator/faults",
            "/api/relay",
            "/metrics",
        ] {
            canary.check(path, &relay.0.request("GET", path, &[], b"").body);
        }
        let written = relay.0.stdout() + &relay.0.stderr();
        canary.check("the log", written.as_bytes());
    }
}

/// The simulator, which writes the file and says so.
#[test]
fn the_path_of_an_authority_is_not_shown() {
    let folder = TempDir::new();
    let [_, _, password] = Canary::all();
    let words = [
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--ca-out",
        &password.text,
    ];
    let mut run = Run::new("--ca-out".to_owned(), &words, folder.path());
    let mut child = run.command.stderr(Stdio::null()).spawn().expect("it runs");
    let file = run
        .command
        .get_current_dir()
        .expect("it has one")
        .join(&password.text);
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !file.exists() {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(200));
    let _ = child.kill();
    let mut written = Vec::new();
    let mut out = child.stdout.take().expect("it was piped");
    out.read_to_end(&mut written).expect("it ended");
    let _ = child.wait();
    assert!(file.exists(), "{}", String::from_utf8_lossy(&written));
    password.check("--ca-out", &written);
}
