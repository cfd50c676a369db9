//! Exact numbers: what a questionnaire score, a threshold or a mean is made of.

use core::cmp::Ordering;
use core::fmt;
use core::num::NonZeroU64;
use core::str::FromStr;

/// An exact rational number: a whole score such as 18, a decimal such as 2.27, or a mean such as 61/27.
///
/// Thresholds are compared as numbers, never as binary floats: 3.00 less 2.27 *is* 0.73. The order is that of
/// the numbers; on every built-in measure the **lower** score is the better one.
///
/// Always in lowest terms, the denominator from 1 to 10^18.
///
/// ```
/// use iapt_core::Score;
/// let fall = Score::difference("3.00".parse()?, "2.27".parse()?);
/// assert!(fall >= "0.73".parse::<Score>()?);
/// assert_eq!("61/27".parse::<Score>()?.to_string(), "61/27");
/// assert!("1,5".parse::<Score>().is_err());
/// # Ok::<(), iapt_core::ParseScoreError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Score {
    numerator: i64,
    denominator: NonZeroU64,
}

/// The denominator of the finest decimal that a [`Score`] holds.
const FINEST: u64 = 1_000_000_000_000_000_000;

/// Why a text is not a [`Score`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseScoreError {
    /// It is no decimal number, or it has more than 18 digits that count.
    #[error("not a decimal number of at most 18 digits")]
    NotANumber,
    /// A number, but larger than any score could be.
    #[error("a number too large for a score")]
    TooLarge,
}

impl Score {
    /// A whole number.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        Self { numerator: value, denominator: NonZeroU64::MIN }
    }

    /// The exact ratio of two numbers, as for the mean of answered items. `None` where the denominator is 0 or
    /// the ratio, in lowest terms, has a denominator above 10^18.
    #[must_use]
    pub const fn ratio(numerator: i64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator);
        let Some(denominator) = NonZeroU64::new(denominator / divisor) else { return None };
        if denominator.get() > FINEST {
            return None;
        }
        // The divisor goes into the numerator, so the quotient is no larger than the numerator was.
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a quotient of an i64 by a positive number fits an i64"
        )]
        let numerator = (numerator as i128 / divisor as i128) as i64;
        Some(Self { numerator, denominator })
    }

    /// A float, read by its shortest decimal text: 2.27 is 227/100, not the binary number next to it.
    ///
    /// # Errors
    /// NaN, infinities, numbers of 10^18 and more, and numbers finer than 18 decimals.
    // Rule SCORE-1: Scores and thresholds are compared as the decimals they are written as, never as binary
    // floats. Source: this project's choice.
    pub fn from_f64(value: f64) -> Result<Self, ParseScoreError> {
        if !value.is_finite() {
            return Err(ParseScoreError::NotANumber);
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked by converting back")]
        #[allow(clippy::cast_precision_loss, reason = "only whole numbers below 2^53 take this way")]
        if value.abs() < 9_007_199_254_740_992.0 && (value as i64) as f64 == value {
            return Ok(Self::whole(value as i64));
        }
        parse_written(format_args!("{value:e}"))
    }

    /// A float of 32 bits, read by its shortest decimal text.
    ///
    /// # Errors
    /// As [`Score::from_f64`].
    pub fn from_f32(value: f32) -> Result<Self, ParseScoreError> {
        parse_written(format_args!("{value:e}"))
    }

    /// The numerator in lowest terms; it bears the sign.
    #[must_use]
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// The denominator in lowest terms, at least 1.
    #[must_use]
    pub const fn denominator(self) -> u64 {
        self.denominator.get()
    }

    /// Whether this is a whole number.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.denominator.get() == 1
    }

    /// The float nearest to this number (for a ratio of numbers beyond 2^53 that has no decimal, but for the last digit):
    /// for output, never for a comparison.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn to_f64(self) -> f64 {
        // Whole numbers up to here are floats, and the quotient of two floats is rounded but once.
        const EXACT: u64 = 1 << 53;
        if self.numerator.unsigned_abs() <= EXACT && self.denominator() <= EXACT {
            return self.numerator as f64 / self.denominator() as f64;
        }
        let mut text = Text::default();
        let written = fmt::Write::write_fmt(&mut text, format_args!("{self}"));
        let nearest = written.ok().and_then(|()| text.as_str().parse().ok());
        nearest.unwrap_or(self.numerator as f64 / self.denominator() as f64)
    }

    /// `minuend - subtrahend`, exactly.
    #[must_use]
    pub fn difference(minuend: Self, subtrahend: Self) -> Difference {
        if minuend.denominator == subtrahend.denominator {
            return Difference {
                numerator: i128::from(minuend.numerator) - i128::from(subtrahend.numerator),
                denominator: i128::from(minuend.denominator()),
            };
        }
        let (a, b) = (minuend.parts(), subtrahend.parts());
        Difference { numerator: a.0 * b.1 - b.0 * a.1, denominator: a.1 * b.1 }
    }

    /// The smallest whole number that is not below this one.
    #[must_use]
    pub(crate) const fn ceil(self) -> i128 {
        let (n, d) = self.parts();
        -((-n).div_euclid(d))
    }

    /// The largest whole number that is not above this one.
    #[must_use]
    pub(crate) const fn floor(self) -> i128 {
        let (n, d) = self.parts();
        n.div_euclid(d)
    }

    #[allow(clippy::cast_lossless, reason = "From is not const")]
    const fn parts(self) -> (i128, i128) {
        (self.numerator as i128, self.denominator.get() as i128)
    }
}

