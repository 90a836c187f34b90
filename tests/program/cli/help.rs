//! The help of every command: it fits a screen, and `--help-all` has what it leaves out.

use std::collections::BTreeSet;

use super::printed;

/// Size of the smallest screen, which `--help` fits.
const SCREEN: (usize, usize) = (80, 24);
/// Longest line of `--help-all`.
const LONGEST_LINE: usize = 100;

/// A command as the parser knows it, with the flags that follow from it.
pub(super) struct Command {
    /// Name; empty for the program itself.
    pub(super) name: String,
    /// Long flags, each with the placeholder of its value.
    pub(super) flags: Vec<(String, Option<String>)>,
    /// Short flags.
    pub(super) short: Vec<String>,
}

/// The program itself and all its commands.
pub(super) fn commands() -> Vec<Command> {
    let mut parser = trill::cli::parser();
    parser.build();
    let mut commands = vec![command("", &parser)];
    for parser in parser.get_subcommands() {
        commands.push(command(parser.get_name(), parser));
    }
    assert!(commands.len() > 7, "the parser has lost its commands");
    commands
}

fn command(name: &str, parser: &clap::Command) -> Command {
    let (mut flags, mut short) = (Vec::new(), Vec::new());
    for argument in parser.get_arguments() {
        let takes_value = argument.get_action().takes_values();
        let value = argument.get_value_names().filter(|_| takes_value);
        if let Some(long) = argument.get_long() {
            flags.push((format!("--{long}"), value.map(|names| names[0].to_string())));
        }
        short.extend(argument.get_short().map(|letter| format!("-{letter}")));
    }
    let name = name.to_owned();
    Command { name, flags, short }
}

fn help(command: &Command, flag: &str) -> String {
    let words: Vec<_> = command.name.split_whitespace().chain([flag]).collect();
    printed(&words)
}

/// Flags that lines of a help begin with.
fn listed(help: &str) -> BTreeSet<&str> {
    let mut flags = BTreeSet::new();
    for line in help.lines().filter(|line| line.starts_with("  ")) {
        let described = line.trim_start().split("  ").next().unwrap_or_default();
        let words = described.split([' ', ',']);
        flags.extend(words.filter(|word| word.starts_with('-')));
    }
    flags
}

#[test]
fn every_help_fits_a_screen() {
    for command in commands() {
        for flag in ["--help", "-h"] {
            let out = help(&command, flag);
            assert!(out.lines().count() <= SCREEN.1, "{out}");
            assert!(
                out.lines().all(|line| line.chars().count() <= SCREEN.0),
                "{out}"
            );
            assert!(
                out.contains(format!("Usage: trill {}", command.name).trim_end()),
                "{out}"
            );
        }
    }
}

#[test]
fn every_flag_is_in_the_whole_help() {
    for command in commands() {
        let whole = help(&command, "--help-all");
        assert!(
            whole
                .lines()
                .all(|line| line.chars().count() <= LONGEST_LINE),
            "{whole}"
        );
        let known = command.flags.iter().map(|(flag, _)| flag);
        let known: BTreeSet<_> = known.chain(&command.short).map(String::as_str).collect();
        assert_eq!(listed(&whole), known, "{whole}");
        for (flag, value) in &command.flags {
            if let Some(value) = value {
                assert!(
                    whole.contains(&format!("{flag} <{value}>")),
                    "{flag} <{value}>: {whole}"
                );
            }
        }
    }
}

#[test]
fn the_help_is_a_part_of_the_whole_help() {
    for command in commands() {
        let (short, whole) = (help(&command, "--help"), help(&command, "--help-all"));
        assert!(listed(&short).is_subset(&listed(&whole)), "{short}");
        assert!(listed(&short).contains("--help"), "{short}");
        assert!(short.contains("--help-all"), "{short}");
    }
}

#[test]
fn every_command_is_in_the_whole_help() {
    let out = printed(&["--help-all"]);
    for command in commands() {
        assert!(
            out.contains(&format!("\n  {}", command.name)),
            "{}: {out}",
            command.name
        );
    }
    for table in ["[policy]", "[[preset]]"] {
        assert!(out.contains(table), "{table}: {out}");
    }
}

/// A variable may be a secret; a help is read over somebody's shoulder.
#[test]
fn no_help_shows_the_value_of_a_variable() {
    let mut parser = trill::cli::parser();
    parser.build();
    for command in std::iter::once(&parser).chain(parser.get_subcommands()) {
        for argument in command.get_arguments() {
            let shows = argument.get_env().is_some() && !argument.is_hide_env_values_set();
            assert!(!shows, "{} {argument}", command.get_name());
        }
    }
}
