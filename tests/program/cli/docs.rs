//! The documentation: README.md is short, links lead somewhere, and the words are plain.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_README: usize = 10_000;
/// Written by `trill simulate --rules`, in the words of the program.
const GENERATED: &str = "simulator-rules.md";
/// Words and phrases for which there is a plainer one.
const UNWANTED: [&str; 9] = [
    "mend",
    "mends",
    "mended",
    "mending",
    "whom",
    "whoever",
    "stands in",
    "dead token",
    "the heaviest",
];

#[test]
fn the_readme_is_short() {
    let length = read(&root().join("README.md")).len();
    assert!(
        length <= LONGEST_README,
        "README.md has {length} bytes of at most {LONGEST_README}: move details to docs/"
    );
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut count = 0;
    let mut broken = Vec::new();
    for file in documents() {
        for target in links(&read(&file)) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            count += 1;
            if let Some(reason) = problem(&file, &target) {
                broken.push(format!("{}: {target}: {reason}", file.display()));
            }
        }
    }
    assert!(count > 40, "only {count} links were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_unwanted_word_is_in_the_documentation() {
    let mut found = Vec::new();
    for file in documents() {
        if file.ends_with(GENERATED) {
            continue;
        }
        for word in unwanted_words(&read(&file)) {
            found.push(format!("{}: {word}", file.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_help_in_the_documentation_is_current() {
    let file = root().join("docs/command-line.md");
    let written = read(&file);
    let current = with_current_help(&written);
    for command in trill::cli::parser().get_subcommands() {
        let example = format!("$ trill {} --help", command.get_name());
        assert!(written.contains(&example), "{example} is missing");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &current).expect("it can be written");
    }
    assert_eq!(
        written, current,
        "docs/command-line.md is old; UPDATE_DOCS=1 writes it anew"
    );
}

/// The text with the help that the program prints now, in each block that begins with its command.
fn with_current_help(text: &str) -> String {
    let mut current = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        current += &format!("{line}\n");
        if let Some(words) = line.strip_prefix("$ trill ") {
            let words: Vec<_> = words.split(' ').collect();
            let output = super::trill(&words).output().expect("it runs");
            let (code, out, err) = super::text(&output);
            assert_eq!((code, err.as_str()), (0, ""), "{words:?}");
            current += &out;
            let rest = lines.find(|line| *line == "```");
            current += &format!("{}\n", rest.expect("the end of the block"));
        }
    }
    current
}

#[test]
fn unwanted_words_are_found_as_whole_words() {
    assert_eq!(
        unwanted_words("It stands\nin it, Whom."),
        ["whom", "stands in"]
    );
    assert_eq!(unwanted_words("recommend, amend, whomsoever"), [""; 0]);
}

#[test]
fn links_are_found_outside_code() {
    let text = "[a](b.md) and ![c](d.png), `[e](f.md)`\n```sh\n[g](h.md)\n```\n[i](j.md#k)\n";
    assert_eq!(links(text), ["b.md", "d.png", "j.md#k"]);
}

#[test]
fn anchors_are_those_of_the_headings() {
    let text = "# A (b), c\n```sh\n# no heading\n```\n## `trill lint`\n## `trill lint`\n";
    let expected = ["a-b-c", "trill-lint", "trill-lint-1"];
    assert!(anchors(text).iter().map(String::as_str).eq(expected));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and the files of docs/.
fn documents() -> Vec<PathBuf> {
    let mut files = vec![root().join("README.md")];
    for entry in fs::read_dir(root().join("docs")).expect("docs/ is there") {
        let path = entry.expect("docs/ can be read").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Problem with a link in this file, if there is one.
fn problem(file: &Path, target: &str) -> Option<&'static str> {
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let linked = match path {
        "" => file.to_owned(),
        _ => file.parent()?.join(path),
    };
    if !linked.exists() {
        return Some("there is no such file");
    }
    match anchor {
        Some(anchor) if !anchors(&read(&linked)).contains(anchor) => {
            Some("there is no such heading")
        }
        _ => None,
    }
}

/// The lines outside fenced blocks of code.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push(line);
        }
    }
    lines
}

/// The targets of all links and images. A link is on one line.
fn links(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for line in prose(text) {
        // Every second piece is between backticks; it stays a word, so that it can be the text of a link.
        let pieces = line.split('`').enumerate();
        let line: String = pieces
            .map(|(number, piece)| if number % 2 == 0 { piece } else { "code" })
            .collect();
        for piece in line.split("](").skip(1) {
            if let Some((target, _)) = piece.split_once(')') {
                targets.push(target.to_owned());
            }
        }
    }
    targets
}

/// The anchors of all headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in prose(text) {
        let heading = line.trim_start_matches('#');
        if heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let anchor: String = heading
            .trim()
            .to_lowercase()
            .chars()
            .filter_map(letter)
            .collect();
        let mut unique = anchor.clone();
        let mut number = 0;
        while !anchors.insert(unique) {
            number += 1;
            unique = format!("{anchor}-{number}");
        }
    }
    anchors
}

/// Character of an anchor for a character of its heading.
fn letter(character: char) -> Option<char> {
    match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ => Some(character).filter(|character| character.is_alphanumeric()),
    }
}

/// The unwanted words in a text, over the ends of lines too.
fn unwanted_words(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let words: Vec<_> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let text = format!(" {} ", words.join(" "));
    let mut found = UNWANTED.to_vec();
    found.retain(|word| text.contains(&format!(" {word} ")));
    found
}
