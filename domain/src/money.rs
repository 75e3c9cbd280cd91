//! Money: exact decimals as a source writes them, stored amounts, and totals of stored amounts.
//!
//! An [`Amount`] is an integer of 10⁻⁸ units (Huawei bills carry eight decimals), a [`Total`] a sum of such integers, a
//! [`Decimal`] a number exactly as a file spells it. Nothing here passes through a float, and the one rounding, from a
//! decimal to an amount, is half-even.

use std::fmt;
use std::str::FromStr;

use crate::text::serde_as_text;

/// Decimal places of an [`Amount`].
pub const PLACES: u32 = 8;
const UNIT: i128 = 100_000_000;

/// Fraction digits a [`Decimal`] keeps.
const FRACTION_DIGITS: u32 = 36;
const FRACTION: i128 = 10_i128.pow(FRACTION_DIGITS);
/// 10³⁶ / 10⁸: fraction units in one amount unit.
const FRACTION_PER_UNIT: i128 = FRACTION / UNIT;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Letters, two points, misplaced separators …
    #[error("is no decimal number")]
    Malformed,
    /// More than 36 fraction digits, or more digits than can be kept.
    #[error("has more digits than can be kept exactly")]
    TooPrecise,
    /// Beyond ±92 233 720 368.
    #[error("is too large")]
    TooLarge,
}

/// A number exactly as a source wrote it: up to 36 fraction digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decimal {
    /// Toward zero.
    whole: i128,
    /// In 10⁻³⁶, the same sign as `whole`.
    fraction: i128,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { whole: 0, fraction: 0 };

    /// Reads a decimal: sign, currency sign, thousands separators, parentheses for negative, scientific notation.
    ///
    /// # Errors
    /// [`AmountError`]; a comma that separates no group of three is malformed, for it may be a decimal comma.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        if let Some(plain) = Self::parse_plain(text) {
            return Ok(plain);
        }
        Self::parse_general(text)
    }

    /// The usual case: an optional minus, at most 18 digits in all, an optional point, nothing else.
    fn parse_plain(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, digits) = match bytes.first()? {
            b'-' => (true, bytes.get(1..)?),
            _ => (false, bytes),
        };
        if digits.is_empty() || digits.len() > 18 {
            return None;
        }
        let (mut value, mut places, mut seen_point) = (0_u64, 0_u32, false);
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    value = value * 10 + u64::from(byte - b'0');
                    places += u32::from(seen_point);
                }
                b'.' if !seen_point => seen_point = true,
                _ => return None,
            }
        }
        if seen_point && digits.len() == 1 {
            return None;
        }
        let scale = 10_u64.pow(places);
        let sign = if negative { -1 } else { 1 };
        Some(Self {
            whole: sign * i128::from(value / scale),
            fraction: sign * i128::from(value % scale) * 10_i128.pow(FRACTION_DIGITS - places),
        })
    }

    fn parse_general(text: &str) -> Result<Self, AmountError> {
        let mut text = text.trim();
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let mut negative = false;
        if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            negative = true;
            text = inner.trim();
        }
        text = strip_sign(text, &mut negative);
        text = text.trim_start_matches(['$', '¥', '￥', '€', '£', '₹']).trim_start();
        text = strip_sign(text, &mut negative);
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| AmountError::Malformed)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let whole = without_separators(whole)?;
        if whole.is_empty() && fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::Malformed);
        }
        let value = Self::from_digits(&whole, fraction, exponent)?;
        Ok(if negative { value.negated() } else { value })
    }

    /// `whole.fraction × 10^exponent`.
    fn from_digits(whole: &str, fraction: &str, exponent: i32) -> Result<Self, AmountError> {
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let mut point = i64::try_from(whole.len()).map_err(|_| AmountError::TooPrecise)? + i64::from(exponent);
        let leading = digits.iter().take_while(|&&digit| digit == b'0').count();
        digits.drain(..leading);
        point -= i64::try_from(leading).map_err(|_| AmountError::TooPrecise)?;
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Ok(Self::ZERO);
        }
        let count = i64::try_from(digits.len()).map_err(|_| AmountError::TooPrecise)?;
        if point > 20 {
            return Err(AmountError::TooLarge);
        }
        if count - point > i64::from(FRACTION_DIGITS) {
            return Err(AmountError::TooPrecise);
        }
        let (mut whole, mut fraction, mut place) = (0_i128, 0_i128, FRACTION / 10);
        for index in point.min(0)..point.max(count) {
            let digit = usize::try_from(index).ok().and_then(|i| digits.get(i)).map_or(0, |d| i128::from(d - b'0'));
            if index < point {
                whole = whole * 10 + digit;
            } else {
                fraction += digit * place;
                place /= 10;
            }
        }
        Ok(Self { whole, fraction })
    }

    fn negated(self) -> Self {
        Self { whole: -self.whole, fraction: -self.fraction }
    }

    /// For people: every digit, at least two decimals, thousands separators, a real minus.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        format!("{sign}{}.{fraction:0<2}", with_separators(whole))
    }

    /// The exact sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let (mut whole, mut fraction) = (self.whole + other.whole, self.fraction + other.fraction);
        whole += fraction / FRACTION;
        fraction %= FRACTION;
        if whole > 0 && fraction < 0 {
            whole -= 1;
            fraction += FRACTION;
        } else if whole < 0 && fraction > 0 {
            whole += 1;
            fraction -= FRACTION;
        }
        Self { whole, fraction }
    }

    /// The exact difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(other.negated())
    }

    /// The nearest amount, ties to even.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] beyond what an amount can hold.
    pub fn to_amount(self) -> Result<Amount, AmountError> {
        let (quotient, remainder) = (self.fraction / FRACTION_PER_UNIT, (self.fraction % FRACTION_PER_UNIT).abs());
        let half = FRACTION_PER_UNIT / 2;
        let up = remainder > half || (remainder == half && quotient % 2 != 0);
        let sign = if self.fraction < 0 { -1 } else { 1 };
        let units = self.whole * UNIT + quotient + if up { sign } else { 0 };
        i64::try_from(units).map(Amount).map_err(|_| AmountError::TooLarge)
    }
}

