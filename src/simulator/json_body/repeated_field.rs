//! Repeated field: a name that occurs twice in one object of a body. A map would silently keep the
//! last value.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::shown;
use crate::simulator::control_error::ControlError;

/// Fails if an object of a body, at any depth, has a field twice.
pub(crate) fn refuse_repeated(body: &[u8]) -> Result<(), ControlError> {
    match serde_json::from_slice(body) {
        Ok(Repeated(Some(name))) => Err(ControlError::bad_request(
            "duplicate_field",
            format!("The body has the field “{}” twice.", shown(&name)),
            "Leave one of them: nobody can tell which is meant.",
        )),
        _ => Ok(()),
    }
}

/// First repeated field of a JSON value.
struct Repeated(Option<String>);

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Repeated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Repeated, A::Error> {
        let (mut names, mut repeated) = (Vec::new(), None);
        while let Some((name, Repeated(within))) = map.next_entry::<String, Repeated>()? {
            repeated = repeated.or(within);
            if names.contains(&name) {
                repeated.get_or_insert(name);
            } else {
                names.push(name);
            }
        }
        Ok(Repeated(repeated))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Repeated, A::Error> {
        let mut repeated = None;
        while let Some(Repeated(within)) = list.next_element()? {
            repeated = repeated.or(within);
        }
        Ok(Repeated(repeated))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }

    fn visit_unit<E>(self) -> Result<Repeated, E> {
        Ok(Repeated(None))
    }
}

#[cfg(test)]
mod tests {
    use super::refuse_repeated;

    #[test]
    fn a_repeated_field_is_refused_at_any_depth() {
        for (body, is_fine) in [
            (
                r#"{"a": 1, "b": {"a": [{"a": null}, {"a": -1.5}]}, "c": true}"#,
                true,
            ),
            (r#"[{"a": "x"}, {"a": "x"}]"#, true),
            (r#"{"a": 1, "b": 2, "a": 3}"#, false),
            (r#"{"b": {"a": 1, "a": 1}}"#, false),
            (r#"[1, [{"b": [{"a": 1, "\u0061": 1}]}]]"#, false),
        ] {
            let refused = refuse_repeated(body.as_bytes()).err();
            assert_eq!(refused.is_none(), is_fine, "{body}");
            if let Some(refused) = refused {
                assert_eq!(refused.code, "duplicate_field");
                assert!(refused.cause.contains("“a”"), "{body}: {}", refused.cause);
            }
        }
    }
}
