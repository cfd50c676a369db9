//! Why a referral was derived as it was, as a text for people.

use super::codes::Intensity;
use super::derived::{AnxietyChoice, Derived};
use super::instrument::Instrument;
use crate::edition::Edition;
use core::fmt;

/// The text of [`Derived::explain`]; it is written by [`Display`](fmt::Display).
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'d>(&'d Derived<'d>);

impl Derived<'_> {
    /// Why the referral was derived as it was, as a text for people: what was counted as treatment, which dates
    /// decided, which complaint chose the anxiety measure, and why the outcome is what it is. It contains dates
    /// and scores.
    #[must_use]
    pub const fn explain(&self) -> Explanation<'_> {
        Explanation(self)
    }
}

impl fmt::Display for Explanation<'_> {
    // Rule EXPLAIN-2: A derived referral explains itself: which contacts counted, which days, which complaint
    // chose the measure, and its outcome. Source: this project's choice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let derived = self.0;
        course(derived, f)?;
        waits(derived, f)?;
        steps(derived, f)?;
        choice(derived, f)?;
        days_of_scores(derived, f)?;
        match derived.referral() {
            Some(referral) => write!(f, "{}", referral.explain()),
            None => f.write_str("Outcome: unknown, as PHQ-9 or GAD-7 has no thresholds."),
        }
    }
}

fn course(derived: &Derived<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match derived.referred {
        Some(referred) => write!(f, "Referred {referred}, ")?,
        None => f.write_str("Referred on an unknown day, so that nothing can be counted since; ")?,
    }
    match derived.discharged {
        Some(discharged) => write!(f, "discharged {discharged}, ")?,
        None => f.write_str("not discharged, ")?,
    }
    let verdict = match (derived.discharged, derived.treatment_contacts) {
        (None, _) => "the course is not finished",
        (Some(_), 0) => "ended before treatment",
        (Some(_), 1) => "treated once, no finished course",
        (Some(_), _) => "a finished course",
    };
    writeln!(f, "{} treatment contacts: {verdict}.", derived.treatment_contacts)
}

fn waits(derived: &Derived<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let waits = [
        ("Assessed", derived.assessment, derived.assessment_wait(), "referral"),
        ("First treated", derived.first_treatment, derived.treatment_wait(), "referral"),
        ("Second treatment", derived.second_treatment, derived.second_treatment_wait(), "first"),
    ];
    for (what, date, wait, from) in waits {
        match (date, wait) {
            (Some(date), Some(wait)) => writeln!(f, "{what} {date}, {wait} days from the {from}.")?,
            (Some(date), None) => writeln!(f, "{what} {date}.")?,
            (None, _) => writeln!(f, "{what}: never.")?,
        }
    }
    Ok(())
}

fn steps(derived: &Derived<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (low, high) = (derived.low_intensity_contacts, derived.high_intensity_contacts);
    write!(f, "Contacts of low intensity: {low}, of high intensity: {high}")?;
    match (derived.stages.first, derived.stages.second) {
        (Some(Intensity::Low), Some(Intensity::High)) => f.write_str("; stepped up")?,
        (Some(Intensity::High), Some(Intensity::Low)) => f.write_str("; stepped down")?,
        _ => {}
    }
    writeln!(f, ".")
}

fn choice(derived: &Derived<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(descriptor) = derived.descriptor else {
        return writeln!(f, "Problem descriptor: none that is valid, so GAD-7 decides.");
    };
    write!(f, "Problem descriptor: {descriptor}, ")?;
    match derived.anxiety {
        AnxietyChoice::General => writeln!(f, "which has no measure of its own, so GAD-7 decides."),
        AnxietyChoice::Specific(instrument) => writeln!(f, "so {} decides.", name(instrument)),
        AnxietyChoice::InsteadOf(lacking) => {
            writeln!(f, "but {} lacks a first or last score, so GAD-7 decides.", name(lacking))
        }
    }
}

fn name(instrument: Instrument) -> &'static str {
    instrument.name(Edition::CURRENT)
}

fn days_of_scores(derived: &Derived<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for instrument in [Instrument::Phq9, derived.anxiety.instrument()] {
        let scores = derived.scores(instrument);
        write!(f, "{} was filled in ", name(instrument))?;
        match (scores.first_date, scores.last_date) {
            (Some(first), Some(last)) => writeln!(f, "first on {first} and last on {last}.")?,
            (Some(first), None) => writeln!(f, "on {first} only.")?,
            (None, _) => writeln!(f, "never.")?,
        }
    }
    Ok(())
}
