//! A day, counted: what a wait is measured in.

use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;
use jiff::civil::Date;

/// A day of the calendar, from 1 January 1 BC to 31 December 9999, held as a count of days in four bytes.
///
/// ```
/// use iapt_core::Day;
/// let referred: Day = "2024-04-01".parse()?;
/// let treated = Day::new(2024, 5, 13).ok_or("no such day")?;
/// assert_eq!(treated.days_since(referred), 42);
/// assert!("2024-02-30".parse::<Day>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "alloc::string::String", into = "alloc::string::String"))]
pub struct Day(NonZeroU32);

/// The number held is one more than the days since the first day, 1 January of the year 0 (1 BC).
const EPOCH: i32 = 719_528 + 1;
const LAST: i32 = 2_932_896 + EPOCH;

/// A text or a number that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a day such as 2024-04-01, from the years 0 to 9999")]
pub struct ParseDayError;

impl Day {
    /// The day of this year, month (from 1) and day of the month (from 1); `None` where the calendar has none.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Self::from_date(Date::new(year, month, day).ok()?)
    }

    /// The day of this many days since 1 January 1970, as Arrow, Unix and SQL engines count.
    #[must_use]
    pub const fn from_unix(days: i32) -> Option<Self> {
        let Some(held) = days.checked_add(EPOCH) else { return None };
        if held < 1 || held > LAST {
            return None;
        }
        match NonZeroU32::new(held.unsigned_abs()) {
            Some(held) => Some(Self(held)),
            None => None,
        }
    }

    /// Days since 1 January 1970.
    #[must_use]
    pub const fn to_unix(self) -> i32 {
        self.0.get().cast_signed() - EPOCH
    }

    /// How many days this is after an earlier day; negative where it is before it.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0.get().cast_signed() - earlier.0.get().cast_signed()
    }

    /// The date of the calendar.
    #[must_use]
    pub fn date(self) -> Date {
        let since = jiff::Span::new().days(i64::from(self.to_unix()));
        Date::constant(1970, 1, 1).saturating_add(since)
    }

    /// The day of a date; `None` for years before 0.
    #[must_use]
    pub fn from_date(date: Date) -> Option<Self> {
        let since = date.since(Date::constant(1970, 1, 1)).ok()?;
        Self::from_unix(since.get_days())
    }
}

impl FromStr for Day {
    type Err = ParseDayError;

    /// Reads `2024-04-01`; a time of day after it is allowed and ignored.
    // Rule PERIOD-5: A day is read from year, month and day in this order alone; a time of day is ignored and
    // any other text is no day. Source: this project's choice.
    fn from_str(text: &str) -> Result<Self, ParseDayError> {
        let date = text.trim().parse::<Date>().map_err(|_| ParseDayError)?;
        Self::from_date(date).ok_or(ParseDayError)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<alloc::string::String> for Day {
    type Error = ParseDayError;
    fn try_from(text: alloc::string::String) -> Result<Self, ParseDayError> {
        text.parse()
    }
}

impl From<Day> for alloc::string::String {
    fn from(day: Day) -> Self {
        alloc::format!("{day}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_itself() {
        let first = Day::new(0, 1, 1).unwrap();
        let last = Day::new(9999, 12, 31).unwrap();
        assert_eq!((first.0.get(), i32::try_from(last.0.get()).unwrap()), (1, LAST));
        for unix in first.to_unix()..=last.to_unix() {
            let day = Day::from_unix(unix).unwrap();
            assert_eq!(Day::from_date(day.date()), Some(day));
        }
        assert_eq!(Day::from_unix(first.to_unix() - 1), None);
        assert_eq!(Day::from_unix(last.to_unix() + 1), None);
        assert_eq!(Day::from_unix(i32::MAX), None);
    }

    #[test]
    // Proves PERIOD-5.
    fn texts() {
        let day = Day::new(2024, 2, 29);
        for text in ["2024-02-29", " 2024-02-29 ", "2024-02-29T10:11:12", "2024-02-29 10:11:12.5"] {
            assert_eq!(text.parse::<Day>().ok(), day, "{text}");
        }
        assert_eq!(format!("{day:?}"), "Some(2024-02-29)");
        for text in ["", "29/02/2024", "2023-02-29", "2024-2-9", "-000001-01-01", "today"] {
            assert_eq!(text.parse::<Day>(), Err(ParseDayError), "{text}");
        }
    }
}
