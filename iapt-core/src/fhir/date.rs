//! A FHIR dateTime: a year, a month, a day, or a moment with its time zone.

use super::error::Fault;
use crate::day::Day;
use alloc::format;
use alloc::string::String;
use jiff::civil::Time;

/// A dateTime as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateTime {
    text: String,
    day: Option<Day>,
}

const WANTED: Fault = Fault::WrongType("a FHIR date, as in 2024-04-01 or 2024-04-01T09:30:00+01:00");

impl DateTime {
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        let first = first_day(date).ok_or(WANTED)?;
        let day = Some(first).filter(|_| date.len() == DATE.len());
        if time.is_some_and(|time| day.is_none() || !is_time(time)) {
            return Err(WANTED);
        }
        Ok(Self { text: text.into(), day })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The day where it was written; `None` for a year or a month.
    pub(super) const fn day(&self) -> Option<Day> {
        self.day
    }
}

const DATE: &str = "0000-00-00";

/// The first day of a year, a month or a day.
fn first_day(date: &str) -> Option<Day> {
    let shape = DATE.get(..date.len()).filter(|shape| [4, 7, 10].contains(&shape.len()))?;
    if !has_shape(date, shape) || date.starts_with("0000") {
        return None;
    }
    format!("{date}{}", "0000-01-01".get(date.len()..)?).parse().ok()
}

/// Whether a text is a time of day with its zone.
fn is_time(text: &str) -> bool {
    let Some((time, rest)) = text.split_at_checked("00:00:00".len()) else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let some_fraction = !rest.starts_with('.') || rest.len() > zone.len() + 1;
    has_shape(time, "00:00:00") && time.parse::<Time>().is_ok() && some_fraction && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    const FURTHEST: &str = "14:00";
    let Some(offset) = zone.strip_prefix(['+', '-']) else { return zone == "Z" };
    has_shape(offset, "00:00") && offset <= FURTHEST && offset.get(3..).is_some_and(|minutes| minutes < "60")
}

/// Whether a text has digits where the shape has zeros, and is the same elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(a, b): (u8, u8)| if b == b'0' { a.is_ascii_digit() } else { a == b };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_the_writer() {
        for text in [
            "2024-02-29",
            "2024-02-29T00:15:00+14:00",
            "2024-02-29T23:59:60Z",
            "2024-02-29T23:45:00.123456789-11:30",
        ] {
            let date = DateTime::read(text).unwrap();
            assert_eq!((date.text(), date.day()), (text, Day::new(2024, 2, 29)));
        }
        for text in ["2024", "2024-02"] {
            assert_eq!(DateTime::read(text).unwrap().day(), None);
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "0000",
            "24-02-29",
            "2024-13",
            "2023-02-29",
            "2024-2-9",
            "20240229",
            " 2024-02-29",
            "2024-02-29 10:00:00Z",
            "2024-02T10:00:00Z",
            "2024-02-29T",
            "2024-02-29T10:00",
            "2024-02-29T10:00:00",
            "2024-02-29T10:00:00.Z",
            "2024-02-29T24:00:00Z",
            "2024-02-29T10:00:00+15:00",
            "2024-02-29T10:00:00+01:60",
            "2024-02-29T10:00:00+01:",
            "2024-02-29T10:00:00+01:3",
            "2024-02-29T10:00:00+0a:00",
            "2024-02-29T10:00:00+01-30",
            "2024-02-29T10:00:00é",
            "２０２４",
        ] {
            assert_eq!(DateTime::read(text), Err(WANTED), "{text}");
        }
    }
}
