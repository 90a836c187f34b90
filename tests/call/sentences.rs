//! Every sentence has a wording, and every wording is one that can be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use trill::apns::Reason;
use trill::call::Catalogue;
use trill::call::catalogue::to_value;
use trill::sentence::{Sentence, wordings};

/// What stands before the word of a sentence in the sources, where no rule or error gives its own.
const MAKERS: [&str; 9] = [
    "Sentence::new(",
    "Note::remark(",
    "Note::warning(",
    "Note::error(",
    "Found::plain(",
    ".because(",
    "ruled_out(",
    "Self::nothing(",
    "unusable(known, ",
];

fn table() -> BTreeMap<&'static str, &'static str> {
    wordings().collect()
}

/// The sources of the domain and of the page.
fn sources(folder: &Path, texts: &mut String) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, texts)?;
        } else {
            texts.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(())
}

#[test]
fn wordings_are_lines_with_numbered_gaps_and_words_of_their_own() {
    assert_eq!(
        table().len(),
        wordings().count(),
        "a word stands for two sentences"
    );
    for (id, wording) in wordings() {
        let is_word =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
        assert!(!id.is_empty() && id.bytes().all(is_word), "{id}");
        assert!(
            wording.chars().count() <= 160 && !wording.contains(char::is_control),
            "{id}: {wording}"
        );
        assert!(
            wording.ends_with(['.', '?', ')']) || matches!(id, "key_encrypted" | "said"),
            "{id}: {wording}"
        );
    }
}

#[test]
fn a_wording_takes_every_gap_it_names() {
    let gaps: Vec<String> = (0..10).map(|gap| format!("<{gap}>")).collect();
    for (id, wording) in table() {
        let sentence = Sentence {
            id,
            gaps: gaps.clone(),
        };
        let worded = sentence.worded(wording);
        assert_eq!(sentence.to_string(), worded);
        for (index, gap) in gaps.iter().enumerate() {
            assert_eq!(
                worded.contains(gap.as_str()),
                wording.contains(&format!("{{{index}}}")),
                "{worded}"
            );
            assert!(!worded.contains(&format!("{{{index}}}")), "{worded}");
        }
    }
}

#[test]
fn every_word_in_the_sources_is_worded_and_every_wording_is_used() {
    let mut texts = String::new();
    for folder in ["apns", "call", "lint", "diagnosis", "app", "cli"] {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src")
                .join(folder),
            &mut texts,
        )
        .unwrap();
    }
    let table = table();
    let mut used = BTreeSet::new();
    for maker in MAKERS {
        let words: Vec<&str> = texts
            .split(maker)
            .skip(1)
            .filter_map(|rest| rest.strip_prefix('"')?.split('"').next())
            .collect();
        assert!(!words.is_empty(), "nothing is made by {maker}");
        for word in words {
            assert!(
                table.contains_key(word),
                "{maker}\"{word}\") has no wording"
            );
            used.insert(word);
        }
    }
    assert!(used.len() > 100, "{}", used.len());
    for word in table.keys() {
        assert!(
            texts.matches(&format!("\"{word}\"")).count() > 1,
            "nobody says {word}"
        );
    }
}

#[test]
fn the_page_has_every_wording_before_it_has_loaded_the_catalogue() {
    let (empty, loaded) = (
        Catalogue::default(),
        Catalogue::from_value(to_value()).unwrap(),
    );
    let sentence = Sentence::new("token_odd").number(63);
    assert_eq!(
        empty.say(&sentence),
        "63 digits: one was lost while copying. Copy the token again."
    );
    for catalogue in [empty, loaded] {
        for (id, wording) in wordings() {
            assert_eq!(
                catalogue.say(&Sentence::new(id)),
                Sentence::new(id).worded(wording)
            );
        }
        for reason in Reason::all() {
            assert_eq!(
                catalogue.reason(reason.as_str()),
                Some((reason.meaning(), reason.remedy()))
            );
        }
        assert_eq!(catalogue.reason("NoSuchReason"), None);
    }
}

#[test]
fn braces_of_a_sentence_are_no_gaps() {
    let sentence = Sentence::new("x").gap("{0}").gap("b");
    assert_eq!(
        sentence.worded("{1}{0}: { and {} and {2} and }{1}"),
        "b{0}: { and {} and {2} and }b"
    );
    assert_eq!(
        (Sentence::new("a.b.c").code(), Sentence::new("a").code()),
        ("a", "a")
    );
}
