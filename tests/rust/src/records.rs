//! Records of referrals as tests need them: attended treatments, scores, and what is derived of them.

use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Contact, DatedScore, Derived, Instrument, Instruments, Intensity,
    Pathway,
};
use iapt_core::report::{Period, Shown};
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

/// The year of most records.
///
/// # Panics
/// Never: it is one.
#[must_use]
pub fn year() -> Period {
    "2024-25".parse().unwrap_or_else(|_| panic!("2024-25 is no year"))
}

/// What a referral shows in the year, at whose end it is looked at.
///
/// # Panics
/// Where it was received later.
#[must_use]
pub fn shown(pathway: &Pathway<'_>) -> Shown {
    let derived = pathway.derive(&Instruments::of(Edition::CURRENT), Some(year().last()), None);
    Shown::of(&derived, year()).unwrap_or_else(|| panic!("received after the year"))
}

/// What a referral shows that ended in the year, with up to two treatments and these scores: the first and the last of
/// PHQ-9, then of GAD-7.
#[must_use]
pub fn ended(treatments: usize, scores: [Option<i64>; 4]) -> Shown {
    let dates = ["2024-05-01", "2024-09-01"].map(day);
    let contacts: Vec<_> = dates.iter().take(treatments).map(|date| treated(*date)).collect();
    let instruments = [Instrument::Phq9, Instrument::Gad7];
    let scores: Vec<_> =
        (0..4).filter_map(|at| Some(scored(dates[at % 2], instruments[at / 2], scores[at]?))).collect();
    shown(&Pathway {
        referred: Some(day("2024-04-01")),
        discharged: Some(day("2024-09-30")),
        contacts: &contacts,
        scores: &scores,
        ..Pathway::default()
    })
}
