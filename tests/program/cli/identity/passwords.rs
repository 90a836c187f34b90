//! Passwords of a file: from files, from variables, and asked for.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{FILES, holds, run, shown};
use crate::support::push_files::PASSWORD;
use crate::support::temp_dir::TempDir;

#[test]
fn passwords_come_from_files_and_variables() {
    let folder = TempDir::new();
    let file = shown(&folder.write("voip-1.p12", FILES.keychain(PASSWORD)));
    let (right, wrong) = (
        shown(&folder.write("right", PASSWORD)),
        shown(&folder.write("wrong", "Tr0ub4dor")),
    );
    let general = ("TRILL_IDENTITY_PASSWORD", PASSWORD);
    for (flags, variables, expected) in [
        (&[][..], &[][..], Some("identity_password_missing")),
        (&[], &[general], None),
        (
            &[],
            &[
                ("TRILL_IDENTITY_PASSWORD_VOIP_1", PASSWORD),
                ("TRILL_IDENTITY_PASSWORD", ""),
            ],
            None,
        ),
        (
            &[],
            &[("TRILL_IDENTITY_PASSWORD_VOIP_1", ""), general],
            Some("identity_wrong_password"),
        ),
        (
            &["--password-file", &right],
            &[("TRILL_IDENTITY_PASSWORD", "Tr0ub4dor")],
            None,
        ),
        (
            &["--password-file", &wrong],
            &[general],
            Some("identity_wrong_password"),
        ),
    ] {
        let (exit, out, _) = run(&[&["identity", "--json", &file], flags].concat(), variables);
        let said: Value = serde_json::from_str(&out).expect("one object");
        assert_eq!(
            (exit == 0, said["code"].as_str()),
            (expected.is_none(), expected),
            "{flags:?} {variables:?}"
        );
        assert!(
            !out.contains("Tr0ub4dor") && !FILES.are_told_in(&out),
            "{out}"
        );
    }
    // Of two flags the one with the name wins, and a relay does not start with the wrong one.
    let named = format!("voip-1={wrong}");
    let flags = [
        "serve",
        "--identity",
        &file,
        "--identity-password-file",
        &right,
        "--identity-password-file",
        &named,
    ];
    let (exit, _, err) = run(&flags, &[]);
    assert_eq!(exit, 2);
    assert!(
        err.contains("The password does not open this .p12.") && !err.contains("Tr0ub4dor"),
        "{err}"
    );
}

/// `script` gives it the terminal it asks on.
#[cfg(target_os = "linux")]
#[test]
fn a_password_nobody_gave_is_asked_for() {
    let folder = TempDir::new();
    let file = folder.write("push.p12", FILES.keychain(PASSWORD));
    for (typed, will_do) in [(PASSWORD, true), ("Tr0ub4dor", false)] {
        let line = format!("{} identity {}", env!("CARGO_BIN_EXE_trill"), shown(&file));
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env_remove("TRILL_IDENTITY_PASSWORD");
        let mut script = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("util-linux is installed");
        let mut terminal = BufReader::new(script.stdout.take().expect("it was piped"));
        let mut prompt = Vec::new();
        terminal.read_until(b':', &mut prompt).expect("it writes");
        while !holds(&prompt, b"Password of ") {
            assert!(
                terminal.read_until(b':', &mut prompt).expect("it writes") > 0,
                "no prompt: {}",
                String::from_utf8_lossy(&prompt)
            );
        }
        let mut keyboard = script.stdin.take().expect("it was piped");
        keyboard
            .write_all(format!("{typed}\n").as_bytes())
            .expect("it reads");
        let mut said = String::new();
        terminal.read_to_string(&mut said).expect("text");
        let code = script.wait().expect("it ends").code();
        assert_eq!(
            (code, said.contains("It will do: ")),
            (Some(i32::from(!will_do)), will_do),
            "{said}"
        );
        assert_eq!(
            said.contains("The password does not open this .p12."),
            !will_do,
            "{said}"
        );
    }
}