fn strip_sign<'a>(text: &'a str, negative: &mut bool) -> &'a str {
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        *negative = !*negative;
        rest.trim_start()
    } else {
        text.strip_prefix('+').map_or(text, str::trim_start)
    }
}

/// Removes thousands separators, which must stand before groups of three digits.
fn without_separators(whole: &str) -> Result<String, AmountError> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    let digits = first.to_owned() + &rest.concat();
    if grouped && digits.bytes().all(|b| b.is_ascii_digit()) { Ok(digits) } else { Err(AmountError::Malformed) }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.whole < 0 || self.fraction < 0 { "-" } else { "" };
        let fraction = format!("{:036}", self.fraction.unsigned_abs());
        let fraction = fraction.trim_end_matches('0');
        write!(f, "{sign}{}", self.whole.unsigned_abs())?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

impl FromStr for Decimal {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

serde_as_text!(Decimal);

/// A stored amount: an integer of 10⁻⁸ currency units. The currency stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From the stored integer.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// The integer to store.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The sum, or none on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or none on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The same amount with the other sign, or none on overflow.
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// The amount as an exact decimal.
    pub fn to_decimal(self) -> Decimal {
        let units = i128::from(self.0);
        Decimal { whole: units / UNIT, fraction: units % UNIT * FRACTION_PER_UNIT }
    }
}

/// A sum of amounts, in 10⁻⁸ units; wide enough for any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Total(i128);

impl Total {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From 10⁻⁸ units.
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// In 10⁻⁸ units.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// The total as an exact decimal.
    pub fn to_decimal(self) -> Decimal {
        Decimal { whole: self.0 / UNIT, fraction: self.0 % UNIT * FRACTION_PER_UNIT }
    }

    /// For people: at least two decimals and no more than needed below one unit, otherwise two, half-even; thousands
    /// separators; a real minus.
    pub fn short(self) -> String {
        let cents = round_half_even(self.0, UNIT / 100);
        if cents == 0 && self.0 != 0 { self.exact() } else { grouped(cents * (UNIT / 100), 2) }
    }

    /// For people: every digit, at least two decimals, thousands separators, a real minus.
    pub fn exact(self) -> String {
        grouped(self.0, 2)
    }

