//! Paths: how an address in a payload is read and written.

use trill::apns::path::{Path, PathError, Step};

fn names(names: &[&str]) -> Vec<Step> {
    names
        .iter()
        .map(|name| Step::Name((*name).to_owned()))
        .collect()
}

#[test]
fn paths_are_read_and_written() {
    let index = Step::Index;
    for (text, steps) in [
        ("callUUID", names(&["callUUID"])),
        ("metadata.call_id", names(&["metadata", "call_id"])),
        (r#""my.key".id"#, names(&["my.key", "id"])),
        (r#"a."say \"hi\"""#, names(&["a", "say \"hi\""])),
        (r#""".x"#, names(&["", "x"])),
        (r#"" padded ""#, names(&[" padded "])),
        (r#""a[0]""#, names(&["a[0]"])),
        (r"back\slash", names(&[r"back\slash"])),
        ("Größe.né", names(&["Größe", "né"])),
        ("two words", names(&["two words"])),
        ("items[0]", [names(&["items"]), vec![index(0)]].concat()),
        (
            "items[10][2].id",
            [names(&["items"]), vec![index(10), index(2)], names(&["id"])].concat(),
        ),
        (r#""a.b"[1]"#, [names(&["a.b"]), vec![index(1)]].concat()),
    ] {
        let path = Path::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (path.steps(), path.to_string().as_str()),
            (steps.as_slice(), text)
        );
    }
    for (typed, meant) in [
        ("  a.b ", "a.b"),
        ("a . \"b\" [0] . c", "a.b[0].c"),
        (r#""plain".x"#, "plain.x"),
        (r#""\u0061" "#, "a"),
        ("a[007]", "a[7]"),
    ] {
        assert_eq!(Path::parse(typed).unwrap().to_string(), meant);
    }
    let control = Path::of_names(&["a\nb"]).to_string();
    assert_eq!(
        (control.as_str(), Path::parse(&control).unwrap()),
        (r#""a\nb""#, Path::of_names(&["a\nb"]))
    );
}

#[test]
fn what_is_no_path_is_told_with_its_place() {
    use PathError::{
        BadIndex, BadQuotes, EmptyName, MissingQuote, MissingStop, StrayCharacter, TooDeep,
    };
    let deep = vec!["a"; 17].join(".");
    let list = format!("a{}", "[0]".repeat(16));
    for (text, error) in [
        ("", EmptyName(1)),
        ("   ", EmptyName(4)),
        (".a", EmptyName(1)),
        ("a.", EmptyName(3)),
        ("é..b", EmptyName(3)),
        ("[0]", EmptyName(1)),
        ("a.[0]", EmptyName(3)),
        ("a. .b", EmptyName(4)),
        ("\"a", MissingQuote(1)),
        ("é.\"a\\\"", MissingQuote(3)),
        (r#"a."\x""#, BadQuotes(3)),
        ("a\"b\"", StrayCharacter(2)),
        ("ab]", StrayCharacter(3)),
        ("a[", BadIndex(3)),
        ("a[]", BadIndex(3)),
        ("a[x]", BadIndex(3)),
        ("a[-1]", BadIndex(3)),
        ("a[+1]", BadIndex(3)),
        ("a[1.5]", BadIndex(3)),
        ("a[99999999999999999999999]", BadIndex(3)),
        ("a[0]b", MissingStop(5)),
        ("\"a\"b", MissingStop(4)),
        (&deep, TooDeep(33)),
        (&list, TooDeep(47)),
    ] {
        assert_eq!(Path::parse(text), Err(error), "{text}");
        let sentence = error.to_string();
        assert!(
            sentence.chars().count() <= 160
                && sentence.ends_with('.')
                && sentence.contains("character"),
            "{sentence}"
        );
        assert!(error.code().starts_with("path_"));
    }
    assert!(Path::parse(&deep[2..]).is_ok() && Path::parse(&list[..list.len() - 3]).is_ok());
}

#[test]
fn no_text_makes_the_reader_of_paths_panic() {
    let whole = r#" "é.\"x" . items [0][12].ñ."\u00e9"["#;
    for (index, character) in whole.char_indices() {
        let (before, after) = whole.split_at(index);
        for text in [
            before,
            after,
            &format!("{before}{}", &after[character.len_utf8()..]),
            &format!("{before}\"{after}"),
        ] {
            if let Ok(path) = Path::parse(text) {
                assert_eq!(Path::parse(&path.to_string()), Ok(path), "{text}");
            }
        }
    }
}
