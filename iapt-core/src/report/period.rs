//! The period that a report is about.

use crate::day::Day;
use core::fmt;
use core::str::FromStr;
use jiff::civil::Date;

/// A period of days, both ends included.
///
/// As text: a financial year `2024-25` (April to March), a quarter of the financial year that begins in a year `2024-Q2`
/// (July to September 2024), a month `2024-06`, or from one month or day to another, as in a rolling quarter
/// `2024-05/2024-07` or `2024-04-01/2025-03-31`.
///
/// ```
/// use iapt_core::report::Period;
/// let year: Period = "2024-25".parse()?;
/// assert_eq!(year.to_string(), "2024-04-01/2025-03-31");
/// assert_eq!(year.months().count(), 12);
/// # Ok::<(), iapt_core::report::ParsePeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    first: Day,
    last: Day,
}

/// A text that is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a financial year such as 2024-25, one of its quarters such as 2024-Q2, a month such as 2024-06, or two \
     days or months of which the second is no earlier"
)]
pub struct ParsePeriodError;

impl Period {
    /// The days from one to another; `None` where the last is before the first.
    #[must_use]
    pub fn new(first: Day, last: Day) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The first day.
    #[must_use]
    pub const fn first(self) -> Day {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> Day {
        self.last
    }

    /// Whether a day is in the period.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// So many whole months from the first day of a month on.
    fn of_months(year: i16, month: i8, months: i32) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        let next = first.checked_add(jiff::Span::new().months(months)).ok()?;
        Self::new(Day::from_date(first)?, Day::from_date(next.yesterday().ok()?)?)
    }

    /// The calendar months that the period touches, each as a period cut to it: for a chart over time.
    pub fn months(self) -> impl Iterator<Item = Self> {
        let start = self.first.date();
        let month = move |at: i32| {
            let day = start.first_of_month().checked_add(jiff::Span::new().months(at)).ok()?;
            let whole = Self::of_months(day.year(), day.month(), 1)?;
            Self::new(whole.first.max(self.first), whole.last.min(self.last))
        };
        (0..).map_while(month)
    }
}

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, ParsePeriodError> {
        read(text.trim()).ok_or(ParsePeriodError)
    }
}

/// A day or a month.
fn read_end(text: &str) -> Option<Period> {
    let month = || {
        let (year, month) =
            text.split_once('-').filter(|(year, month)| (year.len(), month.len()) == (4, 2))?;
        Period::of_months(year.parse().ok()?, month.parse().ok()?, 1)
    };
    month().or_else(|| text.parse().ok().and_then(|day| Period::new(day, day)))
}

// Rule PERIOD-4: A period is a financial year, one of its quarters, a month, or from one day or month to
// another, both included. Source: this project's choice.
fn read(text: &str) -> Option<Period> {
    if let Some((first, last)) = text.split_once('/') {
        return Period::new(read_end(first)?.first, read_end(last)?.last);
    }
    let (year, part) = text.split_once('-')?;
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    if let Some(quarter) = part.strip_prefix(['Q', 'q']) {
        return match quarter {
            "1" => Period::of_months(year, 4, 3),
            "2" => Period::of_months(year, 7, 3),
            "3" => Period::of_months(year, 10, 3),
            "4" => Period::of_months(year + 1, 1, 3),
            _ => None,
        };
    }
    if !digits(part, 2) {
        return None;
    }
    let part: i16 = part.parse().ok()?;
    // 2009-10 is the financial year that follows 2008-09; a month only where it can't be a year.
    if part == (year + 1) % 100 {
        Period::of_months(year, 4, 12)
    } else {
        Period::of_months(year, i8::try_from(part).ok()?, 1)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    // Proves PERIOD-4.
    fn texts() {
        let read = |text: &str| text.parse::<Period>().map(|period| period.to_string());
        for (text, period) in [
            ("2024-25", "2024-04-01/2025-03-31"),
            ("1999-00", "1999-04-01/2000-03-31"),
            ("2024-Q1", "2024-04-01/2024-06-30"),
            ("2024-q2", "2024-07-01/2024-09-30"),
            ("2024-Q3", "2024-10-01/2024-12-31"),
            ("2024-Q4", "2025-01-01/2025-03-31"),
            ("2024-02", "2024-02-01/2024-02-29"),
            ("2024-12", "2024-12-01/2024-12-31"),
            ("2024-04-01/2024-04-01", "2024-04-01/2024-04-01"),
            ("2024-12/2025-02", "2024-12-01/2025-02-28"),
            ("2024-12-15/2025-02", "2024-12-15/2025-02-28"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(period), "{text}");
            assert_eq!(read(period).as_deref(), Ok(period));
        }
        for text in [
            "",
            "2024",
            "2024-13",
            "2024-26",
            "2024-Q5",
            "24-25",
            "2024-04-02/2024-04-01",
            "2024-1",
            "2024-4/2024-05",
            "+024-25",
            "2024-+5",
        ] {
            assert_eq!(read(text), Err(ParsePeriodError), "{text}");
        }
    }

    #[test]
    fn days_and_ends() {
        let month: Period = "2024-02".parse().unwrap();
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!((month.first(), month.last()), (day("2024-02-01"), day("2024-02-29")));
        let inside =
            ["2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01"].map(|text| month.contains(day(text)));
        assert_eq!(inside, [false, true, true, false]);
    }

    #[test]
    fn months() {
        let year: Period = "2023-24".parse().unwrap();
        assert_eq!(year.months().count(), 12);
        let cut: Period = "2024-01-15/2024-03-10".parse().unwrap();
        let months: Vec<_> = cut.months().map(|month| month.to_string()).collect();
        assert_eq!(months, ["2024-01-15/2024-01-31", "2024-02-01/2024-02-29", "2024-03-01/2024-03-10"]);
    }
}