    /// This as percent of `whole` with one decimal, half-even: `83.3%`; none where `whole` is not positive, or where the
    /// figure is too large to be told.
    pub fn percent_of(self, whole: Self) -> Option<String> {
        if whole.0 <= 0 {
            return None;
        }
        let permille = round_half_even(self.0.checked_mul(1000)?, whole.0);
        let sign = if permille < 0 { "−" } else { "" };
        Some(format!("{sign}{}.{}%", permille.unsigned_abs() / 10, permille.unsigned_abs() % 10))
    }

    /// What part of `whole` it is, in percent with one decimal, cut off; a dash where there is no positive whole.
    pub fn share_of(self, whole: Self) -> String {
        if whole.0 <= 0 {
            return "–".into();
        }
        let permille = self.0.saturating_mul(1000) / whole.0;
        let sign = if permille < 0 { "−" } else { "" };
        format!("{sign}{}.{}%", permille.unsigned_abs() / 10, permille.unsigned_abs() % 10)
    }

    /// The change from `before` in percent with one decimal, half-even; none where there is nothing to compare with.
    pub fn change_from(self, before: Self) -> Option<String> {
        if before.0 <= 0 {
            return None;
        }
        let permille = round_half_even((self.0 - before.0).checked_mul(1000)?, before.0);
        let sign = match permille.signum() {
            -1 => "−",
            1 => "+",
            _ => "",
        };
        Some(format!("{sign}{}.{}%", permille.unsigned_abs() / 10, permille.unsigned_abs() % 10))
    }
}

impl std::ops::Add for Total {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::AddAssign for Total {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::Sub for Total {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Total {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |sum, item| sum + item)
    }
}

impl From<Amount> for Total {
    fn from(amount: Amount) -> Self {
        Self(i128::from(amount.0))
    }
}

/// `value / divisor`, ties to even; `divisor` is positive.
fn round_half_even(value: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (value / divisor, (value % divisor).abs());
    let double = remainder * 2;
    if double > divisor || (double == divisor && quotient % 2 != 0) { quotient + value.signum() } else { quotient }
}

/// Units with thousands separators, a real minus and at least `least` decimals.
fn grouped(units: i128, least: usize) -> String {
    let whole = (units.unsigned_abs() / UNIT.unsigned_abs()).to_string();
    let mut out = String::from(if units < 0 { "−" } else { "" });
    out.push_str(&with_separators(&whole));
    let fraction = format!("{:08}", units.unsigned_abs() % UNIT.unsigned_abs());
    let kept = fraction.trim_end_matches('0').len().max(least);
    out.push('.');
    out.push_str(&fraction[..kept]);
    out
}

/// Digits in groups of three.
fn with_separators(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Plain text for files and programs: no separators, an ASCII minus, no trailing zeros.
fn plain(units: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Display::fmt(&Total(units).to_decimal(), f)
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        plain(i128::from(self.0), f)
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        plain(self.0, f)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Decimal::parse(text)?.to_amount()
    }
}

impl FromStr for Total {
    type Err = AmountError;

    /// Reads what `Display` wrote: at most eight decimals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Decimal { whole, fraction } = Decimal::parse(text)?;
        if fraction % FRACTION_PER_UNIT != 0 {
            return Err(AmountError::TooPrecise);
        }
        whole
            .checked_mul(UNIT)
            .and_then(|units| units.checked_add(fraction / FRACTION_PER_UNIT))
            .map(Self)
            .ok_or(AmountError::TooLarge)
    }
}

serde_as_text!(Amount);
serde_as_text!(Total);

/// A currency by its ISO 4217 code, or what a bill uses in its place: two to twelve ASCII letters or digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(String);

impl Currency {
    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Currency {
    type Err = crate::errors::UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(crate::errors::UnknownCode { kind: "Currency", code: text.to_owned() })
        }
    }
}

