//! Reads decoded pairs into a struct: numbers and booleans from their texts, lists from repeated names.

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};

/// Reads the pairs into `T`.
///
/// # Errors
/// A sentence that names the parameter.
pub(super) fn read<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Error> {
    let mut grouped: Vec<(String, Values)> = Vec::new();
    for (name, value) in pairs {
        match grouped.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.texts.push(value),
            None => grouped.push((name.clone(), Values { name, texts: vec![value] })),
        }
    }
    T::deserialize(MapDeserializer::new(grouped.into_iter()))
}

/// Everything that was given under one name.
struct Values {
    name: String,
    texts: Vec<String>,
}

impl Values {
    fn one(self) -> Result<(String, String), Error> {
        let [text] = <[String; 1]>::try_from(self.texts)
            .map_err(|_| Error::custom(format!("{}: is given more than once", self.name)))?;
        Ok((self.name, text))
    }

    fn parsed<T: std::str::FromStr>(self, wanted: &str) -> Result<T, Error> {
        let (name, text) = self.one()?;
        text.parse().map_err(|_| Error::custom(format!("{name}: must be {wanted}")))
    }
}

impl IntoDeserializer<'_, Error> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $wanted:literal),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.parsed($wanted)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Values {
    type Error = Error;

    parsed!(
        deserialize_bool visit_bool "true or false",
        deserialize_i8 visit_i8 "an integer",
        deserialize_i16 visit_i16 "an integer",
        deserialize_i32 visit_i32 "an integer",
        deserialize_i64 visit_i64 "an integer",
        deserialize_u8 visit_u8 "an integer",
        deserialize_u16 visit_u16 "an integer",
        deserialize_u32 visit_u32 "an integer",
        deserialize_u64 visit_u64 "an integer",
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (name, text) = self.one()?;
        // An enum says what it expected; the name must be added.
        visitor.visit_string(text).map_err(|error: Error| Error::custom(format!("{name}: {error}")))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let name = self.name;
        let each = self.texts.into_iter().map(|text| Self { name: name.clone(), texts: vec![text] });
        visitor.visit_seq(SeqDeserializer::new(each))
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct enum identifier ignored_any
        i128 u128
    }
}
