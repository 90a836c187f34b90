//! Compact text: the text of a profile as the program holds it, made while Trill is compiled: without
//! white space between its tokens, and on the page without its prose.

/// Members that are prose, and the value that stands in their place: the sentences of the rules, and
/// the places where the app was read.
const PROSE: [(&[u8], &[u8]); 2] = [(b"\"because\"", b"\"\""), (b"\"sources\"", b"[]")];

/// JSON without white space, as far as `N` bytes hold it, and its length.
pub(super) const fn compact<const N: usize>(json: &[u8], has_prose: bool) -> ([u8; N], usize) {
    let (mut bytes, mut length) = ([0; N], 0);
    let mut at = 0;
    while at < json.len() {
        let end = token_end(json, at);
        length = copy(&mut bytes, length, json, at, end);
        at = end;
        let empty = if has_prose {
            None
        } else {
            empty_value(json, end)
        };
        if let Some(empty) = empty {
            length = copy(&mut bytes, length, b":", 0, 1);
            length = copy(&mut bytes, length, empty, 0, empty.len());
            at = value_end(json, end);
        }
    }
    (bytes, length)
}

/// Copies bytes behind those that are there, without white space outside of texts, and returns the
/// length of all.
const fn copy<const N: usize>(
    bytes: &mut [u8; N],
    mut length: usize,
    from: &[u8],
    mut at: usize,
    end: usize,
) -> usize {
    let is_space = from[at].is_ascii_whitespace();
    while at < end && !is_space {
        if length < N {
            bytes[length] = from[at];
        }
        length += 1;
        at += 1;
    }
    length
}

/// End of the token that begins here: of a text, or of one other byte.
const fn token_end(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if json[start] != b'"' {
        return at;
    }
    let mut is_escaped = false;
    while at < json.len() && (json[at] != b'"' || is_escaped) {
        is_escaped = json[at] == b'\\' && !is_escaped;
        at += 1;
    }
    at + 1
}

/// Value in place of prose, if the text that ends here is the name of such a member.
const fn empty_value(json: &[u8], end: usize) -> Option<&'static [u8]> {
    if end >= json.len() || json[end] != b':' {
        return None;
    }
    let mut number = 0;
    while number < PROSE.len() {
        let (name, empty) = PROSE[number];
        if ends_with(json, end, name) {
            return Some(empty);
        }
        number += 1;
    }
    None
}

const fn ends_with(json: &[u8], end: usize, name: &[u8]) -> bool {
    let mut left = name.len();
    while left > 0 && end >= name.len() && json[end - name.len() + left - 1] == name[left - 1] {
        left -= 1;
    }
    left == 0
}

/// End of the value behind a colon: a text, or a list with all that is in it.
const fn value_end(json: &[u8], colon: usize) -> usize {
    let (mut at, mut depth) = (colon + 1, 0);
    loop {
        let end = token_end(json, at);
        match json[at] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        let is_space = json[at].is_ascii_whitespace();
        at = end;
        if depth == 0 && !is_space {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compact;
    use crate::call::profile::FILES;

    /// Text without its prose.
    fn outline(json: &str) -> String {
        const MOST: usize = 16 * 1024;
        let (bytes, length) = compact::<MOST>(json.as_bytes(), false);
        str::from_utf8(&bytes[..length]).expect("UTF-8").to_owned()
    }

    #[test]
    fn white_space_stays_in_texts_alone() {
        let json = b"{ \"a b\" : [ 1,\n 2 ], \"c\": \"\\\" , \\\\\" }";
        let (bytes, length) = compact::<64>(json, true);
        assert_eq!(&bytes[..length], b"{\"a b\":[1,2],\"c\":\"\\\" , \\\\\"}");
    }

    #[test]
    fn only_members_that_are_prose_are_emptied() {
        let json = r#"{"sources": [{"file": "]"}, []], "is": ["because", "sources"], "x because": 1,
            "rules": [{"because": "It says \\\"because\\\": no.", "then": "crash"}], "sources": []}"#;
        let expected = r#"{"sources":[],"is":["because","sources"],"x because":1,"rules":[{"because":"","then":"crash"}],"sources":[]}"#;
        assert_eq!(outline(json), expected);
    }

    #[test]
    fn each_profile_without_prose_says_the_same_otherwise() {
        for (id, text) in FILES {
            let mut expected: Value = serde_json::from_str(text).expect("JSON");
            expected["sources"] = json!([]);
            if let Some(Value::Array(rules)) = expected.get_mut("rules") {
                for rule in rules {
                    rule["because"] = json!("");
                }
            }
            let outline = outline(text);
            assert!(outline.len() < text.len());
            assert_eq!(serde_json::from_str::<Value>(&outline).expect(id), expected);
        }
    }
}
