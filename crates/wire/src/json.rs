//! JSON text, read into types.
//!
//! Servers read it with `serde_json`. In a browser the browser does: its parser is there already, and ours would be a
//! sixth of the app's weight, most of it about floating-point numbers that nobody sends.

use std::fmt;

use serde::de::DeserializeOwned;

/// Reads a JSON text.
///
/// ```
/// let scopes: Vec<String> = wire::json::from_str(r#"["read:calendar","write:calendar"]"#)?;
/// assert_eq!(scopes, ["read:calendar", "write:calendar"]);
/// assert!(wire::json::from_str::<Vec<String>>("[1]").is_err());
/// # Ok::<(), wire::json::InvalidJson>(())
/// ```
///
/// # Errors
///
/// [`InvalidJson`] when the text is no JSON, or when it does not hold a `T`.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, InvalidJson> {
    #[cfg(not(target_arch = "wasm32"))]
    return serde_json::from_str(text).map_err(|error| InvalidJson(error.to_string()));
    #[cfg(target_arch = "wasm32")]
    return browser::from_str(text);
}

/// What is wrong with a JSON text: where it ends to be JSON, or which member is missing or of another type. It may quote
/// the text, and is no message for a text that may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidJson(String);

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidJson {}

/// Values that `JSON.parse` made, handed to serde.
#[cfg(target_arch = "wasm32")]
mod browser {
    use std::fmt::Display;

    use js_sys::{Array, JSON, Object};
    use serde::de::value::{MapDeserializer, SeqDeserializer};
    use serde::de::{
        DeserializeOwned, Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor,
    };
    use wasm_bindgen::{JsCast, JsValue};

    use super::InvalidJson;

    pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, InvalidJson> {
        T::deserialize(Parsed(parse(text)?))
    }

    fn parse(text: &str) -> Result<JsValue, InvalidJson> {
        JSON::parse(text).map_err(|error| {
            let error: Option<&js_sys::Error> = error.dyn_ref();
            InvalidJson(error.map_or_else(String::new, |error| error.message().into()))
        })
    }

    struct Parsed(JsValue);

    impl Parsed {
        fn text(&self) -> Result<String, InvalidJson> {
            self.0.as_string().ok_or_else(|| InvalidJson("expected a string".to_owned()))
        }

        fn number(&self) -> Result<f64, InvalidJson> {
            self.0.as_f64().ok_or_else(|| InvalidJson("expected a number".to_owned()))
        }

        fn elements(&self) -> Result<Vec<Self>, InvalidJson> {
            let array: Option<&Array> = self.0.dyn_ref();
            let array = array.ok_or_else(|| InvalidJson("expected a list".to_owned()))?;
            Ok(array.iter().map(Self).collect())
        }

        fn members(&self) -> Result<Vec<(String, Self)>, InvalidJson> {
            let object: Option<&Object> = self.0.dyn_ref();
            let object = object.ok_or_else(|| InvalidJson("expected an object".to_owned()))?;
            let member = |member: JsValue| {
                let member: Array = member.unchecked_into();
                (member.get(0).as_string().unwrap_or_default(), Self(member.get(1)))
            };
            Ok(Object::entries(object).iter().map(member).collect())
        }
    }

    /// What is asked for is read as that and not as anything: each visitor then carries the code of one type.
    impl<'de> Deserializer<'de> for Parsed {
        type Error = InvalidJson;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            if self.0.is_string() {
                self.deserialize_string(visitor)
            } else if let Some(number) = self.0.as_f64() {
                if js_sys::Number::is_safe_integer(&self.0) && number >= 0.0 {
                    self.deserialize_u64(visitor)
                } else {
                    visitor.visit_f64(number)
                }
            } else if let Some(flag) = self.0.as_bool() {
                visitor.visit_bool(flag)
            } else if Array::is_array(&self.0) {
                self.deserialize_seq(visitor)
            } else if self.0.is_object() {
                self.deserialize_map(visitor)
            } else {
                visitor.visit_unit()
            }
        }

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
        }

        fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            visitor.visit_string(self.text()?)
        }

        fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            self.deserialize_string(visitor)
        }

        fn deserialize_identifier<V: Visitor<'de>>(
            self,
            visitor: V,
        ) -> Result<V::Value, InvalidJson> {
            self.deserialize_string(visitor)
        }

        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates"
        )]
        fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            visitor.visit_u64(self.number()? as u64)
        }

        fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            self.deserialize_u64(visitor)
        }

        fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            visitor.visit_seq(SeqDeserializer::new(self.elements()?.into_iter()))
        }

        fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
            visitor.visit_map(MapDeserializer::new(self.members()?.into_iter()))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, InvalidJson> {
            self.deserialize_map(visitor)
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            visitor: V,
        ) -> Result<V::Value, InvalidJson> {
            visitor.visit_newtype_struct(self)
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, InvalidJson> {
            visitor.visit_enum(self.text()?.into_deserializer())
        }

        fn deserialize_ignored_any<V: Visitor<'de>>(
            self,
            visitor: V,
        ) -> Result<V::Value, InvalidJson> {
            visitor.visit_unit()
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u32 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        }
    }

    impl IntoDeserializer<'_, InvalidJson> for Parsed {
        type Deserializer = Self;

        fn into_deserializer(self) -> Self {
            self
        }
    }

    /// What stands there instead is left out of the message: it may be a secret.
    impl Error for InvalidJson {
        fn custom<T: Display>(message: T) -> Self {
            Self(message.to_string())
        }

        fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
            Self(["expected ", &expected.to_string()].concat())
        }

        fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
            Self::invalid_type(unexpected, expected)
        }
    }
}
