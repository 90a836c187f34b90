//! JSON value with its place in a body, as a source for types that derive `Deserialize`.
//!
//! The error holds the place and the kind of the mismatch, but never the value, which serde's own
//! messages would repeat.

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::mismatch::{self, Mismatch};

/// JSON value and its place in the body, such as `[2].headers`; the body itself has an empty place.
pub(crate) struct Placed<'a> {
    place: String,
    value: &'a Value,
}

impl<'a> Placed<'a> {
    /// Creates a value with its place.
    pub(crate) fn new(place: String, value: &'a Value) -> Self {
        Self { place, value }
    }

    fn wrong_type(&self, expected: &'static str) -> Mismatch {
        let mismatch = match self.value {
            Value::Null => Mismatch::missing(),
            _ => Mismatch::wrong_type(expected),
        };
        mismatch.at(&self.place)
    }

    fn read_text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::String(text) => visitor
                .visit_str(text)
                .map_err(|error: Mismatch| error.at(&self.place)),
            _ => Err(self.wrong_type("a string")),
        }
    }

    fn read_list<'de, V: Visitor<'de>>(
        self,
        items: &[Value],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let items = items.iter().enumerate().map(|(index, value)| Placed {
            place: format!("{}[{index}]", self.place),
            value,
        });
        visitor.visit_seq(SeqDeserializer::new(items))
    }

    fn read_fields<'de, V: Visitor<'de>>(
        self,
        fields: &Map<String, Value>,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let placed = fields.iter().map(|(name, value)| {
            let place = mismatch::inner_place(&self.place, name);
            (name.as_str(), Placed { place, value })
        });
        visitor
            .visit_map(MapDeserializer::new(placed))
            .map_err(|error: Mismatch| error.at(&self.place))
    }
}

impl<'de> IntoDeserializer<'de, Mismatch> for Placed<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Placed<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(_) => self.read_text(visitor),
            Value::Array(items) => self.read_list(items, visitor),
            Value::Object(fields) => self.read_fields(fields, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Bool(flag) => visitor.visit_bool(*flag),
            _ => Err(self.wrong_type("true or false")),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Value::Number(number) = self.value else {
            return Err(self.wrong_type("a number"));
        };
        let read = match number.as_u64() {
            Some(number) => visitor.visit_u64(number),
            None => Err(Mismatch::invalid_value(
                Unexpected::Other("number"),
                &visitor,
            )),
        };
        read.map_err(|error: Mismatch| error.at(&self.place))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value.as_f64() {
            Some(number) => visitor
                .visit_f64(number)
                .map_err(|error: Mismatch| error.at(&self.place)),
            None => Err(self.wrong_type("a number")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.read_text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.read_text(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Array(items) => self.read_list(items, visitor),
            _ => Err(self.wrong_type("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Object(fields) => self.read_fields(fields, visitor),
            _ => Err(self.wrong_type("an object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::String(word) => {
                let word: StrDeserializer<'_, Mismatch> = word.as_str().into_deserializer();
                visitor
                    .visit_enum(word)
                    .map_err(|error: Mismatch| error.at(&self.place))
            }
            _ => Err(self.wrong_type("a string")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 char bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct identifier ignored_any
    }
}
