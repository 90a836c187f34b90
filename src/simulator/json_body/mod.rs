//! JSON bodies of the control interface, read into typed fields. A misspelt or repeated field is
//! refused by name, and no refusal repeats a value.

mod mismatch;
mod placed;
mod repeated_field;
mod tagged;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::control_error::ControlError;
pub(crate) use mismatch::{Mismatch, bad_value, missing};
pub(crate) use placed::Placed;
pub(crate) use repeated_field::refuse_repeated;
pub(crate) use tagged::Tagged;

/// Reads a body, which must be a JSON object.
pub(crate) fn read_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ControlError::bad_request(
            "not_json",
            format!("The body is not JSON: reading stopped at line {line}, column {column}."),
            "Send one JSON object in UTF-8.",
        )
    })?;
    if !value.is_object() {
        return Err(ControlError::bad_request(
            "not_an_object",
            "The body is JSON, but not an object.",
            "Send an object.",
        ));
    }
    refuse_repeated(body)?;
    T::deserialize(Placed::new(String::new(), &value)).map_err(Mismatch::into_refusal)
}

/// Shortens and escapes an arbitrary name so that a sentence can quote it.
pub(crate) fn shown(name: &str) -> String {
    name.chars()
        .take(40)
        .flat_map(char::escape_debug)
        .take(60)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::read_object;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        count: Option<u64>,
        list: Option<Vec<String>>,
        flag: Option<bool>,
        colour: Option<Colour>,
    }

    #[test]
    fn a_body_is_read_into_its_type_and_null_counts_as_absent() {
        let body = br#"{"name": "x", "count": null, "list": ["a"], "colour": "blue"}"#;
        let expected = Body {
            name: "x".into(),
            count: None,
            list: Some(vec!["a".into()]),
            flag: None,
            colour: Some(Colour::Blue),
        };
        assert_eq!(read_object::<Body>(body).expect("it fits"), expected);
    }

    #[test]
    fn each_wrong_thing_is_named_and_no_value_is_repeated() {
        let cases = [
            (r#"{"name": "SECRET""#, "not_json", "line 1, column 17"),
            (r#"["SECRET"]"#, "not_an_object", "not an object"),
            ("{}", "missing_field", "“name”"),
            (r#"{"name": null}"#, "missing_field", "“name”"),
            (r#"{"name": 7}"#, "wrong_type", "“name” is not a string"),
            (
                r#"{"name": "x", "nam": "SECRET"}"#,
                "unknown_field",
                "“nam”",
            ),
            (r#"{"name": "x", "nam": null}"#, "unknown_field", "“nam”"),
            (
                r#"{"name": "SECRET", "name": "x"}"#,
                "duplicate_field",
                "“name” twice",
            ),
            (
                r#"{"name": "x", "count": "SECRET"}"#,
                "wrong_type",
                "“count” is not a number",
            ),
            (
                r#"{"name": "x", "list": ["a", {"b": "SECRET"}]}"#,
                "wrong_type",
                "“list[1]” is not a string",
            ),
            (
                r#"{"name": "x", "flag": "SECRET"}"#,
                "wrong_type",
                "“flag” is not true or false",
            ),
            (
                r#"{"name": "x", "colour": "SECRET"}"#,
                "bad_value",
                "“colour” is none of its words",
            ),
        ];
        for (body, code, cause) in cases {
            let refusal = read_object::<Body>(body.as_bytes()).expect_err(body);
            assert_eq!(refusal.code, code, "{body}: {refusal:?}");
            assert!(refusal.cause.contains(cause), "{body}: {refusal:?}");
            assert!(!format!("{refusal:?}").contains("SECRET"), "{refusal:?}");
        }
    }

    #[test]
    fn the_known_fields_and_words_are_listed() {
        let fix = |body: &[u8]| read_object::<Body>(body).expect_err("it does not fit").fix;
        assert_eq!(
            fix(br#"{"name": "x", "nam": 7}"#),
            "Leave it out, or use one of: name, count, list, flag, colour."
        );
        assert_eq!(
            fix(br#"{"name": "x", "colour": "green"}"#),
            "Use one of: red, blue."
        );
    }
}
