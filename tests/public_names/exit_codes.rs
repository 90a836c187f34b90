//! Exit codes: each line of the list is a code and the command that ends with it.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::list;
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;

#[test]
fn every_command_ends_with_its_listed_code() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = TempDir::new();
    let file = |name: &str, text: &str| folder.write(name, text).to_string_lossy().into_owned();
    let places = [
        (
            "{call}",
            file(
                "call.json",
                r#"{"handle":"alice","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","aps":{}}"#,
            ),
        ),
        ("{broken}", file("broken.json", "{,}")),
        (
            "{certificate}",
            file("voip.pem", &PushFiles::universal(365).pem()),
        ),
        ("{text}", file("text.pem", "no certificate")),
        ("{settings}", file("trill.toml", "frobnicate = 1")),
        (
            "{missing}",
            folder.path().join("missing").to_string_lossy().into_owned(),
        ),
        (
            "{new}",
            folder.path().join("new").to_string_lossy().into_owned(),
        ),
        ("{taken}", address),
    ];
    let found: BTreeSet<String> = list::read("exit_codes")
        .iter()
        .map(|line| {
            let (_, command) = line.split_once(' ').unwrap();
            let arguments = command.split_whitespace().skip(1).map(|word| {
                let mut word = word.to_owned();
                for (name, value) in &places {
                    word = word.replace(name, value);
                }
                word
            });
            format!("{} {command}", exit_code(arguments.collect()))
        })
        .collect();
    list::check("exit_codes", &found);
}

fn exit_code(arguments: Vec<String>) -> i32 {
    let home = TempDir::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRILL_")) {
        command.env_remove(name);
    }
    let status = command
        .args(arguments)
        .env("HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().code().unwrap_or(-1)
}
