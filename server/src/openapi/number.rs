//! Amounts that are JSON numbers: exact decimals, which never pass through a float.

use domain::money::{Amount, Decimal};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// A JSON number, digit for digit. It is written with at least two decimals, as the supplier writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecimalNumber(pub Decimal);

impl DecimalNumber {
    /// The nearest amount; none where it is too large. What must have two decimals is checked by the service.
    pub fn amount(self) -> Option<Amount> {
        let amount = self.0.to_amount().ok()?;
        // More decimals than are kept must not be rounded to what was not said.
        (amount.to_decimal() == self.0).then_some(amount)
    }
}

impl From<Amount> for DecimalNumber {
    fn from(amount: Amount) -> Self {
        Self(amount.to_decimal())
    }
}

impl From<domain::money::Total> for DecimalNumber {
    fn from(total: domain::money::Total) -> Self {
        Self(total.to_decimal())
    }
}

/// An exact decimal with at least two decimals, as amounts that are JSON texts are written.
pub fn text(amount: Amount) -> String {
    padded(amount.to_decimal())
}

fn padded(decimal: Decimal) -> String {
    let text = decimal.to_string();
    match text.split_once('.') {
        None => text + ".00",
        Some((_, fraction)) if fraction.len() == 1 => text + "0",
        Some(_) => text,
    }
}

impl Serialize for DecimalNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(padded(self.0)).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DecimalNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(serde::de::Error::custom("must be a number"));
        }
        raw.get().parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for DecimalNumber {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::Custom("decimal".into())))
            .description(Some("An exact decimal."));
        RefOr::T(object.build().into())
    }
}

impl ToSchema for DecimalNumber {
    fn name() -> std::borrow::Cow<'static, str> {
        "DecimalNumber".into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Holder {
        amount: DecimalNumber,
        #[serde(default)]
        other: Option<DecimalNumber>,
    }

    #[test]
    fn numbers_are_written_as_numbers_with_two_decimals() {
        let written = |units| serde_json::to_string(&DecimalNumber::from(Amount::from_units(units))).unwrap();
        assert_eq!(written(1_050_000_000), "10.50");
        assert_eq!(written(0), "0.00");
        assert_eq!(written(-123_456_789), "-1.23456789");
        assert_eq!(text(Amount::from_units(700_000_000)), "7.00");
    }

    #[test]
    fn only_numbers_are_read_and_never_rounded() {
        let read = |json: &str| serde_json::from_str::<Holder>(json).map(|holder| holder.amount.amount());
        assert_eq!(read(r#"{"amount": 0.1}"#).unwrap(), Some(Amount::from_units(10_000_000)));
        assert_eq!(read(r#"{"amount": 1e2}"#).unwrap(), Some(Amount::from_units(10_000_000_000)));
        assert_eq!(read(r#"{"amount": 0.000000001}"#).unwrap(), None);
        assert_eq!(read(r#"{"amount": 1e20}"#).unwrap_or_default(), None);
        for wrong in [r#"{"amount": "10.50"}"#, r#"{"amount": true}"#, r#"{"amount": null}"#, r#"{"amount": [1]}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Holder>(r#"{"amount": 1, "other": null}"#).unwrap().other.is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(units: i64) {
            let number = DecimalNumber::from(Amount::from_units(units));
            let json = serde_json::to_string(&number).unwrap();
            let back: DecimalNumber = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.amount(), Some(Amount::from_units(units)));
        }
    }
}