/// The exact difference of two scores; compare it with a [`Score`].
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    numerator: i128,
    denominator: i128,
}

impl Difference {
    /// The float nearest to it: for output, never for a comparison.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Whether it is at least `score * factor / divisor`; the factor small, the divisor above 0.
    pub(crate) fn is_at_least(self, score: Score, factor: i128, divisor: i128) -> bool {
        let (n, d) = score.parts();
        compare((self.numerator, self.denominator), (n * factor, d * divisor)) != Ordering::Less
    }
}

impl PartialEq<Score> for Difference {
    fn eq(&self, other: &Score) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd<Score> for Difference {
    fn partial_cmp(&self, other: &Score) -> Option<Ordering> {
        Some(compare((self.numerator, self.denominator), other.parts()))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let (a, b) = (self.parts(), other.parts());
        (a.0 * b.1).cmp(&(b.0 * a.1))
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares `a.0 / a.1` with `b.0 / b.1` (denominators above 0) without a product that could overflow: whole
/// parts first, then what remains, upside down.
fn compare(mut a: (i128, i128), mut b: (i128, i128)) -> Ordering {
    let mut flipped = false;
    loop {
        let order = a.0.div_euclid(a.1).cmp(&b.0.div_euclid(b.1));
        if order != Ordering::Equal {
            return if flipped { order.reverse() } else { order };
        }
        let rests = (a.0.rem_euclid(a.1), b.0.rem_euclid(b.1));
        if rests.0 == 0 || rests.1 == 0 {
            let order = rests.0.cmp(&rests.1);
            return if flipped { order.reverse() } else { order };
        }
        (a, b) = ((a.1, rests.0), (b.1, rests.1));
        flipped = !flipped;
    }
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl From<u8> for Score {
    fn from(value: u8) -> Self {
        Self::whole(i64::from(value))
    }
}

impl FromStr for Score {
    type Err = ParseScoreError;

    /// Reads `18`, `-3`, `2.27`, `1e-2` or a ratio of whole numbers such as `61/27`.
    fn from_str(text: &str) -> Result<Self, ParseScoreError> {
        match text.split_once('/') {
            Some((n, d)) => {
                let n = n.parse().map_err(|_| ParseScoreError::NotANumber)?;
                let d = d.parse().map_err(|_| ParseScoreError::NotANumber)?;
                Self::ratio(n, d).ok_or(ParseScoreError::NotANumber)
            }
            None => text.parse().map(Self::whole).or_else(|_| parse_decimal(text.as_bytes())),
        }
    }
}

fn parse_written(number: fmt::Arguments<'_>) -> Result<Score, ParseScoreError> {
    let mut text = Text::default();
    fmt::Write::write_fmt(&mut text, number).map_err(|_| ParseScoreError::NotANumber)?;
    text.as_str().parse()
}

/// Reads `[sign] digits [. digits] [e [sign] digits]`.
fn parse_decimal(text: &[u8]) -> Result<Score, ParseScoreError> {
    let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (negative, mantissa) = match mantissa {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let point = mantissa.iter().position(|&b| b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &mantissa[..0]),
    };
    if whole.len() + fraction.len() == 0 || whole.iter().chain(fraction).any(|b| !b.is_ascii_digit()) {
        return Err(ParseScoreError::NotANumber);
    }
    let leading_zeros = whole.iter().chain(fraction).take_while(|&&b| b == b'0').count();
    let trailing_zeros = whole.iter().chain(fraction).rev().take_while(|&&b| b == b'0').count();
    let digits = whole.len() + fraction.len();
    if leading_zeros == digits {
        return Ok(Score::whole(0));
    }
    // The value is `significand * 10^scale`, the significand without zeros at either end.
    let last = digits - trailing_zeros;
    let offset = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let scale = exponent.saturating_add(offset(trailing_zeros)).saturating_sub(offset(fraction.len()));
    if offset(last - leading_zeros).saturating_add(scale) > 18 {
        return Err(ParseScoreError::TooLarge);
    }
    if last - leading_zeros > 18 || scale < -18 {
        return Err(ParseScoreError::NotANumber);
    }
    let significand = (whole.iter().chain(fraction).skip(leading_zeros).take(last - leading_zeros))
        .fold(0_i64, |sum, &b| sum * 10 + i64::from(b - b'0'));
    let significand = if negative { -significand } else { significand };
    let power = |n: i64| 10_u64.pow(u32::try_from(n.unsigned_abs()).unwrap_or(0));
    if scale >= 0 {
        // At most 18 digits, zeros included, by the check above.
        let factor = i64::try_from(power(scale)).map_err(|_| ParseScoreError::TooLarge)?;
        return Ok(Score::whole(significand * factor));
    }
    Score::ratio(significand, power(scale)).ok_or(ParseScoreError::NotANumber)
}

/// An exponent; one beyond all bounds is cut to one that is as much beyond them.
fn parse_exponent(text: &[u8]) -> Result<i64, ParseScoreError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.iter().any(|b| !b.is_ascii_digit()) {
        return Err(ParseScoreError::NotANumber);
    }
    let size = digits.iter().fold(0_i64, |sum, b| (sum * 10 + i64::from(b - b'0')).min(1_000_000_000));
    Ok(if negative { -size } else { size })
}

impl fmt::Display for Score {
    /// A decimal where the number has one of at most 18 digits, else the ratio.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return write!(f, "{}", self.numerator);
        }
        let places = (1..=18_u32).find(|&p| 10_u64.pow(p) % self.denominator == 0);
        let Some(places) = places else {
            return write!(f, "{}/{}", self.numerator, self.denominator());
        };
        let unit = 10_u128.pow(places);
        let scaled = u128::from(self.numerator.unsigned_abs()) * (unit / u128::from(self.denominator()));
        if scaled >= u128::from(FINEST) {
            return write!(f, "{}/{}", self.numerator, self.denominator());
        }
        let sign = if self.numerator < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:0width$}", scaled / unit, scaled % unit, width = places as usize)
    }
}

impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Score({self})")
    }
}

/// Room for the text of one float, so that reading it needs no heap.
#[derive(Default)]
struct Text {
    bytes: [u8; 32],
    len: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Score {
    /// From a text such as `"2.27"`, a whole number, or a float read by its shortest decimal text.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Score;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number or its text")
            }
            fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Score, E> {
                Ok(Score::whole(v))
            }
            fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Score, E> {
                i64::try_from(v).map(Score::whole).map_err(|_| E::custom(ParseScoreError::TooLarge))
            }
            fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Score, E> {
                Score::from_f64(v).map_err(E::custom)
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Score, E> {
                v.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> Score {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn reads_and_writes_decimals() {
        for text in ["0", "18", "-3", "2.27", "0.001", "-0.5", "61/27", "-1/3", "123456789012345678"] {
            assert_eq!(score(text).to_string(), text);
        }
        assert_eq!(score("3.00"), Score::whole(3));
        assert_eq!(score("+1.5e1"), Score::whole(15));
        assert_eq!(score("1e-2"), score("0.01"));
        assert_eq!(score(".5"), score("5e-1"));
        assert_eq!(score("000.000"), Score::whole(0));
        assert_eq!(score("0e999999999999"), Score::whole(0));
        assert_eq!(score("4/2"), Score::whole(2));
        assert_eq!(Some(score("0.0120")), Score::ratio(3, 250));
        assert_eq!(score("00120.50").to_string(), "120.5");
        assert_eq!(score("123456789012345678.0"), Score::whole(123_456_789_012_345_678));
        assert_eq!(score("0.123456789012345678").to_string(), "0.123456789012345678");
        assert_eq!(format!("{:?}", score("-0.5")), "Score(-0.5)");
    }

    #[test]
    fn refuses_what_is_no_score() {
        use ParseScoreError::{NotANumber, TooLarge};
        for text in
            ["", ".", "-", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "nan", "inf", "0x1", "1/0", "1/", "٣"]
        {
            assert_eq!(text.parse::<Score>(), Err(NotANumber), "{text}");
        }
        for text in ["1e19", "1e400", "99999999999999999999", "1e99999999999999999999999"] {
            assert_eq!(text.parse::<Score>(), Err(TooLarge), "{text}");
        }
        assert_eq!("0.1234567890123456789".parse::<Score>(), Err(NotANumber));
        assert_eq!("1e-19".parse::<Score>(), Err(NotANumber));
        assert_eq!("1.234567890123456789".parse::<Score>(), Err(NotANumber));
    }

    #[test]
    // Proves SCORE-1.
    fn floats_are_read_by_their_shortest_text() {
        assert_eq!(Score::from_f64(2.27), Ok(score("2.27")));
        assert_eq!(Score::from_f64(-0.0), Ok(Score::whole(0)));
        assert_eq!(Score::from_f64(61.0 / 27.0), Ok(score("2.259259259259259")));
        assert_eq!(Score::from_f64(2.0_f64.powi(57)), Ok(score("144115188075855870")));
        assert_eq!(Score::from_f64(1e300), Err(ParseScoreError::TooLarge));
        assert_eq!(Score::from_f64(5e-324), Err(ParseScoreError::NotANumber));
        assert_eq!(Score::from_f64(f64::NAN), Err(ParseScoreError::NotANumber));
        assert_eq!(Score::from_f64(f64::NEG_INFINITY), Err(ParseScoreError::NotANumber));
    }

    #[test]
    // Proves SCORE-1.
    fn differences_are_exact_at_the_extremes() {
        let reliable = score("0.73");
        assert!(Score::difference(score("3.00"), score("2.27")) >= reliable);
        assert!(Score::difference(score("3.00"), score("2.28")) < reliable);
        let (tiny, big) = (score("0.000000000000000001"), Score::whole(i64::MAX));
        assert!(Score::difference(big, tiny) < big);
        assert!(Score::difference(Score::whole(i64::MIN), tiny) < Score::whole(i64::MIN));
        assert!(Score::ratio(i64::MIN, u64::MAX).is_none());
        assert_eq!(Score::ratio(i64::MIN, 1 << 63), Some(Score::whole(-1)));
    }

    #[test]
    fn the_nearest_float_is_found() {
        assert_eq!(score("2.27").to_f64(), 2.27);
        // The numerator is no float: a quotient of floats would be rounded twice.
        assert_eq!(score("4485057604207602.81").to_f64(), 4_485_057_604_207_603.0);
        assert_eq!(Score::ratio(i64::MAX, 11).map(Score::to_f64), Some(838_488_366_986_797_800.0));
        let fall = Score::difference(score("3.00"), score("2.25"));
        assert_eq!((fall.to_f64(), fall == score("0.75"), fall == score("0.5")), (0.75, true, false));
    }

    #[test]
    fn rounds_to_whole_numbers_both_ways() {
        assert_eq!((score("5.2").floor(), score("5.2").ceil()), (5, 6));
        assert_eq!((score("-5.2").floor(), score("-5.2").ceil()), (-6, -5));
        assert_eq!((score("5").floor(), score("5").ceil()), (5, 5));
    }
}