serde_as_text!(Currency);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(text: &str) -> String {
        Decimal::parse(text).unwrap().to_string()
    }

    #[test]
    fn what_real_files_hold_is_read_exactly() {
        for (text, value) in [
            ("0.00000080000", "0.0000008"),
            ("-2.6137", "-2.6137"),
            ("$10,000.00 ", "10000"),
            ("($1,234.50)", "-1234.5"),
            ("-¥12.30", "-12.3"),
            ("1E-10", "0.0000000001"),
            ("5.8620E-7", "0.0000005862"),
            ("1.5e3", "1500"),
            ("0E-11", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("00012.5", "12.5"),
            ("0.123456789012345678901234567890123456", "0.123456789012345678901234567890123456"),
            ("-0.5", "-0.5"),
        ] {
            assert_eq!(exact(text), value, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", " ", "-", ".", "1.2.3", "1,23", "12,34,567", "abc", "1e", "0x10", "1 000", "NaN", "--"] {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
        assert_eq!(Decimal::parse("1e40"), Err(AmountError::TooLarge));
        assert_eq!(Decimal::parse("1e-40"), Err(AmountError::TooPrecise));
        assert_eq!("92233720369".parse::<Amount>(), Err(AmountError::TooLarge));
    }

    #[test]
    fn rounding_is_half_even_once() {
        for (text, units) in [
            ("0.000000005", 0),
            ("0.000000015", 2),
            ("-0.000000015", -2),
            ("0.0000000051", 1),
            ("1.999999995", 200_000_000),
        ] {
            assert_eq!(text.parse::<Amount>().unwrap().units(), units, "{text}");
        }
    }

    #[test]
    fn people_see_two_decimals_unless_that_hides_the_amount() {
        let short = |text: &str| text.parse::<Total>().unwrap().short();
        assert_eq!(short("1234567.125"), "1,234,567.12");
        assert_eq!(short("-1234.5"), "−1,234.50");
        assert_eq!(short("0.0000008"), "0.0000008");
        assert_eq!(short("0"), "0.00");
        assert_eq!("1234.56789".parse::<Total>().unwrap().exact(), "1,234.56789");
    }

    #[test]
    fn a_percentage_is_rounded_half_even_and_needs_a_positive_whole() {
        let percent = |part: i128, whole: i128| Total::from_units(part).percent_of(Total::from_units(whole));
        assert_eq!(percent(1, 3).as_deref(), Some("33.3%"));
        assert_eq!(percent(2, 3).as_deref(), Some("66.7%"));
        // 0.05 % lies in the middle between 0.0 % and 0.1 %, 0.15 % between 0.1 % and 0.2 %
        assert_eq!([1, 3, 5].map(|part| percent(part, 2_000).unwrap()), ["0.0%", "0.2%", "0.2%"]);
        assert_eq!(percent(3, 2).as_deref(), Some("150.0%"));
        assert_eq!(percent(-1, 4).as_deref(), Some("−25.0%"));
        assert_eq!(percent(0, 4).as_deref(), Some("0.0%"));
        assert_eq!((percent(1, 0), percent(1, -5), percent(i128::MAX, 1)), (None, None, None));
    }

    #[test]
    fn change_needs_something_to_compare_with() {
        let total = |text: &str| text.parse::<Total>().unwrap();
        assert_eq!(total("110").change_from(total("100")).as_deref(), Some("+10.0%"));
        assert_eq!(total("90").change_from(total("100")).as_deref(), Some("−10.0%"));
        assert_eq!(total("100").change_from(total("100")).as_deref(), Some("0.0%"));
        assert_eq!(total("5").change_from(Total::ZERO), None);
    }

    proptest! {
        #[test]
        fn an_amount_survives_its_text(units in any::<i64>()) {
            let amount = Amount::from_units(units);
            prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
            let total = Total::from(amount);
            prop_assert_eq!(total.to_string().parse::<Total>(), Ok(total));
        }

        #[test]
        fn decimals_add_exactly(parts in proptest::collection::vec((-1_000_000_i64..1_000_000, 0_u32..18), 1..20)) {
            // Each part is value × 10^-places; the expected sum is in 10^-18.
            let mut sum = Decimal::ZERO;
            let mut expected = 0_i128;
            for (value, places) in parts {
                sum = sum.plus(Decimal::parse(&format!("{value}e-{places}")).unwrap());
                expected += i128::from(value) * 10_i128.pow(18 - places);
            }
            prop_assert_eq!(sum, Decimal::parse(&format!("{expected}e-18")).unwrap());
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,24}") {
            let _ = Decimal::parse(&text);
        }
    }
}
