//! Completion scripts and manual pages, for shells and readers of manuals.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use super::help::commands;
use super::{printed, text, trill};

/// Shells that can be asked what they would complete.
const ASKED: [&str; 2] = ["bash", "fish"];

#[test]
fn every_shell_has_a_script() {
    for (shell, part) in [
        ("bash", "complete -F _trill"),
        ("elvish", "edit:completion"),
        ("fish", "complete -c trill"),
        ("powershell", "Register-ArgumentCompleter"),
        ("zsh", "#compdef trill"),
    ] {
        let script = printed(&["completions", shell]);
        assert!(script.contains(part), "{script}");
        for command in commands() {
            assert!(script.contains(&command.name), "{shell}: {}", command.name);
            for (flag, _) in command.flags {
                let flag = flag.trim_start_matches('-');
                assert!(script.contains(flag), "{shell}: {flag}");
            }
        }
    }
}

#[test]
fn bash_and_fish_complete_every_flag_of_every_command() {
    for shell in ASKED.into_iter().filter(|shell| is_installed(shell)) {
        for command in commands() {
            let line = format!("trill {}", command.name);
            let flags = command.flags.iter().map(|(flag, _)| flag.clone());
            let line = format!("{} --", line.trim_end());
            assert_eq!(completed(shell, &line), flags.collect(), "{shell}: {line}");
        }
    }
}

#[test]
fn bash_and_fish_complete_commands_and_values() {
    let levels = ["debug", "error", "info", "off", "trace", "warn"];
    for shell in ASKED.into_iter().filter(|shell| is_installed(shell)) {
        for (line, words) in [
            ("trill s", &["serve", "simulate"][..]),
            ("trill serve --log ", &levels),
            ("trill serve --log-format ", &["json", "text"]),
            ("trill doctor --apns-port ", &["2197", "443"]),
            ("trill serve --audit-failure s", &["stop"]),
            ("trill serve --tls-cert Cargo.t", &["Cargo.toml"]),
            ("trill lint Cargo.t", &["Cargo.toml"]),
            ("trill serve --listen ", &[]),
        ] {
            assert_eq!(completed(shell, line), set(words), "{shell}: {line}");
        }
    }
}

/// The scripts for fish complete no words but flags and commands.
#[test]
fn bash_completes_words_without_a_flag() {
    let all = commands();
    let all: Vec<_> = all[1..]
        .iter()
        .map(|command| command.name.as_str())
        .collect();
    for (line, words) in [("trill man ", &all[..]), ("trill completions z", &["zsh"])] {
        let mut found = completed("bash", line);
        found.retain(|word| !word.starts_with('-'));
        assert_eq!(found, set(words), "{line}");
    }
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn zsh_completes_every_flag_of_every_command() {
    let script = printed(&["completions", "zsh"]);
    for command in commands() {
        // The arguments of a command stand between its name and the next command's.
        let arguments = match command.name.as_str() {
            "" => script.split("(serve)\n").next(),
            name => script.split(&format!("({name})\n")).nth(1),
        };
        let arguments = arguments.unwrap_or_else(|| panic!("{} is missing", command.name));
        let arguments = arguments.split("\n;;\n").next().unwrap_or_default();
        for (flag, value) in command.flags {
            let written = match value {
                Some(_) => format!("'{flag}=["),
                None => format!("'{flag}["),
            };
            let names = arguments.matches(&written).count();
            let of_several = arguments.matches(&format!("'*{}", &written[1..])).count();
            let of_help = arguments.matches(&format!("){}", &written[1..])).count();
            assert_eq!(names + of_several + of_help, 1, "{}: {flag}", command.name);
        }
    }
    if is_installed("zsh") {
        let lines = format!(
            "autoload -Uz compinit; compinit -D -u\n{}\nprint $_comps[trill]",
            installation("zsh")
        );
        assert_eq!(run("zsh", &["-f", "-c", &lines]), "_trill\n");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    for command in commands() {
        let words: Vec<_> = ["man"]
            .into_iter()
            .chain(command.name.split_whitespace())
            .collect();
        let page = printed(&words);
        let title = [&["trill"][..], &words[1..]].concat().join("-");
        let version = env!("CARGO_PKG_VERSION");
        let heading = format!(".TH {title} 1 \"\" \"trill {version}\"");
        assert!(page.contains(&heading), "{heading}: {page}");
        for flag in command
            .flags
            .iter()
            .map(|(flag, _)| flag)
            .chain(&command.short)
        {
            let flag = flag.replace('-', "\\-");
            let entry = page.lines().any(|line| {
                let words = line.split([' ', ',']);
                line.starts_with("\\fB") && { words }.any(|word| word == format!("\\fB{flag}\\fR"))
            });
            assert!(entry, "{}: {flag}: {page}", command.name);
        }
        if command.name.is_empty() {
            for command in &commands()[1..] {
                assert!(
                    page.contains(&format!("trill\\-{}(1)", command.name)),
                    "{page}"
                );
            }
            assert!(
                page.contains("with the \\fBTRILL_LISTEN\\fR environment"),
                "{page}"
            );
        }
    }
}

#[test]
fn a_manual_page_of_no_command_is_refused() {
    let (code, out, err) = text(&trill(&["man", "lnt"]).output().expect("it runs"));
    assert_eq!((code, out.as_str()), (64, ""), "{err}");
    assert!(err.contains("see trill --help"), "{err}");
}

/// Returns `true` if the shell is there. The gate has all of them.
fn is_installed(shell: &str) -> bool {
    let found = Command::new(shell)
        .arg("-c")
        .arg("exit")
        .stdin(Stdio::null())
        .status();
    let is_gate = env::var_os("CI").is_some();
    assert!(found.is_ok() || !is_gate, "{shell} is not installed");
    found.is_ok()
}

/// The line of a shell's startup file that docs/command-line.md promises to load the script.
fn installation(shell: &str) -> String {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/command-line.md");
    let document = std::fs::read_to_string(document).expect("it can be read");
    let named = format!("trill completions {shell}");
    let mut lines = document.lines().filter(|line| line.contains(&named));
    let line = lines.find(|line| line.contains("source"));
    line.expect("a line that sources the script").to_owned()
}

/// Words that the shell offers at the end of the line.
fn completed(shell: &str, line: &str) -> BTreeSet<String> {
    let installation = installation(shell);
    let out = match shell {
        "fish" => {
            let lines = format!("{installation}\ncomplete --do-complete '{line}'");
            run("fish", &["--no-config", "-c", &lines])
        }
        _ => {
            let script = format!(
                "{installation}\nline='{line}'; COMP_WORDS=($line); [[ $line == *' ' ]] && COMP_WORDS+=('')\n\
                COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
                _trill trill \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\" 2>/dev/null\n\
                [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n\
                printf '%s\\n' \"${{COMPREPLY[@]}}\""
            );
            run("bash", &["--norc", "-c", &script])
        }
    };
    let words = out.lines().filter_map(|line| line.split('\t').next());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Output of a shell that finds the program on its path.
fn run(shell: &str, arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_trill"))
        .parent()
        .expect("a folder");
    let path = env::var_os("PATH").unwrap_or_default();
    let paths = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    let output = Command::new(shell)
        .args(arguments)
        .env(
            "PATH",
            env::join_paths(paths).expect("no colon in a folder"),
        )
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let (code, out, err) = text(&output);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out
}
