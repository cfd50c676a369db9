//! Records of referrals as tests need them: attended treatments, scores, and what is derived of them.

use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Contact, DatedScore, Derived, Instrument, Instruments, Intensity,
    Pathway,
};
use iapt_core::{Day, Edition, Score};

/// A day.
///
/// # Panics
/// Where it is none.
#[must_use]
pub fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("{text} is no day"))
}

/// So many days later, or earlier.
///
/// # Panics
/// Beyond the calendar.
#[must_use]
pub fn later(day: Day, days: i32) -> Day {
    Day::from_unix(day.to_unix() + days).unwrap_or_else(|| panic!("{days} days after {day}"))
}

/// An attended treatment.
#[must_use]
pub fn treated(date: Day) -> Contact {
    Contact {
        date: Some(date),
        attendance: Attendance::read("5"),
        appointment: AppointmentType::read("02"),
        ..Contact::default()
    }
}

/// An attended assessment.
#[must_use]
pub fn assessed(date: Day) -> Contact {
    Contact { appointment: AppointmentType::read("01"), ..treated(date) }
}

/// Treatments week by week, of low intensity for each `L` and of high for each other letter.
#[must_use]
pub fn weekly(first: Day, letters: &str) -> Vec<Contact> {
    let intensity = |letter| if letter == b'L' { Intensity::Low } else { Intensity::High };
    let contact =
        |(week, letter)| Contact { intensity: Some(intensity(letter)), ..treated(later(first, 7 * week)) };
    (0..).zip(letters.bytes()).map(contact).collect()
}

/// A whole score.
#[must_use]
pub fn scored(date: Day, instrument: Instrument, score: i64) -> DatedScore {
    DatedScore {
        date: Some(date),
        instrument: Coded::Known(instrument),
        score: Some(Score::whole(score)),
        ..DatedScore::default()
    }
}

/// What is derived of a referral with all that is recorded.
#[must_use]
pub fn derived(pathway: &Pathway<'_>) -> Derived<'static> {
    pathway.derive(&Instruments::of(Edition::CURRENT), None, None)
}
