//! Days, counted.

use crate::guard::guard;
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use iapt_core::Day;
use iapt_core::report::Period;
use std::ffi::c_char;
use std::str;

/// A day as the number of days since 1 January 1970, as Unix, Arrow and SQL engines count: from -719528 (1 January of the
/// year 0) to 2932896 (31 December 9999). A day of a record that is beyond counts as missing.
pub type iapt_day = i32;

/// No day, or none that can be read.
pub const IAPT_NO_DAY: iapt_day = i32::MIN;

/// The day; `None` where it is missing or beyond the calendar.
pub(crate) fn known_day(day: iapt_day) -> Option<Day> {
    Day::from_unix(day)
}

/// A day that must be one of the calendar.
pub(crate) fn some_day(day: iapt_day) -> Result<Day, Failure> {
    Day::from_unix(day).ok_or(Failure::NOT_A_DAY)
}

/// The day as a number.
pub(crate) fn number_of(day: Option<Day>) -> iapt_day {
    day.map_or(IAPT_NO_DAY, Day::to_unix)
}

/// The days of a period, both included.
pub(crate) fn period(first: iapt_day, last: iapt_day) -> Result<Period, Failure> {
    Period::new(some_day(first)?, some_day(last)?).ok_or(Failure::NOT_A_DAY)
}

/// The day of a year (0 to 9999), a month (1 to 12) and a day of the month (1 to 31).
///
/// Errors: IAPT_ERROR_NOT_A_DAY where the calendar has no such day.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_day_from_ymd(
    year: i32,
    month: i32,
    day_of_month: i32,
    out: *mut iapt_day,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        let parts =
            i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day_of_month).ok());
        let day =
            parts.and_then(|((year, month), day)| Day::new(year, month, day)).ok_or(Failure::NOT_A_DAY)?;
        out.write(day.to_unix());
        Ok(())
    })
}

/// Year, month and day of the month of a day.
///
/// Errors: IAPT_ERROR_NOT_A_DAY, also for IAPT_NO_DAY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_day_to_ymd(
    day: iapt_day,
    year: *mut i32,
    month: *mut i32,
    day_of_month: *mut i32,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (year, month) = (caller.place(year)?, caller.place(month)?);
        let day_of_month = caller.place(day_of_month)?;
        let date = some_day(day)?.date();
        year.write(date.year().into());
        month.write(date.month().into());
        day_of_month.write(date.day().into());
        Ok(())
    })
}

/// Reads a day as in "2024-04-01"; a time of day after it is allowed and ignored.
///
/// `text` has `length` bytes and need not be NUL-terminated.
///
/// Errors: IAPT_ERROR_NOT_A_DAY, also for an empty text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_day_parse(
    text: *const c_char,
    length: usize,
    out: *mut iapt_day,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let text = caller.slice(text.cast::<u8>(), length)?;
        let out = caller.place(out)?;
        let day: Option<Day> = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        out.write(day.ok_or(Failure::NOT_A_DAY)?.to_unix());
        Ok(())
    })
}

/// Reads a period: a financial year "2024-25" (April to March), a quarter of one "2024-Q2" (July to September 2024), a
/// month "2024-06", or two days "2024-04-01/2025-03-31". `first` and `last` get its first and its last day.
///
/// `text` has `length` bytes and need not be NUL-terminated.
///
/// Errors: IAPT_ERROR_NOT_A_DAY, also where the last day is before the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_period_parse(
    text: *const c_char,
    length: usize,
    first: *mut iapt_day,
    last: *mut iapt_day,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let text = caller.slice(text.cast::<u8>(), length)?;
        let (first, last) = (caller.place(first)?, caller.place(last)?);
        let period: Option<Period> = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let period = period.ok_or(Failure::NOT_A_DAY)?;
        first.write(period.first().to_unix());
        last.write(period.last().to_unix());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_day_is_beyond_the_calendar() {
        assert_eq!(known_day(IAPT_NO_DAY), None);
        assert_eq!(number_of(None), IAPT_NO_DAY);
        assert_eq!(Day::new(0, 1, 1).map(Day::to_unix), Some(-719_528));
        assert_eq!(Day::new(9999, 12, 31).map(Day::to_unix), Some(2_932_896));
    }
}
